//! The effects of actions.

use chords::{Chord, Sequence};
use protocol::action::{Action, Button, Modifier};
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

/// Whether one of the chords submits. The desktop refuses what can't be read; should another version read it, it may be
/// anything.
fn submits(chords: &str) -> bool {
    chords.parse::<Sequence>().map_or(true, |sequence| sequence.chords().iter().any(is_submission))
}

/// Whether a chord is the Return key, under any of its names and with any modifiers, or what terminals accept instead.
fn is_submission(chord: &Chord) -> bool {
    let has_one_of =
        |names: &[&str]| chord.keys().iter().any(|key| names.contains(&key.to_string().as_str()));
    let holds_ctrl = chord.keys().iter().any(|key| key.modifier() == Some(Modifier::Ctrl));
    has_one_of(&["Return", "KP_Enter", "ISO_Enter", "3270_Enter", "Linefeed"])
        || (holds_ctrl && has_one_of(&["j", "m"]))
}
