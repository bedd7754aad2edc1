//! Decodes actions as models write them. Problems are fixed phrases, because the model reads them.

use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection};
use serde_json::Value;

use crate::images::ScreenScale;

/// The longest wait or hold, in seconds.
const MAX_DURATION_S: f64 = 300.0;

type Decoded<T> = Result<T, String>;

/// Decodes the action with this name. Its coordinates are pixels of the model's screenshots.
///
/// # Errors
/// One sentence for the model when the name or a field is wrong.
pub(crate) fn read(name: &str, input: &Value, scale: ScreenScale) -> Decoded<Action> {
    let input = Input { input, scale };
    let click = |button, count| input.click(button, count);
    match name {
        "screenshot" => Ok(Action::Screenshot),
        "zoom" => Ok(Action::Zoom { region: input.region()? }),
        "left_click" => click(Button::Left, 1),
        "right_click" => click(Button::Right, 1),
        "middle_click" => click(Button::Middle, 1),
        "double_click" => click(Button::Left, 2),
        "triple_click" => click(Button::Left, 3),
        "left_click_drag" => Ok(Action::Drag {
            from: input.point("start_coordinate")?,
            to: input.required_point("coordinate")?,
            modifiers: input.modifiers()?,
        }),
        "mouse_move" => Ok(Action::MouseMove { to: input.required_point("coordinate")? }),
        "left_mouse_down" => Ok(Action::MouseDown { button: Button::Left }),
        "left_mouse_up" => Ok(Action::MouseUp { button: Button::Left }),
        "cursor_position" => Ok(Action::CursorPosition),
        "scroll" => input.scroll(),
        "type" => Ok(Action::Type { text: input.text("text")? }),
        "key" => Ok(Action::Key { chord: input.text("text")?, repeat: input.repeat()? }),
        "hold_key" => Ok(Action::HoldKey { chord: input.text("text")?, duration_ms: input.duration_ms()? }),
        "wait" => Ok(Action::Wait { duration_ms: input.duration_ms()? }),
        _ => Err("There is no such computer action.".to_owned()),
    }
}

/// The fields of a call.
struct Input<'a> {
    input: &'a Value,
    scale: ScreenScale,
}

impl Input<'_> {
    fn field(&self, name: &str) -> Option<&Value> {
        self.input.get(name).filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Decoded<String> {
        let text = self.field(name).and_then(Value::as_str);
        text.map(str::to_owned).ok_or_else(|| format!("'{name}' must be a text."))
    }

    fn numbers<const N: usize>(&self, name: &str) -> Decoded<Option<[i64; N]>> {
        let Some(value) = self.field(name) else { return Ok(None) };
        let problem = || format!("'{name}' must be a list of {N} numbers.");
        let list = value.as_array().ok_or_else(problem)?;
        let numbers: Vec<i64> = list.iter().map(integer).collect::<Option<_>>().ok_or_else(problem)?;
        numbers.try_into().map(Some).map_err(|_| problem())
    }

    fn point(&self, name: &str) -> Decoded<Option<Point>> {
        let Some([x, y]) = self.numbers(name)? else { return Ok(None) };
        let point = self.scale.to_screen(x, y);
        point.map(Some).ok_or_else(|| format!("'{name}' is outside the screen."))
    }

    fn required_point(&self, name: &str) -> Decoded<Point> {
        self.point(name)?.ok_or_else(|| format!("'{name}' is missing."))
    }

    fn region(&self) -> Decoded<Region> {
        let corners = self.numbers("region")?;
        let [left, top, right, bottom] = corners.ok_or_else(|| "'region' is missing.".to_owned())?;
        let problem = || "'region' must be [x0, y0, x1, y1] within the screen.".to_owned();
        if right <= left || bottom <= top {
            return Err(problem());
        }
        // The far corner is exclusive; the last pixel inside it is mapped.
        let start = self.scale.to_screen(left, top).ok_or_else(problem)?;
        let end = self.scale.to_screen(right - 1, bottom - 1).ok_or_else(problem)?;
        let extent = |from: i32, to: i32| u32::try_from(to - from + 1).unwrap_or(1).max(1);
        Ok(Region { x: start.x, y: start.y, width: extent(start.x, end.x), height: extent(start.y, end.y) })
    }

    /// Keys held during the action: documented as `text`, but the vendor's own sample uses `key`.
    fn modifiers(&self) -> Decoded<Vec<Modifier>> {
        let keys = self.field("text").or_else(|| self.field("key")).and_then(Value::as_str).unwrap_or("");
        let names = keys.split('+').map(str::trim).filter(|name| !name.is_empty());
        names.map(modifier).collect()
    }

    fn click(&self, button: Button, count: u8) -> Decoded<Action> {
        Ok(Action::Click { button, count, at: self.point("coordinate")?, modifiers: self.modifiers()? })
    }

    fn scroll(&self) -> Decoded<Action> {
        let direction = match self.text("scroll_direction")?.as_str() {
            "up" => ScrollDirection::Up,
            "down" => ScrollDirection::Down,
            "left" => ScrollDirection::Left,
            "right" => ScrollDirection::Right,
            _ => return Err("'scroll_direction' must be up, down, left or right.".to_owned()),
        };
        let amount = self.field("scroll_amount").and_then(integer);
        let clicks = amount.and_then(|clicks| u32::try_from(clicks).ok());
        let clicks = clicks.filter(|clicks| (1..=100).contains(clicks));
        Ok(Action::Scroll {
            direction,
            clicks: clicks.ok_or_else(|| "'scroll_amount' must be 1 to 100.".to_owned())?,
            at: self.point("coordinate")?,
            modifiers: self.modifiers()?,
        })
    }

    fn repeat(&self) -> Decoded<u8> {
        let Some(value) = self.field("repeat") else { return Ok(1) };
        let repeat = integer(value).and_then(|count| u8::try_from(count).ok());
        repeat
            .filter(|count| (1..=100).contains(count))
            .ok_or_else(|| "'repeat' must be 1 to 100.".to_owned())
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was checked: at most 300,000"
    )]
    fn duration_ms(&self) -> Decoded<u64> {
        let seconds = self.field("duration").and_then(Value::as_f64);
        let seconds = seconds.filter(|seconds| (0.0..=MAX_DURATION_S).contains(seconds));
        let seconds = seconds.ok_or_else(|| "'duration' must be 0 to 300 seconds.".to_owned())?;
        Ok((seconds * 1000.0).round() as u64)
    }
}

/// A whole number, or a fraction that is rounded to one.
#[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and such a point is off the screen")]
fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().map(|number| number.round() as i64))
}

fn modifier(name: &str) -> Decoded<Modifier> {
    match name.to_ascii_lowercase().as_str() {
        "shift" => Ok(Modifier::Shift),
        "ctrl" | "control" => Ok(Modifier::Ctrl),
        "alt" | "option" => Ok(Modifier::Alt),
        "super" | "meta" | "win" | "cmd" => Ok(Modifier::Super),
        _ => Err("Held keys must be of shift, ctrl, alt and super.".to_owned()),
    }
}
