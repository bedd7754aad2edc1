//! Why an action failed.

use chords::ChordError;

use crate::input::{InputError, TypeError};
use crate::screen::ScreenError;
use crate::x11::XError;

/// Why an action failed. Models read these messages, so they contain no details of the system.
#[derive(Debug, thiserror::Error)]
pub(super) enum ActionError {
    #[error("The coordinates are outside the screen.")]
    Outside,
    #[error("The count must be from 1 to 3.")]
    ClickCount,
    #[error("The number of clicks must be from 1 to 100.")]
    ScrollClicks,
    #[error("The repeat must be from 1 to 100.")]
    Repeat,
    #[error("The duration must be at most 300,000 milliseconds.")]
    Duration,
    #[error(transparent)]
    Chord(#[from] ChordError),
    #[error("{0}")]
    Type(#[source] TypeError),
    #[error("The input could not be sent to the desktop.")]
    Input(#[from] InputError),
    #[error("The screen could not be captured.")]
    Screen(#[from] ScreenError),
    #[error("The X server did not answer.")]
    X(#[from] XError),
}
