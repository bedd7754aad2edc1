//! Decodes actions as models write them.

use protocol::action::{Action, Button, Modifier, Point, Region};
use serde_json::Value;

use crate::images::ScreenScale;
use crate::tools::arguments::{Arguments, DIRECTIONS, Read, alternatives, is_spelling_of, missing};

/// The longest wait or hold, in seconds.
const MAX_DURATION_S: f64 = 300.0;
/// The most turns of the wheel, or presses of a chord, in one call.
pub(super) const MAX_COUNT: u8 = 100;
/// The turns of the wheel when a model does not say how many.
const USUAL_SCROLL: u32 = 5;
/// How points and regions are written.
const POINT: &str = "[x, y]";
const REGION: &str = "[left, top, right, bottom]";

/// The actions by their names.
const NAMES: [&str; 17] = [
    "screenshot",
    "zoom",
    "left_click",
    "right_click",
    "middle_click",
    "double_click",
    "triple_click",
    "left_click_drag",
    "mouse_move",
    "left_mouse_down",
    "left_mouse_up",
    "cursor_position",
    "scroll",
    "type",
    "key",
    "hold_key",
    "wait",
];

/// Decodes the action with this name. Its coordinates are pixels of the model's screenshots.
///
/// # Errors
/// One sentence for the model when the name or a field is wrong.
pub(crate) fn read(name: &str, input: &Value, scale: ScreenScale) -> Read<Action> {
    let input = Input { arguments: Arguments::of(input), scale };
    let click = |button, count| input.click(button, count);
    match NAMES.into_iter().find(|known| is_spelling_of(name, known)).unwrap_or_default() {
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
        "type" => Ok(Action::Type { text: input.arguments.text("text")? }),
        "key" => {
            Ok(Action::Key { chord: input.arguments.chords("text")?.to_string(), repeat: input.repeat()? })
        }
        "hold_key" => {
            let held = input.arguments.chords("text")?.into_one().map_err(|error| error.to_string())?;
            Ok(Action::HoldKey { chord: held.to_string(), duration_ms: input.duration_ms()? })
        }
        "wait" => Ok(Action::Wait { duration_ms: input.duration_ms()? }),
        _ => Err(format!("There is no such computer action; it must be {}.", alternatives(&NAMES))),
    }
}

/// The fields of a call.
struct Input<'a> {
    arguments: Arguments<'a>,
    scale: ScreenScale,
}

impl Input<'_> {
    fn point(&self, name: &str) -> Read<Option<Point>> {
        let Some([x, y]) = self.arguments.whole_numbers(name, POINT)? else { return Ok(None) };
        let point = self.scale.to_screen(x, y);
        point.map(Some).ok_or_else(|| self.outside(name, &format!("[{x}, {y}]")))
    }

    fn required_point(&self, name: &str) -> Read<Point> {
        self.point(name)?.ok_or_else(|| missing(name, POINT))
    }

    fn outside(&self, name: &str, written: &str) -> String {
        let screen = self.scale.sent;
        format!("'{name}' {written} is outside the screen of {} x {}.", screen.width, screen.height)
    }

    fn region(&self) -> Read<Region> {
        let corners = self.arguments.whole_numbers("region", REGION)?;
        let [left, top, right, bottom] = corners.ok_or_else(|| missing("region", REGION))?;
        let outside = || self.outside("region", &format!("[{left}, {top}, {right}, {bottom}]"));
        if right <= left || bottom <= top {
            return Err(format!(
                "'region' must be {REGION} with left < right and top < bottom, not [{left}, {top}, {right}, {bottom}]."
            ));
        }
        // The far corner is exclusive; the last pixel inside it is mapped.
        let start = self.scale.to_screen(left, top).ok_or_else(outside)?;
        let end = self.scale.to_screen(right - 1, bottom - 1).ok_or_else(outside)?;
        let extent = |from: i32, to: i32| u32::try_from(to - from + 1).unwrap_or(1).max(1);
        Ok(Region { x: start.x, y: start.y, width: extent(start.x, end.x), height: extent(start.y, end.y) })
    }

    /// Keys held during the action: documented as `text`, but the vendor's own sample uses `key`.
    fn modifiers(&self) -> Read<Vec<Modifier>> {
        self.arguments.modifiers(if self.arguments.get("text").is_some() { "text" } else { "key" })
    }

    fn click(&self, button: Button, count: u8) -> Read<Action> {
        Ok(Action::Click { button, count, at: self.point("coordinate")?, modifiers: self.modifiers()? })
    }

    fn scroll(&self) -> Read<Action> {
        Ok(Action::Scroll {
            direction: self.arguments.one_of("scroll_direction", &DIRECTIONS)?,
            clicks: self.arguments.count("scroll_amount", MAX_COUNT.into())?.unwrap_or(USUAL_SCROLL),
            at: self.point("coordinate")?,
            modifiers: self.modifiers()?,
        })
    }

    fn repeat(&self) -> Read<u8> {
        let repeat = self.arguments.count("repeat", MAX_COUNT.into())?.unwrap_or(1);
        Ok(u8::try_from(repeat).unwrap_or(MAX_COUNT))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was checked: at most 300,000"
    )]
    fn duration_ms(&self) -> Read<u64> {
        let form = format!("0 to {MAX_DURATION_S} seconds");
        let seconds = self.arguments.number("duration", 0.0..=MAX_DURATION_S, &form)?;
        let seconds = seconds.ok_or_else(|| missing("duration", &form))?;
        Ok((seconds * 1000.0).round() as u64)
    }
}
