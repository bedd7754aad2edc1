//! Errors of windows.

use crate::x11::XError;

/// Why an operation on a window failed.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// There is no such window.
    #[error("There is no window {0}; it may have been closed. Ask for the list of windows.")]
    Unknown(u32),
    /// Another window kept the focus.
    #[error("The window did not come to the front: {}.", .holder.as_deref().map_or_else(
        || "no window has the keyboard".to_owned(),
        |title| format!("the window \"{title}\" has the keyboard and may have to be answered first"),
    ))]
    StaysBehind {
        /// The title of the window that has the focus.
        holder: Option<String>,
    },
    /// The X server did not answer.
    #[error(transparent)]
    X(#[from] XError),
}
