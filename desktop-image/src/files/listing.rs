//! Lists files.

use std::fs::{DirEntry, Metadata};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use protocol::agent::files::FileEntry;

use super::home::PARTIAL_PREFIX;

/// Most files listed and most folders read.
const MAX_FILES: usize = 10_000;
const MAX_FOLDERS: usize = 10_000;

/// The regular files below a folder of the home folder, sorted by path. Symbolic links, hidden folders and whatever
/// can't be read are skipped.
pub(super) fn files(home: &Path, under: &Path) -> Vec<FileEntry> {
    let mut found = Vec::new();
    let mut open = vec![under.to_owned()];
    let mut entered = 0;
    while let Some(folder) = open.pop() {
        entered += 1;
        if entered > MAX_FOLDERS || found.len() >= MAX_FILES {
            tracing::warn!(files.listed = found.len(), "a listing was cut short");
            break;
        }
        for entry in std::fs::read_dir(home.join(&folder)).into_iter().flatten().flatten() {
            visit(&folder, &entry, &mut open, &mut found);
        }
    }
    found.truncate(MAX_FILES);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn visit(folder: &Path, entry: &DirEntry, open: &mut Vec<PathBuf>, found: &mut Vec<FileEntry>) {
    let name = entry.file_name();
    let Some(name) = name.to_str() else { return };
    // Metadata of the entry itself, not of a link's target.
    let Ok(metadata) = entry.metadata() else { return };
    let path = folder.join(name);
    if metadata.is_dir() && !name.starts_with('.') {
        open.push(path);
    } else if metadata.is_file() && !name.starts_with(PARTIAL_PREFIX) {
        found.extend(describe(&path, &metadata));
    }
}

/// The file as an API message; `None` if its name is not UTF-8.
pub(super) fn describe(path: &Path, metadata: &Metadata) -> Option<FileEntry> {
    let modified = metadata.modified().ok()?;
    let modified_ms = match modified.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).ok()?,
        Err(before) => -i64::try_from(before.duration().as_millis()).ok()?,
    };
    Some(FileEntry { path: path.to_str()?.to_owned(), size: metadata.len(), modified_ms })
}
