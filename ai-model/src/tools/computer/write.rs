//! Encodes actions as models write them, for a model that reads a turn of another.

use chords::Chord;
use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection};
use serde_json::{Map, Value, json};

use crate::images::ScreenScale;

/// The name and the fields of an action. Coordinates become pixels of the model's screenshots.
pub(crate) fn write(action: &Action, scale: ScreenScale) -> (&'static str, Map<String, Value>) {
    let (name, fields) = named_fields(action, scale);
    let given = fields.into_iter().filter(|(_, value)| !value.is_null());
    (name, given.map(|(field, value)| (field.to_owned(), value)).collect())
}

/// Fields that are null are left out.
fn named_fields(action: &Action, scale: ScreenScale) -> (&'static str, Vec<(&'static str, Value)>) {
    let at = |point: &Option<Point>| point.map_or(Value::Null, |point| coordinate(point, scale));
    match action {
        Action::Screenshot => ("screenshot", vec![]),
        Action::Zoom { region } => ("zoom", vec![("region", corners(region, scale))]),
        Action::MouseMove { to } => ("mouse_move", vec![("coordinate", coordinate(*to, scale))]),
        Action::Click { button, count, at: place, modifiers } => {
            (click_name(*button, *count), vec![("coordinate", at(place)), ("text", held(modifiers))])
        }
        Action::Drag { from, to, modifiers } => (
            "left_click_drag",
            vec![
                ("start_coordinate", at(from)),
                ("coordinate", coordinate(*to, scale)),
                ("text", held(modifiers)),
            ],
        ),
        Action::MouseDown { .. } => ("left_mouse_down", vec![]),
        Action::MouseUp { .. } => ("left_mouse_up", vec![]),
        Action::CursorPosition => ("cursor_position", vec![]),
        Action::Scroll { direction, clicks, at: place, modifiers } => (
            "scroll",
            vec![
                ("coordinate", at(place)),
                ("scroll_direction", direction_name(*direction).into()),
                ("scroll_amount", (*clicks).into()),
                ("text", held(modifiers)),
            ],
        ),
        Action::Type { text } => ("type", vec![("text", text.as_str().into())]),
        Action::Key { chord, repeat } => {
            let repeat = if *repeat == 1 { Value::Null } else { (*repeat).into() };
            ("key", vec![("text", chord.as_str().into()), ("repeat", repeat)])
        }
        Action::HoldKey { chord, duration_ms } => {
            ("hold_key", vec![("text", chord.as_str().into()), ("duration", seconds(*duration_ms))])
        }
        Action::Wait { duration_ms } => ("wait", vec![("duration", seconds(*duration_ms))]),
    }
}

fn click_name(button: Button, count: u8) -> &'static str {
    match (button, count) {
        (Button::Right, _) => "right_click",
        (Button::Middle, _) => "middle_click",
        (Button::Left, 2) => "double_click",
        (Button::Left, 3) => "triple_click",
        (Button::Left, _) => "left_click",
    }
}

fn coordinate(point: Point, scale: ScreenScale) -> Value {
    let point = scale.to_model(point);
    json!([point.x, point.y])
}

fn corners(region: &Region, scale: ScreenScale) -> Value {
    let start = scale.to_model(Point { x: region.x, y: region.y });
    let far = |from: i32, extent: u32| from.saturating_add_unsigned(extent.saturating_sub(1));
    let end = scale.to_model(Point { x: far(region.x, region.width), y: far(region.y, region.height) });
    json!([start.x, start.y, end.x + 1, end.y + 1])
}

fn held(modifiers: &[Modifier]) -> Value {
    if modifiers.is_empty() {
        return Value::Null;
    }
    Chord::of_modifiers(modifiers).to_string().into()
}

fn direction_name(direction: ScrollDirection) -> &'static str {
    match direction {
        ScrollDirection::Up => "up",
        ScrollDirection::Down => "down",
        ScrollDirection::Left => "left",
        ScrollDirection::Right => "right",
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 300,000")]
fn seconds(duration_ms: u64) -> Value {
    json!(duration_ms as f64 / 1000.0)
}
