//! The home folders of desktops on this machine. Their programs may change them meanwhile, and must not lead us elsewhere.

use std::ffi::{CStr, CString, OsStr};
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, openat, readlinkat};
use nix::sys::stat::{FileStat, Mode, SFlag, fstat, fstatat};
use protocol::ids::DesktopId;

use super::entry::Entry;
use super::writer::{ArchiveWriter, Attributes};

/// The depth of folders beyond which nothing is copied: each takes a descriptor.
pub(super) const DEPTH_LIMIT: usize = 200;
/// The length of paths beyond which nothing is copied, in bytes.
pub(super) const PATH_LIMIT: usize = 4000;

/// The folder with the desktops, in the data folder.
pub(super) const DESKTOPS: &str = "desktops";
/// The folder in that of a desktop.
pub(super) const HOME: &str = "home";

/// Copies home folders into an archive.
pub(super) struct HomeCopier<'a> {
    pub(super) archive: &'a mut ArchiveWriter,
    /// Called before each file, to end early.
    pub(super) check: &'a dyn Fn() -> anyhow::Result<()>,
    /// How many files were left out: those that are too deep, can't be read, or are no files, folders or links.
    pub(super) skipped: u64,
}

/// The desktops that have a folder.
pub(super) fn desktops(data_dir: &Path) -> anyhow::Result<Vec<DesktopId>> {
    let entries = match std::fs::read_dir(data_dir.join(DESKTOPS)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut desktops = Vec::new();
    for entry in entries {
        if let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) {
            desktops.push(id);
        }
    }
    desktops.sort_unstable();
    Ok(desktops)
}

impl HomeCopier<'_> {
    /// Copies the home folder of a desktop, if there is one: the folder itself first, and each other folder after what is
    /// in it.
    pub(super) fn copy(&mut self, data_dir: &Path, desktop: DesktopId) -> anyhow::Result<()> {
        let folder = data_dir.join(DESKTOPS).join(desktop.to_string()).join(HOME);
        let Some(folder) = gone(nix::fcntl::open(&folder, folder_flags(), Mode::empty()))? else {
            return Ok(());
        };
        let stat = fstat(&folder)?;
        self.archive.add_folder(&Entry::Home { desktop, path: PathBuf::new() }, attributes(&stat))?;
        self.copy_content(&folder, desktop, &PathBuf::new(), 0)
    }

    fn copy_content(
        &mut self,
        folder: &OwnedFd,
        desktop: DesktopId,
        path: &Path,
        depth: usize,
    ) -> anyhow::Result<()> {
        for name in names(folder.as_fd().try_clone_to_owned()?)? {
            (self.check)()?;
            let path = path.join(OsStr::from_bytes(name.to_bytes()));
            if path.as_os_str().len() > PATH_LIMIT {
                self.skipped += 1;
                continue;
            }
            match self.copy_one(folder, &name, desktop, &path, depth) {
                Ok(()) => {}
                // It was deleted, exchanged, or closed to us.
                Err(error)
                    if error.downcast_ref::<Errno>().is_some_and(|errno| {
                        matches!(errno, Errno::ENOENT | Errno::ELOOP | Errno::ENOTDIR | Errno::EACCES)
                    }) =>
                {
                    self.skipped += 1;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn copy_one(
        &mut self,
        folder: &OwnedFd,
        name: &CStr,
        desktop: DesktopId,
        path: &Path,
        depth: usize,
    ) -> anyhow::Result<()> {
        let entry = Entry::Home { desktop, path: path.to_owned() };
        let stat = fstatat(folder, name, AtFlags::AT_SYMLINK_NOFOLLOW)?;
        match kind(&stat) {
            SFlag::S_IFREG => {
                let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
                let file = openat(folder, name, flags, Mode::empty())?;
                let stat = fstat(&file)?;
                if kind(&stat) != SFlag::S_IFREG {
                    return Err(Errno::ENOENT.into());
                }
                let size = u64::try_from(stat.st_size)?;
                self.archive.add_file(&entry, attributes(&stat), File::from(file), size)?;
            }
            SFlag::S_IFLNK => {
                let target = readlinkat(folder, name)?;
                self.archive.add_link(&entry, attributes(&stat), Path::new(&target))?;
            }
            SFlag::S_IFDIR if depth < DEPTH_LIMIT => {
                let below = openat(folder, name, folder_flags(), Mode::empty())?;
                let attributes = attributes(&fstat(&below)?);
                self.copy_content(&below, desktop, path, depth + 1)?;
                self.archive.add_folder(&entry, attributes)?;
            }
            _ => self.skipped += 1,
        }
        Ok(())
    }
}

fn folder_flags() -> OFlag {
    OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC
}

fn kind(stat: &FileStat) -> SFlag {
    SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT
}

fn attributes(stat: &FileStat) -> Attributes {
    Attributes {
        mode: stat.st_mode & 0o777,
        uid: stat.st_uid,
        modified: u64::try_from(stat.st_mtime).unwrap_or_default(),
    }
}

/// The names in a folder, in order.
fn names(folder: OwnedFd) -> nix::Result<Vec<CString>> {
    let mut names = Vec::new();
    for entry in Dir::from_fd(folder)?.iter() {
        let name = entry?.file_name().to_owned();
        if !matches!(name.to_bytes(), b"." | b"..") {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Maps a missing file to `None`.
fn gone<T>(found: nix::Result<T>) -> nix::Result<Option<T>> {
    match found {
        Err(Errno::ENOENT) => Ok(None),
        found => found.map(Some),
    }
}
