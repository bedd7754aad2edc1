//! From our actions to the vendor's calls: for turns that another provider, or a model of another dialect,
//! spoke.

use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection};
use protocol::transcript::{App, Tool};
use serde_json::{Map, Value, json};

use super::{Dialect, EditorTool};
use crate::images::ScreenScale;
use crate::tools;

/// A call as a model of some dialect would have written it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::providers) struct ForeignCall {
    /// The toolset's name, where the dialect has one.
    pub(in crate::providers) toolset: Option<&'static str>,
    /// The tool or member.
    pub(in crate::providers) name: &'static str,
    /// The input.
    pub(in crate::providers) input: Value,
}

/// Writes a call in a dialect, for a model that knows this editor; `None` for what never was a call.
pub(in crate::providers) fn encode(
    tool: &Tool,
    dialect: Dialect,
    editor: EditorTool,
    scale: ScreenScale,
) -> Option<ForeignCall> {
    let bash = |input| Some(ForeignCall { toolset: None, name: "bash", input });
    match tool {
        Tool::Computer { action } => Some(encode_action(action, dialect, scale)),
        Tool::Shell { restart: true, .. } => bash(json!({ "restart": true })),
        Tool::Shell { command, .. } => bash(json!({ "command": command })),
        Tool::Open { app, argument } => bash(json!({ "command": launch_command(*app, argument.as_deref()) })),
        Tool::Editor { edit } => {
            let input = serde_json::to_value(edit).ok()?;
            Some(ForeignCall { toolset: None, name: editor.within(dialect).name(), input })
        }
        Tool::Ask { .. } => {
            tools::write(tool).map(|(name, input)| ForeignCall { toolset: None, name, input })
        }
        Tool::Invalid { .. } => None,
    }
}

fn encode_action(action: &Action, dialect: Dialect, scale: ScreenScale) -> ForeignCall {
    let (name, fields) = member(action, scale);
    let mut input = Map::new();
    for (key, value) in fields.into_iter().filter(|(_, value)| !value.is_null()) {
        input.insert(key.to_owned(), value);
    }
    match dialect.toolset_name() {
        Some(toolset) => ForeignCall { toolset: Some(toolset), name, input: Value::Object(input) },
        None => {
            input.insert("action".to_owned(), Value::from(name));
            ForeignCall { toolset: None, name: "computer", input: Value::Object(input) }
        }
    }
}

/// The member's name and its fields; those that are null are left out.
fn member(action: &Action, scale: ScreenScale) -> (&'static str, Vec<(&'static str, Value)>) {
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
    let names = modifiers.iter().map(|modifier| match modifier {
        Modifier::Shift => "shift",
        Modifier::Ctrl => "ctrl",
        Modifier::Alt => "alt",
        Modifier::Super => "super",
    });
    names.collect::<Vec<_>>().join("+").into()
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

/// A shell command that does what opening a program does: the vendor's tools have no such call.
fn launch_command(app: App, argument: Option<&str>) -> String {
    let program = match app {
        App::Terminal => "xterm",
        App::Browser => "chromium",
        App::TextEditor => "mousepad",
        App::FileManager => "pcmanfm",
    };
    let argument = argument.map(|argument| format!(" {}", quoted(argument))).unwrap_or_default();
    format!("(setsid {program}{argument} </dev/null >/dev/null 2>&1 &)")
}

/// A word for the shell that stands for itself, except that a leading `~/` means the home folder.
fn quoted(argument: &str) -> String {
    let literal = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    match argument.strip_prefix("~/") {
        Some(rest) => format!("~/{}", literal(rest)),
        None => literal(argument),
    }
}
