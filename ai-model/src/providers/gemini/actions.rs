//! From the vendor's functions to our actions. Problems are fixed phrases: the model reads them.

use protocol::action::{Action, Button, Point, ScrollDirection, Size};
use protocol::transcript::{App, Tool};
use serde_json::Value;

use crate::providers::shared::keys;
use crate::providers::shared::wheel::{clicks_for, whole_clicks};
use crate::tools::invalid;

/// Coordinates run from 0 to this less one, on both axes.
const GRID: f64 = 1000.0;
/// Thousandths of the screen that `scroll_at` moves when it does not say.
const DEFAULT_MAGNITUDE: f64 = 800.0;
/// Pixels that `scroll` moves when it does not say.
const DEFAULT_PIXELS: f64 = 300.0;
/// The longest wait.
const MAX_WAIT_S: f64 = 300.0;
/// Where `search` goes.
const SEARCH_ENGINE: &str = "https://www.google.com";

type Decoded<T> = Result<T, String>;

/// Reads a call of one of the vendor's functions, of whatever generation: one or several calls of ours. `None` when
/// it is of no function of the vendor's.
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

/// A call's arguments, on the screen that they speak of.
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

    /// The generations differ in the names of both ends.
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

    /// A list of keys, or a text of them.
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

    /// The distance is in clicks of the wheel, in pixels, or, of old, in thousandths of the screen.
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

    /// A screenful, over the middle of the screen.
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

/// The first pixel of a thousandth of an edge; `None` when it is none. 1000 is taken for the last one,
/// because models write it.
#[expect(clippy::cast_possible_truncation, reason = "an edge has fewer pixels than fit")]
fn to_pixels(value: f64, edge: u32) -> Option<i32> {
    if !(0.0..=GRID).contains(&value) {
        return None;
    }
    let last = f64::from(edge.saturating_sub(1));
    Some((value / GRID * f64::from(edge)).floor().clamp(0.0, last) as i32)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SCREEN: Size = Size { width: 1280, height: 800 };

    fn actions(name: &str, arguments: &Value) -> Vec<Action> {
        let action_of = |tool| match tool {
            Tool::Computer { action } => action,
            other => panic!("{name}: {other:?}"),
        };
        decode(name, arguments, SCREEN).unwrap().into_iter().map(action_of).collect()
    }

    fn key(chord: &str) -> Action {
        Action::Key { chord: chord.to_owned(), repeat: 1 }
    }

    fn click(button: Button, count: u8) -> Action {
        Action::Click { button, count, at: Some(Point { x: 640, y: 200 }), modifiers: Vec::new() }
    }

    fn wheel(direction: ScrollDirection, clicks: u32) -> Action {
        Action::Scroll { direction, clicks, at: Some(Point { x: 640, y: 200 }), modifiers: Vec::new() }
    }

    #[test]
    fn every_function_of_a_desktop_has_its_counterpart() {
        let at = || json!({ "x": 500, "y": 250, "intent": "because" });
        let with = |fields: Value| {
            let mut arguments = at();
            arguments.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            arguments
        };
        let to = Action::MouseMove { to: Point { x: 640, y: 200 } };
        let button = Button::Left;
        let typed = |text: &str| Action::Type { text: text.to_owned() };
        let table = [
            ("click", at(), vec![click(button, 1)]),
            ("double_click", at(), vec![click(button, 2)]),
            ("triple_click", at(), vec![click(button, 3)]),
            ("middle_click", at(), vec![click(Button::Middle, 1)]),
            ("right_click", at(), vec![click(Button::Right, 1)]),
            ("move", at(), vec![to.clone()]),
            ("mouse_down", at(), vec![to.clone(), Action::MouseDown { button }]),
            ("mouse_up", at(), vec![to.clone(), Action::MouseUp { button }]),
            ("type", json!({ "text": "ls" }), vec![typed("ls")]),
            ("type", json!({ "text": "ls", "press_enter": true }), vec![typed("ls\n")]),
            (
                "drag_and_drop",
                json!({ "start_x": 0, "start_y": 0, "end_x": 500, "end_y": 250 }),
                vec![Action::Drag {
                    from: Some(Point { x: 0, y: 0 }),
                    to: Point { x: 640, y: 200 },
                    modifiers: vec![],
                }],
            ),
            ("wait", json!({}), vec![Action::Wait { duration_ms: 1_000 }]),
            ("wait", json!({ "seconds": 2.5 }), vec![Action::Wait { duration_ms: 2_500 }]),
            ("press_key", json!({ "key": "Enter" }), vec![key("Enter")]),
            ("hotkey", json!({ "keys": ["Control", "A"] }), vec![key("ctrl+a")]),
            ("take_screenshot", json!({}), vec![Action::Screenshot]),
            ("scroll", with(json!({ "direction": "down" })), vec![wheel(ScrollDirection::Down, 3)]),
            (
                "scroll",
                with(json!({ "direction": "up", "magnitude_in_pixels": 640 })),
                vec![wheel(ScrollDirection::Up, 6)],
            ),
            (
                "scroll",
                with(json!({ "direction": "left", "magnitude_in_wheel_clicks": 5 })),
                vec![wheel(ScrollDirection::Left, 5)],
            ),
        ];
        for (name, arguments, expected) in table {
            assert_eq!(actions(name, &arguments), expected, "{name}");
        }
    }

    #[test]
    fn every_function_of_the_older_generation_has_its_counterpart() {
        let at = || json!({ "x": 500, "y": 250 });
        let table = [
            ("click_at", at(), vec![click(Button::Left, 1)]),
            ("hover_at", at(), vec![Action::MouseMove { to: Point { x: 640, y: 200 } }]),
            (
                "type_text_at",
                json!({ "x": 500, "y": 250, "text": "hi", "press_enter": true }),
                vec![
                    click(Button::Left, 1),
                    key("ctrl+a"),
                    key("Delete"),
                    Action::Type { text: "hi\n".to_owned() },
                ],
            ),
            (
                "type_text_at",
                json!({ "x": 500, "y": 250, "text": "hi", "clear_before_typing": false }),
                vec![click(Button::Left, 1), Action::Type { text: "hi".to_owned() }],
            ),
            ("wait_5_seconds", json!({}), vec![Action::Wait { duration_ms: 5_000 }]),
            ("go_back", json!({}), vec![key("alt+Left")]),
            ("go_forward", json!({}), vec![key("alt+Right")]),
            ("key_combination", json!({ "keys": "Control+Shift+T" }), vec![key("ctrl+shift+t")]),
            (
                "scroll_at",
                json!({ "x": 500, "y": 250, "direction": "down" }),
                vec![wheel(ScrollDirection::Down, 6)],
            ),
            (
                "scroll_at",
                json!({ "x": 500, "y": 250, "direction": "right", "magnitude": 500 }),
                vec![wheel(ScrollDirection::Right, 6)],
            ),
            (
                "drag_and_drop",
                json!({ "x": 0, "y": 0, "destination_x": 500, "destination_y": 250 }),
                vec![Action::Drag {
                    from: Some(Point { x: 0, y: 0 }),
                    to: Point { x: 640, y: 200 },
                    modifiers: vec![],
                }],
            ),
        ];
        for (name, arguments, expected) in table {
            assert_eq!(actions(name, &arguments), expected, "{name}");
        }
        let middle = Some(Point { x: 640, y: 400 });
        assert_eq!(
            actions("scroll_document", &json!({ "direction": "down" })),
            [Action::Scroll { direction: ScrollDirection::Down, clicks: 8, at: middle, modifiers: vec![] }]
        );
        let url = || Some("https://example.org".to_owned());
        assert_eq!(
            decode("navigate", &json!({ "url": "https://example.org" }), SCREEN),
            Some(vec![browse(url())])
        );
        assert_eq!(decode("open_web_browser", &json!({}), SCREEN), Some(vec![browse(None)]));
        assert_eq!(decode("search", &json!({}), SCREEN), Some(vec![browse(Some(SEARCH_ENGINE.to_owned()))]));
        assert_eq!(decode("key_down", &json!({ "key": "a" }), SCREEN), None);
    }

    #[test]
    fn what_makes_no_sense_is_said_so() {
        let table = [
            ("click", json!({ "x": 1 }), "'y' is missing."),
            ("click", json!({ "x": 1001, "y": 1 }), "'x' must be 0 to 999."),
            ("click", json!({ "x": "a", "y": 1 }), "'x' must be a number."),
            ("type", json!({}), "'text' must be a text."),
            ("hotkey", json!({}), "'keys' is missing."),
            ("hotkey", json!({ "keys": [] }), "No key is named."),
            ("hotkey", json!({ "keys": [1] }), "'keys' must be a list of texts."),
            ("scroll", json!({ "x": 1, "y": 1, "direction": "in" }), "'direction' must be"),
            ("wait", json!({ "seconds": 301 }), "'seconds' must be"),
        ];
        for (name, arguments, expected) in table {
            match decode(name, &arguments, SCREEN).unwrap().as_slice() {
                [Tool::Invalid { problem, .. }] => {
                    assert!(problem.starts_with(expected), "{name}: {problem}")
                }
                other => panic!("{name}: {other:?}"),
            }
        }
    }

    /// The model sees a point at its place in thousandths and writes that; it comes back within the grid's width.
    #[test]
    fn coordinates_come_back_within_a_pixel_or_the_width_of_the_grid() {
        for (edge, pixels) in [(1280_u32, [0, 1, 639, 640, 1279]), (800, [0, 1, 399, 400, 799])] {
            for pixel in pixels {
                let thousandth = (f64::from(pixel) / f64::from(edge) * GRID).round();
                let back = to_pixels(thousandth, edge).unwrap();
                assert!((back - pixel).abs() <= 1, "{pixel} of {edge}: {back}");
            }
        }
        assert_eq!(to_pixels(999.0, 1280), Some(1278));
        assert_eq!(to_pixels(1000.0, 1280), Some(1279));
        assert_eq!(to_pixels(-1.0, 1280), None);
    }
}
