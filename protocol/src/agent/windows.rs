//! Windows: `/v1/windows`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::Region;

/// A window on the desktop.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Window {
    /// The X window id.
    pub id: u32,
    /// Its title.
    pub title: String,
    /// The program that owns it.
    pub app: String,
    /// Where it is.
    pub region: Region,
    /// Whether it has the input focus.
    pub focused: bool,
    /// Whether only the panel shows it.
    #[serde(default)]
    pub minimized: bool,
}

/// The result of asking a window to close.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CloseResult {
    /// Whether it closed. A program may ask a question first, such as whether to save, or not respond.
    pub closed: bool,
    /// The window that opened instead, such as that question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Window>,
}
