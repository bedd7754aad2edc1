//! The effects of actions.

use protocol::action::{Action, Button};
use protocol::transcript::approval::Effect;

/// The effects of an action; none if it only looks or waits.
pub(super) fn of(action: &Action) -> &'static [Effect] {
    match action {
        Action::Screenshot | Action::Zoom { .. } | Action::CursorPosition | Action::Wait { .. } => &[],
        // The middle button pastes.
        Action::Click { button: Button::Middle, .. } | Action::MouseDown { button: Button::Middle } => {
            &[Effect::Pointing, Effect::Typing]
        }
        Action::Click { .. }
        | Action::MouseDown { .. }
        | Action::MouseMove { .. }
        | Action::Drag { .. }
        | Action::MouseUp { .. }
        | Action::Scroll { .. } => &[Effect::Pointing],
        Action::Type { text } if text.contains(['\n', '\r']) => &[Effect::Typing, Effect::Submitting],
        Action::Key { chord, .. } | Action::HoldKey { chord, .. } if submits(chord) => {
            &[Effect::Typing, Effect::Submitting]
        }
        Action::Type { .. } | Action::Key { .. } | Action::HoldKey { .. } => &[Effect::Typing],
    }
}

/// Whether a chord is the Return key, under any of its names and with any modifiers, or what terminals accept instead.
fn submits(chord: &str) -> bool {
    let keys: Vec<String> = chord.split('+').map(|key| key.trim().to_lowercase()).collect();
    let is_one_of = |names: &[&str]| keys.iter().any(|key| names.contains(&key.as_str()));
    is_one_of(&["return", "enter", "kp_enter", "iso_enter", "3270_enter", "linefeed"])
        || (is_one_of(&["ctrl", "control", "control_l", "control_r"]) && is_one_of(&["j", "m"]))
}
