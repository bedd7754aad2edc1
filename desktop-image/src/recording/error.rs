//! Errors of recordings.

use crate::files::FileError;
use crate::screen::ScreenError;

/// Why an operation on recordings failed.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// Only one recording can run at a time.
    #[error("A recording is already running; stop it before starting another.")]
    AlreadyRecording,
    /// The recording is still being written.
    #[error("The recording is still running; stop it before deleting it.")]
    StillRecording,
    /// No recording has that id.
    #[error("There is no such recording.")]
    NotFound,
    /// An option is out of bounds; the message says which.
    #[error("{0}")]
    OutOfBounds(&'static str),
    /// The encoder does not support this size.
    #[error("The screen is larger than 3840x2160 pixels, the most that can be recorded.")]
    ScreenTooLarge,
    /// The limit on stored recordings is reached.
    #[error("There are 100 recordings already; delete some before starting another.")]
    TooMany,
    /// The desktop is shutting down.
    #[error("The desktop is shutting down; nothing can be recorded any more.")]
    Ending,
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The screen could not be captured.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// The encoder failed.
    #[error("could not encode the screen as video")]
    Encode(#[from] openh264::Error),
    /// The metadata of a recording can't be parsed or serialised.
    #[error("could not read or write a recording's metadata")]
    Describe(#[from] serde_json::Error),
}

impl From<std::io::Error> for RecordingError {
    fn from(error: std::io::Error) -> Self {
        Self::File(error.into())
    }
}
