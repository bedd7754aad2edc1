//! Starting programs and opening files and addresses.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::agent::windows::Window;

/// What `POST /v1/open` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpenRequest {
    /// An application by its name, id, kind or program (`Text Editor`, `mousepad`, `browser`), a file or
    /// folder (absolute, `~/...` or relative to the home folder), or an address (`https:`, `http:`, `file:`).
    pub target: String,
    /// An address, file or folder to open in it, when `target` is an application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub argument: Option<String>,
}

/// The started application.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OpenResult {
    /// The application's name, such as `Text Editor`.
    pub application: String,
    /// The file or address that it opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<String>,
    /// Its new window. Null when none appeared in time, or the program reused a window.
    pub window: Option<Window>,
}
