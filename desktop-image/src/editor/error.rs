//! Why an editor command failed.

use std::io;
use std::path::Path;

/// Why a command failed. Models read these messages, which contain only paths and numbers besides fixed text.
#[derive(Debug, thiserror::Error)]
pub(super) enum EditorError {
    #[error("The path is empty.")]
    NoPath,
    #[error("The path holds a zero byte.")]
    ZeroByte,
    #[error("There is no file or folder at {0}.")]
    NotFound(String),
    #[error("The desktop's user has no permission for {0}.")]
    Permission(String),
    #[error("{0} is a folder; the editor changes files only.")]
    Folder(String),
    #[error("A part of the path {0} is a file, so nothing can be below it.")]
    BelowAFile(String),
    #[error("{0} is a device, a pipe or a socket, not a file.")]
    NotAFile(String),
    #[error("{0} is a binary file; use the shell to look into it or to change it.")]
    Binary(String),
    #[error(
        "{0} is an image of a kind that can't be shown here. Make a PNG of it first: convert FILE FILE.png"
    )]
    OtherImage(String),
    #[error("{0} is larger than 10 MiB; change it with the shell, for example with sed.")]
    TooLarge(String),
    #[error("{0} is a folder; view_range works on files only.")]
    RangeOfFolder(String),
    #[error(
        "The view_range [{first}, {last}] is not one: it takes a first line from 1 and a last line that is not \
         before it, or -1 for the end of the file."
    )]
    Range { first: i64, last: i64 },
    #[error("The file ends with line {lines}, before line {first} where view_range starts.")]
    BeyondEnd { first: u64, lines: u64 },
    #[error("The old_str is empty; insert adds text.")]
    NoOldText,
    #[error("The old_str is not in {0}. It must match exactly, white space included.")]
    NoMatch(String),
    #[error(
        "The old_str is in {path} {count} times, on lines {lines}. Add text around it so that it matches once."
    )]
    ManyMatches { path: String, count: usize, lines: String },
    #[error("There is no line {line} in {path} to insert after: insert_line goes from 0 to {lines}.")]
    NoLine { path: String, line: i64, lines: usize },
    #[error("The editor remembers no change of {0}.")]
    NothingToUndo(String),
    #[error(
        "{0} was changed by something else since the editor's last change, which can't be taken back now."
    )]
    ChangedSince(String),
    #[error("{0} is not an image that can be shown; it may be damaged or too large.")]
    Image(String, #[source] Option<image::ImageError>),
    #[error("The desktop's disk is full.")]
    DiskFull,
    #[error("{0} is on a file system that can't be written to.")]
    ReadOnly(String),
    #[error("The system refused the path {0}.")]
    System(String, #[source] io::Error),
}

/// Adds the path to an IO error.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> EditorError {
    let path = path.display().to_string();
    |error| match error.kind() {
        io::ErrorKind::NotFound => EditorError::NotFound(path),
        io::ErrorKind::PermissionDenied => EditorError::Permission(path),
        io::ErrorKind::IsADirectory => EditorError::Folder(path),
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => EditorError::BelowAFile(path),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => EditorError::DiskFull,
        io::ErrorKind::ReadOnlyFilesystem => EditorError::ReadOnly(path),
        _ => EditorError::System(path, error),
    }
}
