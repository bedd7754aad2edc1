//! Files of a desktop's home folder: `/v1/files`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Folder under the home where uploads named in a message appear.
pub const UPLOADS_FOLDER: &str = "Uploads";
/// Folders under the home whose completed files appear under the chat's files.
pub const OUTPUT_FOLDERS: [&str; 2] = ["Outputs", "Downloads"];

/// A file in the desktop's home folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileEntry {
    /// Path relative to the home folder, with `/`.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Last change, in milliseconds since 1970.
    pub modified_ms: i64,
}
