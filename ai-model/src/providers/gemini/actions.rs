//! Decodes the vendor's functions into our actions.

use protocol::action::{Action, Button, Point, ScrollDirection, Size};
use protocol::transcript::{App, Tool};
use serde_json::Value;

use crate::providers::shared::wheel::{clicks_for, whole_clicks};
use crate::tools::arguments::{Arguments, DIRECTIONS, Read, missing};
use crate::tools::invalid;

/// Coordinates range from 0 to 999 on both axes.
const GRID: f64 = 1000.0;
const COORDINATE: &str = "0 to 999";
/// The default distance of `scroll_at`, in thousandths of the screen.
const DEFAULT_MAGNITUDE: f64 = 800.0;
/// The default distance of `scroll`, in pixels.
const DEFAULT_PIXELS: f64 = 300.0;
/// The longest wait, in seconds.
const MAX_WAIT_S: f64 = 300.0;
/// The page that `search` opens.
const SEARCH_ENGINE: &str = "https://www.google.com";

/// Decodes a call of a predefined function of any generation into one or several calls of ours. `None` for any other
/// function.
pub(super) fn decode(name: &str, arguments: &Value, screen: Size) -> Option<Vec<Tool>> {
    let call = Call { arguments: Arguments::of(arguments), screen };
    let decoded = match name {
        "navigate" => call.arguments.text("url").map(|url| vec![browse(Some(url))]),
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
    arguments: Arguments<'a>,
    screen: Size,
}

impl Call<'_> {
    fn actions(&self, name: &str) -> Option<Read<Vec<Action>>> {
        let one = |action: Read<Action>| action.map(|action| vec![action]);
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
            "press_key" => one(self.pressed("key")),
            "hotkey" | "key_combination" => one(self.pressed("keys")),
            "take_screenshot" => Ok(vec![Action::Screenshot]),
            "scroll" | "scroll_at" => one(self.scroll(name)),
            "scroll_document" => one(self.scroll_document()),
            "go_back" => one(Ok(key("alt+Left"))),
            "go_forward" => one(Ok(key("alt+Right"))),
            _ => return None,
        })
    }

    fn distance(&self, name: &str) -> Read<Option<f64>> {
        self.arguments.number(name, 0.0..=f64::MAX, "0 or more")
    }

    fn point(&self, x: &str, y: &str) -> Read<Point> {
        let axis = |name: &str, edge: u32| {
            // 1000 counts as the last one, because models write it.
            let value = self.arguments.number(name, 0.0..=GRID, COORDINATE)?;
            Ok::<_, String>(to_pixels(value.ok_or_else(|| missing(name, COORDINATE))?, edge))
        };
        Ok(Point { x: axis(x, self.screen.width)?, y: axis(y, self.screen.height)? })
    }

    fn click(&self, button: Button, count: u8) -> Read<Action> {
        Ok(Action::Click { button, count, at: Some(self.point("x", "y")?), modifiers: Vec::new() })
    }

    fn press(&self, action: Action) -> Read<Vec<Action>> {
        Ok(vec![Action::MouseMove { to: self.point("x", "y")? }, action])
    }

    fn typed(&self) -> Read<Action> {
        let end = if self.arguments.flag("press_enter")?.unwrap_or(false) { "\n" } else { "" };
        Ok(Action::Type { text: format!("{}{end}", self.arguments.text("text")?) })
    }

    fn type_text_at(&self) -> Read<Vec<Action>> {
        let mut actions = vec![self.click(Button::Left, 1)?];
        if self.arguments.flag("clear_before_typing")?.unwrap_or(true) {
            actions.extend([key("ctrl+a"), key("Delete")]);
        }
        actions.push(self.typed()?);
        Ok(actions)
    }

    /// The names of both ends differ between generations.
    fn drag(&self) -> Read<Action> {
        let (from, to) = match self.arguments.get("start_x") {
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
    fn wait(&self) -> Read<Action> {
        let seconds =
            self.arguments.number("seconds", 0.0..=MAX_WAIT_S, &format!("0 to {MAX_WAIT_S}"))?.unwrap_or(1.0);
        Ok(Action::Wait { duration_ms: (seconds * 1000.0).round() as u64 })
    }

    fn pressed(&self, name: &str) -> Read<Action> {
        Ok(key(&self.arguments.chords(name)?.to_string()))
    }

    fn direction(&self) -> Read<ScrollDirection> {
        self.arguments.one_of("direction", &DIRECTIONS)
    }

    /// The distance is given in clicks of the wheel, in pixels or, by the older generation, in thousandths of the
    /// screen.
    fn scroll(&self, name: &str) -> Read<Action> {
        let direction = self.direction()?;
        let along = match direction {
            ScrollDirection::Up | ScrollDirection::Down => self.screen.height,
            ScrollDirection::Left | ScrollDirection::Right => self.screen.width,
        };
        let thousandths = |magnitude: f64| magnitude / GRID * f64::from(along);
        let pixels = match (self.distance("magnitude_in_pixels")?, self.distance("magnitude")?) {
            (Some(pixels), _) => pixels,
            (None, Some(magnitude)) => thousandths(magnitude),
            (None, None) if name == "scroll_at" => thousandths(DEFAULT_MAGNITUDE),
            (None, None) => DEFAULT_PIXELS,
        };
        let clicks = self.distance("magnitude_in_wheel_clicks")?.map_or(clicks_for(pixels), whole_clicks);
        Ok(Action::Scroll { direction, clicks, at: Some(self.point("x", "y")?), modifiers: Vec::new() })
    }

    /// Scrolls one screen, at the middle of the screen.
    fn scroll_document(&self) -> Read<Action> {
        let middle = |edge: u32| i32::try_from(edge / 2).unwrap_or(i32::MAX);
        Ok(Action::Scroll {
            direction: self.direction()?,
            clicks: clicks_for(f64::from(self.screen.height)),
            at: Some(Point { x: middle(self.screen.width), y: middle(self.screen.height) }),
            modifiers: Vec::new(),
        })
    }
}

fn key(chord: &str) -> Action {
    Action::Key { chord: chord.to_owned(), repeat: 1 }
}

/// The first pixel of a thousandth of an edge, at most the last pixel.
#[expect(clippy::cast_possible_truncation, reason = "an edge has fewer pixels than fit")]
fn to_pixels(value: f64, edge: u32) -> i32 {
    let last = f64::from(edge.saturating_sub(1));
    (value / GRID * f64::from(edge)).floor().clamp(0.0, last) as i32
}

#[cfg(test)]
mod tests;
