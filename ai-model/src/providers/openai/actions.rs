//! Decodes the vendor's actions into ours. Problems are fixed phrases, because the model reads them.

use protocol::action::{Action, Button, Modifier, Point, ScrollDirection};
use protocol::transcript::Tool;
use serde::Deserialize;
use serde_json::Value;

use crate::images::ScreenScale;
use crate::providers::shared::keys;
use crate::providers::shared::wheel::clicks_for;
use crate::tools::invalid;

/// The length of the vendor's `wait`, which has no parameter for it.
const WAIT_MS: u64 = 2_000;

type Decoded<T> = Result<T, String>;

/// An action as the vendor encodes it.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum VendorAction {
    Click {
        button: VendorButton,
        x: f64,
        y: f64,
        #[serde(default)]
        keys: Option<Vec<String>>,
    },
    DoubleClick {
        x: f64,
        y: f64,
        #[serde(default)]
        keys: Option<Vec<String>>,
    },
    Drag {
        path: Vec<VendorPoint>,
        #[serde(default)]
        keys: Option<Vec<String>>,
    },
    Keypress {
        keys: Vec<String>,
    },
    Move {
        x: f64,
        y: f64,
        #[serde(default)]
        keys: Option<Vec<String>>,
    },
    Screenshot,
    Scroll {
        x: f64,
        y: f64,
        scroll_x: f64,
        scroll_y: f64,
        #[serde(default)]
        keys: Option<Vec<String>>,
    },
    Type {
        text: String,
    },
    Wait,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum VendorButton {
    Left,
    Right,
    Wheel,
    Back,
    Forward,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct VendorPoint {
    x: f64,
    y: f64,
}

/// Decodes an action of a computer call into one or several calls of ours.
pub(super) fn decode(action: &Value, scale: ScreenScale) -> Vec<Tool> {
    let kind = action.get("type").and_then(Value::as_str).unwrap_or("computer");
    let read = serde_json::from_value::<VendorAction>(action.clone())
        .map_err(|_| "There is no such computer action, or a field of it is missing or wrong.".to_owned());
    match read.and_then(|read| Screen(scale).actions(read)) {
        Ok(actions) => actions.into_iter().map(|action| Tool::Computer { action }).collect(),
        Err(problem) => vec![invalid(kind, problem)],
    }
}

/// The screen that the coordinates refer to.
#[derive(Clone, Copy)]
struct Screen(ScreenScale);

impl Screen {
    fn actions(self, action: VendorAction) -> Decoded<Vec<Action>> {
        let one = |action| Ok(vec![action]);
        match action {
            VendorAction::Click { button, x, y, keys } => self.click(button, (x, y), keys),
            VendorAction::DoubleClick { x, y, keys } => one(Action::Click {
                button: Button::Left,
                count: 2,
                at: Some(self.point(x, y)?),
                modifiers: held(keys)?,
            }),
            VendorAction::Drag { path, keys } => self.drag(&path, held(keys)?),
            VendorAction::Keypress { keys } => {
                let chord = keys::chord(keys.iter().map(String::as_str));
                one(Action::Key { chord: chord.ok_or("'keys' is empty.")?, repeat: 1 })
            }
            VendorAction::Move { x, y, keys } if held(keys.clone())?.is_empty() => {
                one(Action::MouseMove { to: self.point(x, y)? })
            }
            VendorAction::Move { .. } => Err("No keys can be held while the pointer moves.".to_owned()),
            VendorAction::Screenshot => one(Action::Screenshot),
            VendorAction::Scroll { x, y, scroll_x, scroll_y, keys } => {
                let at = self.point(x, y)?;
                Ok(scrolls(at, scroll_x, scroll_y, &held(keys)?))
            }
            VendorAction::Type { text } => one(Action::Type { text }),
            VendorAction::Wait => one(Action::Wait { duration_ms: WAIT_MS }),
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and such a point is off the screen"
    )]
    fn point(self, x: f64, y: f64) -> Decoded<Point> {
        let point = self.0.to_screen(x.round() as i64, y.round() as i64);
        point.ok_or_else(|| "The point is outside the screen.".to_owned())
    }

    fn click(
        self,
        button: VendorButton,
        (x, y): (f64, f64),
        keys: Option<Vec<String>>,
    ) -> Decoded<Vec<Action>> {
        let key = |chord: &str| Action::Key { chord: chord.to_owned(), repeat: 1 };
        let button = match button {
            VendorButton::Left => Button::Left,
            VendorButton::Right => Button::Right,
            VendorButton::Wheel => Button::Middle,
            // The desktop's mouse lacks these buttons; programs treat these keys the same.
            VendorButton::Back => return Ok(vec![key("alt+Left")]),
            VendorButton::Forward => return Ok(vec![key("alt+Right")]),
        };
        Ok(vec![Action::Click { button, count: 1, at: Some(self.point(x, y)?), modifiers: held(keys)? }])
    }

    /// A path of two points is a drag; along a longer one the pointer is moved with the button held.
    fn drag(self, path: &[VendorPoint], modifiers: Vec<Modifier>) -> Decoded<Vec<Action>> {
        let points: Vec<Point> =
            path.iter().map(|point| self.point(point.x, point.y)).collect::<Decoded<_>>()?;
        match points.as_slice() {
            [] | [_] => Err("'path' needs at least two points.".to_owned()),
            [from, to] => Ok(vec![Action::Drag { from: Some(*from), to: *to, modifiers }]),
            _ if !modifiers.is_empty() => {
                Err("Keys can be held only while dragging from one point to another.".to_owned())
            }
            [from, rest @ ..] => {
                let button = Button::Left;
                let start = [Action::MouseMove { to: *from }, Action::MouseDown { button }];
                let moves = rest.iter().map(|to| Action::MouseMove { to: *to });
                Ok(start.into_iter().chain(moves).chain([Action::MouseUp { button }]).collect())
            }
        }
    }
}

/// Turns of the wheel: down and right are positive. Without a distance it is a screenshot.
fn scrolls(at: Point, x: f64, y: f64, modifiers: &[Modifier]) -> Vec<Action> {
    let turn = |distance: f64, forth, back| {
        (distance != 0.0).then(|| Action::Scroll {
            direction: if distance > 0.0 { forth } else { back },
            clicks: clicks_for(distance),
            at: Some(at),
            modifiers: modifiers.to_vec(),
        })
    };
    let down = turn(y, ScrollDirection::Down, ScrollDirection::Up);
    let right = turn(x, ScrollDirection::Right, ScrollDirection::Left);
    let turns: Vec<Action> = down.into_iter().chain(right).collect();
    if turns.is_empty() { vec![Action::MouseMove { to: at }] } else { turns }
}

fn held(keys: Option<Vec<String>>) -> Decoded<Vec<Modifier>> {
    let modifier = |key: &String| {
        keys::modifier(key).ok_or_else(|| "Held keys must be of shift, ctrl, alt and super.".to_owned())
    };
    keys.unwrap_or_default().iter().map(modifier).collect()
}

#[cfg(test)]
mod tests {
    use protocol::action::Size;
    use serde_json::json;

    use super::*;

    fn read(action: &Value) -> Vec<Tool> {
        let screen = Size { width: 1280, height: 800 };
        decode(action, ScreenScale { screen, sent: screen })
    }

    fn actions(action: &Value) -> Vec<Action> {
        let action_of = |tool| match tool {
            Tool::Computer { action } => action,
            other => panic!("{other:?}"),
        };
        read(action).into_iter().map(action_of).collect()
    }

    fn problem(action: &Value) -> String {
        match read(action).as_slice() {
            [Tool::Invalid { problem, .. }] => problem.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_action_is_decoded() {
        let at = Some(Point { x: 10, y: 20 });
        let click = |button, count, modifiers| Action::Click { button, count, at, modifiers };
        let key = |chord: &str| Action::Key { chord: chord.to_owned(), repeat: 1 };
        let wheel = |direction, clicks| Action::Scroll { direction, clicks, at, modifiers: vec![] };
        let button = Button::Left;
        let to = |x, y| Action::MouseMove { to: Point { x, y } };
        let table = [
            (json!({ "type": "click", "button": "left", "x": 10, "y": 20 }), vec![click(button, 1, vec![])]),
            (
                json!({ "type": "click", "button": "right", "x": 10, "y": 20, "keys": ["SHIFT", "CTRL"] }),
                vec![click(Button::Right, 1, vec![Modifier::Shift, Modifier::Ctrl])],
            ),
            (
                json!({ "type": "click", "button": "wheel", "x": 10, "y": 20, "keys": null }),
                vec![click(Button::Middle, 1, vec![])],
            ),
            (json!({ "type": "click", "button": "back", "x": 1, "y": 2 }), vec![key("alt+Left")]),
            (json!({ "type": "click", "button": "forward", "x": 1, "y": 2 }), vec![key("alt+Right")]),
            (json!({ "type": "double_click", "x": 10, "y": 20 }), vec![click(button, 2, vec![])]),
            (json!({ "type": "keypress", "keys": ["CTRL", "L"] }), vec![key("ctrl+l")]),
            (json!({ "type": "move", "x": 10, "y": 20 }), vec![to(10, 20)]),
            (json!({ "type": "screenshot" }), vec![Action::Screenshot]),
            (json!({ "type": "type", "text": "a\nb" }), vec![Action::Type { text: "a\nb".to_owned() }]),
            (json!({ "type": "wait" }), vec![Action::Wait { duration_ms: WAIT_MS }]),
            (
                json!({ "type": "scroll", "x": 10, "y": 20, "scroll_x": 0, "scroll_y": 400 }),
                vec![wheel(ScrollDirection::Down, 4)],
            ),
            (
                json!({ "type": "scroll", "x": 10, "y": 20, "scroll_x": -30, "scroll_y": -250 }),
                vec![wheel(ScrollDirection::Up, 3), wheel(ScrollDirection::Left, 1)],
            ),
            (
                json!({ "type": "scroll", "x": 10, "y": 20, "scroll_x": 99_999_999, "scroll_y": 0 }),
                vec![wheel(ScrollDirection::Right, 100)],
            ),
            (json!({ "type": "scroll", "x": 10, "y": 20, "scroll_x": 0, "scroll_y": 0 }), vec![to(10, 20)]),
            (
                json!({ "type": "drag", "path": [{ "x": 10, "y": 20 }, { "x": 30, "y": 40 }], "keys": ["alt"] }),
                vec![Action::Drag { from: at, to: Point { x: 30, y: 40 }, modifiers: vec![Modifier::Alt] }],
            ),
            (
                json!({ "type": "drag", "path": [{ "x": 1, "y": 2 }, { "x": 3, "y": 4 }, { "x": 5, "y": 6 }] }),
                vec![to(1, 2), Action::MouseDown { button }, to(3, 4), to(5, 6), Action::MouseUp { button }],
            ),
        ];
        for (written, expected) in table {
            assert_eq!(actions(&written), expected, "{written}");
        }
    }

    #[test]
    fn invalid_actions_name_their_problem() {
        let table = [
            (json!({ "type": "fly" }), "There is no such computer action"),
            (json!({ "type": "click", "button": "left", "x": 1 }), "There is no such computer action"),
            (json!({ "type": "click", "button": "left", "x": 1280, "y": 1 }), "The point is outside"),
            (json!({ "type": "click", "button": "left", "x": -1, "y": 1 }), "The point is outside"),
            (
                json!({ "type": "click", "button": "left", "x": 1, "y": 1, "keys": ["a"] }),
                "Held keys must be",
            ),
            (json!({ "type": "move", "x": 1, "y": 1, "keys": ["ctrl"] }), "No keys can be held"),
            (json!({ "type": "keypress", "keys": [] }), "'keys' is empty"),
            (json!({ "type": "drag", "path": [{ "x": 1, "y": 2 }] }), "'path' needs"),
            (
                json!({ "type": "drag", "path": [{ "x": 1, "y": 2 }, { "x": 3, "y": 4 }, { "x": 5, "y": 6 }], "keys": ["alt"] }),
                "Keys can be held only",
            ),
        ];
        for (written, expected) in table {
            assert!(problem(&written).starts_with(expected), "{written}");
        }
    }
}
