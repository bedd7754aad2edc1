//! Why a recording could not be started, found or removed.

use crate::files::FileError;
use crate::screen::ScreenError;

/// Why a call about recordings was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// One recording at a time.
    #[error("A recording is already running; stop it before starting another.")]
    AlreadyRecording,
    /// It is being written.
    #[error("The recording is still running; stop it before deleting it.")]
    StillRecording,
    /// No recording has that id.
    #[error("There is no such recording.")]
    NotFound,
    /// An option is out of bounds; the text says which.
    #[error("{0}")]
    OutOfBounds(&'static str),
    /// The encoder takes no picture of this size.
    #[error("The screen is larger than 3840x2160 pixels, the most that can be recorded.")]
    ScreenTooLarge,
    /// Too many are kept.
    #[error("There are 100 recordings already; delete some before starting another.")]
    TooMany,
    /// The desktop is ending.
    #[error("The desktop is ending; nothing can be recorded any more.")]
    Ending,
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The screen could not be captured.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// The encoder refused.
    #[error("could not encode the screen as video")]
    Encode(#[from] openh264::Error),
    /// The description of a recording can't be read or written.
    #[error("could not describe a recording")]
    Describe(#[from] serde_json::Error),
}

impl From<std::io::Error> for RecordingError {
    fn from(error: std::io::Error) -> Self {
        Self::File(error.into())
    }
}
