//! Reads and writes whole files.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown};
use std::path::Path;

use nix::fcntl::OFlag;
use nix::unistd::AccessFlags;

use super::error::{EditorError, at};
use crate::files::PARTIAL_PREFIX;

/// Largest file that can be edited, in bytes.
const MAX_BYTES: u64 = 10 * 1024 * 1024;

/// Opens a file or folder for reading.
pub(super) fn open(path: &Path) -> Result<(File, Metadata), EditorError> {
    // Non-blocking, or a named pipe would wait for a writer.
    let opened = OpenOptions::new().read(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(path);
    let file = opened.map_err(|error| match error.raw_os_error() {
        // Opening a socket fails this way.
        Some(nix::libc::ENXIO) => EditorError::NotAFile(path.display().to_string()),
        _ => at(path)(error),
    })?;
    let metadata = file.metadata().map_err(at(path))?;
    if !metadata.is_file() && !metadata.is_dir() {
        return Err(EditorError::NotAFile(path.display().to_string()));
    }
    Ok((file, metadata))
}

/// Reads a file to edit.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, EditorError> {
    let (file, metadata) = open(path)?;
    let shown = || path.display().to_string();
    if metadata.is_dir() {
        return Err(EditorError::Folder(shown()));
    }
    let mut bytes = Vec::new();
    // It may have grown, and files in /proc report no length.
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(at(path))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(EditorError::TooLarge(shown()));
    }
    Ok(bytes)
}

/// Replaces a file atomically, keeping its mode and owner.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<(), EditorError> {
    let before = match std::fs::metadata(path) {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(at(path)(error)),
    };
    if before.is_some() {
        // Renaming would replace even a read-only file.
        nix::unistd::access(path, AccessFlags::W_OK).map_err(|errno| at(path)(errno.into()))?;
    }
    let folder = path.parent().unwrap_or(Path::new("/"));
    let partial = folder.join(format!("{PARTIAL_PREFIX}{:016x}", rand::random::<u64>()));
    let written = fill(&partial, content, before.as_ref()).and_then(|()| std::fs::rename(&partial, path));
    written.map_err(|error| {
        // It may not have been created.
        let _ = std::fs::remove_file(&partial);
        at(path)(error)
    })
}

fn fill(partial: &Path, content: &[u8], like: Option<&Metadata>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(partial)?;
    file.write_all(content)?;
    if let Some(like) = like {
        let new = file.metadata()?;
        if (new.uid(), new.gid()) != (like.uid(), like.gid()) {
            // Only root can change the owner; others own what they write.
            let _ = fchown(&file, Some(like.uid()), Some(like.gid()));
        }
        file.set_permissions(like.permissions())?;
    }
    Ok(())
}
