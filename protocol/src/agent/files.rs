//! Files of a desktop's home folder: `/v1/files`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Folder below the home folder where uploads attached to a message appear.
pub const UPLOADS_FOLDER: &str = "Uploads";
/// Folders below the home folder whose completed files appear among the chat's files.
pub const OUTPUT_FOLDERS: [&str; 2] = ["Outputs", "Downloads"];

/// The most entries of a page of a folder.
pub const MAX_FOLDER_PAGE: usize = 500;

/// A page of what is in a folder of the home folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FolderPage {
    /// What is in it, in the order of the names' bytes.
    pub entries: Vec<FolderEntry>,
    /// Set if there is more: the name after which it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Something in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FolderEntry {
    /// Its name, without folders.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
    /// Bytes of a file; 0 for anything else.
    pub size: u64,
    /// Last change, in milliseconds since 1970.
    pub modified_ms: i64,
}

/// What something in a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// An ordinary file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link. It is not followed.
    Link,
    /// Anything else, such as a socket.
    Other,
}

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
