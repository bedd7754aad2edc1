//! Decodes the vendor's actions into ours.

use protocol::action::{Action, Button, Modifier, Point, ScrollDirection};
use protocol::transcript::Tool;
use serde_json::Value;

use crate::images::ScreenScale;
use crate::providers::shared::wheel::clicks_for;
use crate::tools::arguments::{
    Arguments, Read, alternatives, is_spelling_of, list_of, missing, numbers_of, wrong,
};
use crate::tools::invalid;

/// The length of the vendor's `wait`, which has no parameter for it.
const WAIT_MS: u64 = 2_000;
/// Any distance of a scroll; the wheel turns as often as it may.
const ANY: std::ops::RangeInclusive<f64> = f64::MIN..=f64::MAX;

/// The types of actions.
const TYPES: [&str; 9] =
    ["click", "double_click", "drag", "keypress", "move", "screenshot", "scroll", "type", "wait"];

#[derive(Debug, Clone, Copy)]
enum VendorButton {
    Mouse(Button),
    /// The desktop's mouse lacks this button; programs treat the key the same.
    Key(&'static str),
}

const BUTTONS: [(&str, VendorButton); 5] = [
    ("left", VendorButton::Mouse(Button::Left)),
    ("right", VendorButton::Mouse(Button::Right)),
    ("wheel", VendorButton::Mouse(Button::Middle)),
    ("back", VendorButton::Key("alt+Left")),
    ("forward", VendorButton::Key("alt+Right")),
];

/// Decodes an action of a computer call into one or several calls of ours.
pub(super) fn decode(action: &Value, scale: ScreenScale) -> Vec<Tool> {
    let call = Call { arguments: Arguments::of(action), scale };
    let kind = call.arguments.text("type").unwrap_or_else(|_| "computer".to_owned());
    match call.actions(&kind) {
        Ok(actions) => actions.into_iter().map(|action| Tool::Computer { action }).collect(),
        Err(problem) => vec![invalid(&kind, problem)],
    }
}

/// An action of the vendor, and the screen that its coordinates refer to.
struct Call<'a> {
    arguments: Arguments<'a>,
    scale: ScreenScale,
}

impl Call<'_> {
    fn actions(&self, kind: &str) -> Read<Vec<Action>> {
        let one = |action| Ok(vec![action]);
        match TYPES.into_iter().find(|known| is_spelling_of(kind, known)).unwrap_or_default() {
            "click" => self.click(),
            "double_click" => one(Action::Click {
                button: Button::Left,
                count: 2,
                at: Some(self.point()?),
                modifiers: self.held()?,
            }),
            "drag" => self.drag(),
            "keypress" => one(Action::Key { chord: self.arguments.chords("keys")?.to_string(), repeat: 1 }),
            "move" if self.held()?.is_empty() => one(Action::MouseMove { to: self.point()? }),
            "move" => Err("No keys can be held while the pointer moves.".to_owned()),
            "screenshot" => one(Action::Screenshot),
            "scroll" => {
                let distance = |name: &str| {
                    Ok::<_, String>(self.arguments.number(name, ANY, "a number of pixels")?.unwrap_or(0.0))
                };
                Ok(scrolls(self.point()?, distance("scroll_x")?, distance("scroll_y")?, &self.held()?))
            }
            "type" => one(Action::Type { text: self.arguments.text("text")? }),
            "wait" => one(Action::Wait { duration_ms: WAIT_MS }),
            _ => Err(format!("There is no such computer action; it must be {}.", alternatives(&TYPES))),
        }
    }

    fn point(&self) -> Read<Point> {
        let axis = |name: &str| {
            self.arguments
                .whole_number(name, "a number of pixels")?
                .ok_or_else(|| missing(name, "a number of pixels"))
        };
        self.on_screen([axis("x")?, axis("y")?])
    }

    fn on_screen(&self, [x, y]: [i64; 2]) -> Read<Point> {
        let screen = self.scale.sent;
        self.scale.to_screen(x, y).ok_or_else(|| {
            format!("The point ({x}, {y}) is outside the screen of {} x {}.", screen.width, screen.height)
        })
    }

    fn held(&self) -> Read<Vec<Modifier>> {
        self.arguments.modifiers("keys")
    }

    fn click(&self) -> Read<Vec<Action>> {
        let button = match self.arguments.get("button") {
            None => VendorButton::Mouse(Button::Left),
            Some(_) => self.arguments.one_of("button", &BUTTONS)?,
        };
        Ok(vec![match button {
            VendorButton::Mouse(button) => {
                Action::Click { button, count: 1, at: Some(self.point()?), modifiers: self.held()? }
            }
            VendorButton::Key(chord) => Action::Key { chord: chord.to_owned(), repeat: 1 },
        }])
    }

    fn path(&self) -> Read<Vec<Point>> {
        let form = "a list of points [{ x, y }]";
        let value = self.arguments.get("path").ok_or_else(|| missing("path", form))?;
        let points = list_of(value).and_then(|list| list.iter().map(numbers_of).collect::<Option<Vec<_>>>());
        points
            .ok_or_else(|| wrong("path", form, value))?
            .into_iter()
            .map(|point| self.on_screen(point))
            .collect()
    }

    /// A path of two points is a drag; along a longer one the pointer is moved with the button held.
    fn drag(&self) -> Read<Vec<Action>> {
        let modifiers = self.held()?;
        match self.path()?.as_slice() {
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
            (
                json!({ "type": "scroll", "x": 1, "y": 1, "scroll_y": "far" }),
                "'scroll_y' must be a number of pixels, not \"far\".",
            ),
            (json!({ "type": "fly" }), "There is no such computer action"),
            (
                json!({ "type": "click", "button": "left", "x": 1 }),
                "'y' is missing; it must be a number of pixels.",
            ),
            (
                json!({ "type": "click", "button": 7, "x": 1, "y": 1 }),
                "'button' must be left, right, wheel, back or forward, not 7.",
            ),
            (
                json!({ "type": "click", "button": "left", "x": 1280, "y": 1 }),
                "The point (1280, 1) is outside the screen of 1280 x 800.",
            ),
            (json!({ "type": "click", "button": "left", "x": -1, "y": 1 }), "The point (-1, 1) is outside"),
            (
                json!({ "type": "click", "button": "left", "x": 1, "y": 1, "keys": ["a"] }),
                "'keys' must be keys to hold, of shift, ctrl, alt and super, not [\"a\"].",
            ),
            (json!({ "type": "move", "x": 1, "y": 1, "keys": ["ctrl"] }), "No keys can be held"),
            (json!({ "type": "keypress", "keys": [] }), "No key is named."),
            (json!({ "type": "keypress" }), "'keys' is missing; it must be keys such as ctrl+s."),
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
