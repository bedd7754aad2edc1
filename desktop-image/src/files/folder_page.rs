//! What is in one folder, a page at a time.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::os::fd::{AsFd as _, OwnedFd};

use nix::dir::Dir;
use nix::fcntl::{AtFlags, OFlag, openat};
use nix::sys::stat::{FileStat, Mode, SFlag, fstatat};
use protocol::agent::files::{EntryKind, FolderEntry, FolderPage};

use super::home::{FileError, PARTIAL_PREFIX};

/// The entries of an open folder that follow the name `after`, sorted by name, at most `limit`. However many the folder has, no
/// more than a page of names is kept.
pub(super) fn read(folder: &OwnedFd, after: Option<&str>, limit: usize) -> Result<FolderPage, FileError> {
    let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let mut opened = Dir::from_fd(openat(folder.as_fd(), ".", flags, Mode::empty())?)?;
    let mut names: BTreeMap<String, CString> = BTreeMap::new();
    for entry in opened.iter() {
        let raw = entry?.file_name().to_owned();
        // A name that is not UTF-8 can't be part of an address.
        let Ok(name) = raw.to_str() else { continue };
        let is_hidden = matches!(name, "." | "..") || name.starts_with(PARTIAL_PREFIX);
        if is_hidden || after.is_some_and(|after| name <= after) {
            continue;
        }
        names.insert(name.to_owned(), raw.clone());
        // One more than the page, which tells that another follows.
        if names.len() > limit + 1 {
            names.pop_last();
        }
    }
    let follows = names.len() > limit;
    if follows {
        names.pop_last();
    }
    let next = names.keys().next_back().filter(|_| follows).cloned();
    // What is gone meanwhile is left out.
    let entry = |(name, raw): (String, CString)| {
        let stat = fstatat(folder.as_fd(), raw.as_c_str(), AtFlags::AT_SYMLINK_NOFOLLOW).ok()?;
        Some(describe(name, &stat))
    };
    Ok(FolderPage { entries: names.into_iter().filter_map(entry).collect(), next })
}

fn describe(name: String, stat: &FileStat) -> FolderEntry {
    let kind = match SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT {
        SFlag::S_IFREG => EntryKind::File,
        SFlag::S_IFDIR => EntryKind::Folder,
        SFlag::S_IFLNK => EntryKind::Link,
        _ => EntryKind::Other,
    };
    let size = if kind == EntryKind::File { stat.st_size.cast_unsigned() } else { 0 };
    let modified_ms = stat.st_mtime.saturating_mul(1000).saturating_add(stat.st_mtime_nsec / 1_000_000);
    FolderEntry { name, kind, size, modified_ms }
}
