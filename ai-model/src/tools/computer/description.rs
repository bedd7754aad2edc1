//! Describes actions in words.

use protocol::action::{Action, Button, Point};

use crate::tools::behavior::Description;

pub(super) fn of(action: &Action) -> Description {
    match action {
        Action::Screenshot => Description::new("take", "took", " a screenshot"),
        Action::Zoom { region } => {
            Description::new("zoom", "zoomed", &format!(" in at {},{}", region.x, region.y))
        }
        Action::MouseMove { to } => {
            Description::new("move", "moved", &format!(" the pointer to {}", place(*to)))
        }
        Action::Click { button, count, at, .. } => {
            let kind = match (button, count) {
                (Button::Right, _) => "right-",
                (Button::Middle, _) => "middle-",
                (Button::Left, 2) => "double-",
                (Button::Left, 3) => "triple-",
                (Button::Left, _) => "",
            };
            Description::new(&format!("{kind}click"), &format!("{kind}clicked"), &at_place(*at))
        }
        Action::Drag { from, to, .. } => {
            let from = from.map(|from| format!(" from {}", place(from))).unwrap_or_default();
            Description::new("drag", "dragged", &format!("{from} to {}", place(*to)))
        }
        Action::MouseDown { button } => {
            Description::new("hold", "held", &format!(" the {} mouse button down", name(*button)))
        }
        Action::MouseUp { button } => {
            Description::new("let", "let", &format!(" the {} mouse button go", name(*button)))
        }
        Action::CursorPosition => Description::new("look", "looked", " where the pointer is"),
        Action::Scroll { direction, clicks, at, .. } => {
            let direction = format!("{direction:?}").to_lowercase();
            Description::new("scroll", "scrolled", &format!(" {direction} by {clicks}{}", at_place(*at)))
        }
        Action::Type { text } => Description::new("type", "typed", &format!(" \"{text}\"")),
        Action::Key { chord, repeat } => {
            let times = if *repeat == 1 { String::new() } else { format!(" {repeat} times") };
            Description::new("press", "pressed", &format!(" {chord}{times}"))
        }
        Action::HoldKey { chord, duration_ms } => {
            Description::new("hold", "held", &format!(" {chord} for {}", seconds(*duration_ms)))
        }
        Action::Wait { duration_ms } => {
            Description::new("wait", "waited", &format!(" {}", seconds(*duration_ms)))
        }
    }
}

fn name(button: Button) -> &'static str {
    match button {
        Button::Left => "left",
        Button::Middle => "middle",
        Button::Right => "right",
    }
}

fn place(point: Point) -> String {
    format!("{},{}", point.x, point.y)
}

fn at_place(at: Option<Point>) -> String {
    at.map(|at| format!(" at {}", place(at))).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "at most 300,000")]
fn seconds(duration_ms: u64) -> String {
    format!("{} s", duration_ms as f64 / 1000.0)
}
