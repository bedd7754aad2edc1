//! Files of a desktop's home folder: `/v1/files`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Folder below the home folder where uploads attached to a message appear.
pub const UPLOADS_FOLDER: &str = "Uploads";
/// Folders below the home folder whose completed files appear among the chat's files.
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
