//! Errors of the clipboard.

use crate::x11::XError;

/// Why the clipboard could not be read or set.
#[derive(Debug, thiserror::Error)]
pub enum ClipboardError {
    /// The clipboard's owner does not offer it as text.
    #[error("The clipboard holds something that is not text, such as an image.")]
    NotText,
    /// More than [`super::MAX_TEXT_BYTES`].
    #[error("The text is longer than the 10 MiB that the clipboard takes; use a file instead.")]
    TooLong,
    /// Many programs would cut the text at a zero byte.
    #[error("The text holds a zero byte, which programs can't paste; leave it out.")]
    ZeroByte,
    /// The clipboard's owner is busy, stopped or broken.
    #[error("The program that holds the clipboard does not answer; copy again from a program that does.")]
    Unanswered,
    /// Another program copied something at the same moment.
    #[error("Another program took the clipboard at the same moment; set it again.")]
    Taken,
    /// The X server did not answer.
    #[error(transparent)]
    X(#[from] XError),
}

impl From<x11rb::errors::ConnectionError> for ClipboardError {
    fn from(error: x11rb::errors::ConnectionError) -> Self {
        Self::X(error.into())
    }
}

impl From<x11rb::errors::ReplyError> for ClipboardError {
    fn from(error: x11rb::errors::ReplyError) -> Self {
        Self::X(error.into())
    }
}

impl From<x11rb::errors::ReplyOrIdError> for ClipboardError {
    fn from(error: x11rb::errors::ReplyOrIdError) -> Self {
        Self::X(error.into())
    }
}
