//! Decodes the vendor's functions into our actions. Problems are fixed phrases, because the model reads them.

use protocol::action::{Action, Button, Point, ScrollDirection, Size};
use protocol::transcript::{App, Tool};
use serde_json::Value;

use crate::providers::shared::keys;
use crate::providers::shared::wheel::{clicks_for, whole_clicks};
use crate::tools::invalid;

/// Coordinates range from 0 to 999 on both axes.
const GRID: f64 = 1000.0;
/// The default distance of `scroll_at`, in thousandths of the screen.
const DEFAULT_MAGNITUDE: f64 = 800.0;
/// The default distance of `scroll`, in pixels.
const DEFAULT_PIXELS: f64 = 300.0;
/// The longest wait, in seconds.
const MAX_WAIT_S: f64 = 300.0;
/// The page that `search` opens.
const SEARCH_ENGINE: &str = "https://www.google.com";

type Decoded<T> = Result<T, String>;

/// Decodes a call of a predefined function of any generation into one or several calls of ours. `None` for any other
/// function.
pub(super) fn decode(name: &str, arguments: &Value, screen: Size) -> Option<Vec<Tool>> {
    let call = Call { arguments, screen };
    let decoded = match name {
        "navigate" => call.text("url").map(|url| vec![browse(Some(url))]),
        "search" => Ok(vec![browse(Some(SEARCH_ENGINE.to_owned()))]),
        "open_web_browser" => Ok(vec![browse(None)]),
        _ => call
            .actions(name)?
            .map(|actions| actions.into_iter().map(|action| Tool::Computer { action }).collect()),
    };
    Some(decoded.unwrap_or_else(|problem| vec![invalid(name, problem)]))
}

fn browse(argument: Option<String>) -> Tool {
    Tool::Open { app: App::Browser, argument }
}

/// The arguments of a call, and the screen that its coordinates refer to.
struct Call<'a> {
    arguments: &'a Value,
    screen: Size,
}

impl Call<'_> {
    fn actions(&self, name: &str) -> Option<Decoded<Vec<Action>>> {
        let one = |action: Decoded<Action>| action.map(|action| vec![action]);
        Some(match name {
            "click" | "click_at" => one(self.click(Button::Left, 1)),
            "double_click" => one(self.click(Button::Left, 2)),
            "triple_click" => one(self.click(Button::Left, 3)),
            "middle_click" => one(self.click(Button::Middle, 1)),
            "right_click" => one(self.click(Button::Right, 1)),
            "move" | "hover_at" => one(self.point("x", "y").map(|to| Action::MouseMove { to })),
            "mouse_down" => self.press(Action::MouseDown { button: Button::Left }),
            "mouse_up" => self.press(Action::MouseUp { button: Button::Left }),
            "type" => one(self.typed()),
            "type_text_at" => self.type_text_at(),
            "drag_and_drop" => one(self.drag()),
            "wait" => one(self.wait()),
            "wait_5_seconds" => Ok(vec![Action::Wait { duration_ms: 5_000 }]),
            "press_key" => one(self.text("key").and_then(|key| chord(&[key.as_str()]))),
            "hotkey" | "key_combination" => one(self.keys()),
            "take_screenshot" => Ok(vec![Action::Screenshot]),
            "scroll" | "scroll_at" => one(self.scroll(name)),
            "scroll_document" => one(self.scroll_document()),
            "go_back" => one(chord(&["alt", "Left"])),
            "go_forward" => one(chord(&["alt", "Right"])),
            _ => return None,
        })
    }

    fn field(&self, name: &str) -> Option<&Value> {
        self.arguments.get(name).filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Decoded<String> {
        let text = self.field(name).and_then(Value::as_str);
        text.map(str::to_owned).ok_or_else(|| format!("'{name}' must be a text."))
    }

    fn number(&self, name: &str) -> Decoded<Option<f64>> {
        match self.field(name) {
            None => Ok(None),
            Some(value) => value.as_f64().map(Some).ok_or_else(|| format!("'{name}' must be a number.")),
        }
    }

    fn flag(&self, name: &str, default: bool) -> bool {
        self.field(name).and_then(Value::as_bool).unwrap_or(default)
    }

    fn point(&self, x: &str, y: &str) -> Decoded<Point> {
        let axis = |name: &str, edge: u32| {
            let value = self.number(name)?.ok_or_else(|| format!("'{name}' is missing."))?;
            to_pixels(value, edge).ok_or_else(|| format!("'{name}' must be 0 to 999."))
        };
        Ok(Point { x: axis(x, self.screen.width)?, y: axis(y, self.screen.height)? })
    }

    fn click(&self, button: Button, count: u8) -> Decoded<Action> {
        Ok(Action::Click { button, count, at: Some(self.point("x", "y")?), modifiers: Vec::new() })
    }

    fn press(&self, action: Action) -> Decoded<Vec<Action>> {
        Ok(vec![Action::MouseMove { to: self.point("x", "y")? }, action])
    }

    fn typed(&self) -> Decoded<Action> {
        let end = if self.flag("press_enter", false) { "\n" } else { "" };
        Ok(Action::Type { text: format!("{}{end}", self.text("text")?) })
    }

    fn type_text_at(&self) -> Decoded<Vec<Action>> {
        let key = |chord: &str| Action::Key { chord: chord.to_owned(), repeat: 1 };
        let mut actions = vec![self.click(Button::Left, 1)?];
        if self.flag("clear_before_typing", true) {
            actions.extend([key("ctrl+a"), key("Delete")]);
        }
        actions.push(self.typed()?);
        Ok(actions)
    }

    /// The names of both ends differ between generations.
    fn drag(&self) -> Decoded<Action> {
        let (from, to) = match self.field("start_x") {
            Some(_) => (self.point("start_x", "start_y")?, self.point("end_x", "end_y")?),
            None => (self.point("x", "y")?, self.point("destination_x", "destination_y")?),
        };
        Ok(Action::Drag { from: Some(from), to, modifiers: Vec::new() })
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was checked: at most 300,000"
    )]
    fn wait(&self) -> Decoded<Action> {
        let seconds = self.number("seconds")?.unwrap_or(1.0);
        if !(0.0..=MAX_WAIT_S).contains(&seconds) {
            return Err("'seconds' must be 0 to 300.".to_owned());
        }
        Ok(Action::Wait { duration_ms: (seconds * 1000.0).round() as u64 })
    }

    /// The keys, as a list or a text.
    fn keys(&self) -> Decoded<Action> {
        match self.field("keys") {
            Some(Value::String(text)) => chord(&keys::split(text)),
            Some(Value::Array(list)) => {
                let keys: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
                chord(&keys.ok_or("'keys' must be a list of texts.")?)
            }
            _ => Err("'keys' is missing.".to_owned()),
        }
    }

    fn direction(&self) -> Decoded<ScrollDirection> {
        match self.text("direction")?.as_str() {
            "up" => Ok(ScrollDirection::Up),
            "down" => Ok(ScrollDirection::Down),
            "left" => Ok(ScrollDirection::Left),
            "right" => Ok(ScrollDirection::Right),
            _ => Err("'direction' must be up, down, left or right.".to_owned()),
        }
    }

    /// The distance is given in clicks of the wheel, in pixels or, by the older generation, in thousandths of the
    /// screen.
    fn scroll(&self, name: &str) -> Decoded<Action> {
        let direction = self.direction()?;
        let along = match direction {
            ScrollDirection::Up | ScrollDirection::Down => self.screen.height,
            ScrollDirection::Left | ScrollDirection::Right => self.screen.width,
        };
        let thousandths = |magnitude: f64| magnitude / GRID * f64::from(along);
        let pixels = match (self.number("magnitude_in_pixels")?, self.number("magnitude")?) {
            (Some(pixels), _) => pixels,
            (None, Some(magnitude)) => thousandths(magnitude),
            (None, None) if name == "scroll_at" => thousandths(DEFAULT_MAGNITUDE),
            (None, None) => DEFAULT_PIXELS,
        };
        let clicks = self.number("magnitude_in_wheel_clicks")?.map_or(clicks_for(pixels), whole_clicks);
        Ok(Action::Scroll { direction, clicks, at: Some(self.point("x", "y")?), modifiers: Vec::new() })
    }

    /// Scrolls one screen, at the middle of the screen.
    fn scroll_document(&self) -> Decoded<Action> {
        let middle = |edge: u32| i32::try_from(edge / 2).unwrap_or(i32::MAX);
        Ok(Action::Scroll {
            direction: self.direction()?,
            clicks: clicks_for(f64::from(self.screen.height)),
            at: Some(Point { x: middle(self.screen.width), y: middle(self.screen.height) }),
            modifiers: Vec::new(),
        })
    }
}

fn chord(keys: &[&str]) -> Decoded<Action> {
    let chord = keys::chord(keys.iter().copied()).ok_or("No key is named.")?;
    Ok(Action::Key { chord, repeat: 1 })
}

/// The first pixel of a thousandth of an edge; `None` outside the screen. 1000 counts as the last pixel, because models
/// write it.
#[expect(clippy::cast_possible_truncation, reason = "an edge has fewer pixels than fit")]
fn to_pixels(value: f64, edge: u32) -> Option<i32> {
    if !(0.0..=GRID).contains(&value) {
        return None;
    }
    let last = f64::from(edge.saturating_sub(1));
    Some((value / GRID * f64::from(edge)).floor().clamp(0.0, last) as i32)
}

#[cfg(test)]
mod tests;
