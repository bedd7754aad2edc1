//! Opening files without leaving the home.
//!
//! A path is walked one folder at a time from an open home, and no step follows a symbolic link. So neither
//! `..` nor a link that a program of the desktop swaps in at the right moment leads outside.

use std::ffi::OsStr;
use std::fs::File;
use std::io::ErrorKind;
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open, openat, renameat};
use nix::sys::stat::{Mode, fstat, mkdirat};
use nix::unistd::{UnlinkatFlags, unlinkat};
use protocol::agent::files::FileEntry;

use super::listing;

/// Names of files that are being received start so; listings and watches leave them out.
pub(crate) const PARTIAL_PREFIX: &str = ".deskhand-partial-";
const FOLDER: OFlag =
    OFlag::O_PATH.union(OFlag::O_DIRECTORY).union(OFlag::O_NOFOLLOW).union(OFlag::O_CLOEXEC);

/// Why a file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The path is not one below the home, or leads through a symbolic link.
    #[error("The path is not inside the home folder.")]
    Outside,
    /// Nothing is there.
    #[error("There is no such file.")]
    NotFound,
    /// A folder or something else that has no content, or a file where a folder is needed.
    #[error("This is not an ordinary file.")]
    NotAFile,
    /// The disk is full.
    #[error("The desktop's disk is full.")]
    Full,
    /// Anything else.
    #[error("could not use a file of the home folder")]
    Io(#[source] std::io::Error),
}

impl From<Errno> for FileError {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::ENOENT => Self::NotFound,
            Errno::ELOOP => Self::Outside,
            Errno::ENOTDIR | Errno::EISDIR | Errno::ENXIO => Self::NotAFile,
            Errno::ENAMETOOLONG | Errno::EINVAL => Self::Outside,
            Errno::ENOSPC | Errno::EDQUOT => Self::Full,
            other => Self::Io(other.into()),
        }
    }
}

impl From<std::io::Error> for FileError {
    fn from(error: std::io::Error) -> Self {
        match error.raw_os_error() {
            Some(errno) => Errno::from_raw(errno).into(),
            None if error.kind() == ErrorKind::StorageFull => Self::Full,
            None => Self::Io(error),
        }
    }
}

/// The home folder. Its methods block for as long as the disk does.
#[derive(Debug, Clone)]
pub struct Home {
    path: PathBuf,
    folder: Arc<OwnedFd>,
}

/// A file that is being received; it appears under its name all at once, or not at all.
#[derive(Debug)]
pub struct Upload {
    folder: OwnedFd,
    partial: String,
    name: std::ffi::OsString,
    finished: bool,
}

impl Home {
    /// Opens the home folder.
    pub fn open(path: PathBuf) -> std::io::Result<Self> {
        let folder = open(&path, FOLDER.difference(OFlag::O_NOFOLLOW), Mode::empty())?;
        Ok(Self { path, folder: Arc::new(folder) })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a file to read, and says how long it is.
    ///
    /// # Errors
    /// When it is not an ordinary file inside the home.
    pub fn read(&self, path: &str) -> Result<(File, u64), FileError> {
        let (folders, name) = split(path)?;
        let folder = self.walk(&folders, MissingFolders::Refuse)?;
        // Not blocking: a named pipe would wait for a writer.
        let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
        let file = File::from(openat(folder.as_fd(), name, flags, Mode::empty())?);
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(FileError::NotAFile);
        }
        Ok((file, metadata.len()))
    }

    /// Starts to receive a file; missing folders are made.
    ///
    /// # Errors
    /// When the path leads outside the home or to something that is not an ordinary file.
    pub fn receive(&self, path: &str) -> Result<(File, Upload), FileError> {
        let (folders, name) = split(path)?;
        let folder = self.walk(&folders, MissingFolders::Make)?;
        if let Ok(there) = openat(folder.as_fd(), name, OFlag::O_PATH | OFlag::O_NOFOLLOW, Mode::empty())
            && nix::sys::stat::SFlag::from_bits_truncate(fstat(&there)?.st_mode)
                & nix::sys::stat::SFlag::S_IFMT
                != nix::sys::stat::SFlag::S_IFREG
        {
            return Err(FileError::NotAFile);
        }
        let partial = format!("{PARTIAL_PREFIX}{:016x}", rand::random::<u64>());
        let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let mode = Mode::from_bits_truncate(0o644);
        let file = File::from(openat(folder.as_fd(), partial.as_str(), flags, mode)?);
        Ok((file, Upload { folder, partial, name: name.to_owned(), finished: false }))
    }

    /// Makes a new file to read and write; missing folders are made.
    ///
    /// # Errors
    /// When there is one of that name, or the path leads outside the home.
    pub fn create(&self, path: &str) -> Result<File, FileError> {
        let (folders, name) = split(path)?;
        let folder = self.walk(&folders, MissingFolders::Make)?;
        let flags = OFlag::O_RDWR | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        Ok(File::from(openat(folder.as_fd(), name, flags, Mode::from_bits_truncate(0o644))?))
    }

    /// Removes a file.
    ///
    /// # Errors
    /// When it is not there, or the path leads outside the home.
    pub fn remove(&self, path: &str) -> Result<(), FileError> {
        let (folders, name) = split(path)?;
        let folder = self.walk(&folders, MissingFolders::Refuse)?;
        Ok(unlinkat(folder.as_fd(), name, UnlinkatFlags::NoRemoveDir)?)
    }

    /// Every file below a folder, named by its path from the home.
    ///
    /// # Errors
    /// When the path leads outside the home.
    pub fn list(&self, under: &str) -> Result<Vec<FileEntry>, FileError> {
        let folders = components(under)?;
        match self.walk(&folders, MissingFolders::Refuse) {
            Ok(_) => Ok(listing::files(&self.path, &folders.iter().collect::<PathBuf>())),
            Err(FileError::NotFound) => Ok(Vec::new()),
            Err(other) => Err(other),
        }
    }

    fn walk(&self, folders: &[&OsStr], missing: MissingFolders) -> Result<OwnedFd, FileError> {
        let mut folder = self.folder.try_clone()?;
        for name in folders {
            let mut next = openat(folder.as_fd(), *name, FOLDER, Mode::empty());
            if matches!(next, Err(Errno::ENOENT)) && missing == MissingFolders::Make {
                match mkdirat(folder.as_fd(), *name, Mode::from_bits_truncate(0o755)) {
                    Ok(()) | Err(Errno::EEXIST) => {}
                    Err(errno) => return Err(errno.into()),
                }
                next = openat(folder.as_fd(), *name, FOLDER, Mode::empty());
            }
            folder = next.map_err(|errno| match errno {
                // Asked for a folder and not to follow, the kernel says this of a link.
                Errno::ENOTDIR => FileError::Outside,
                other => other.into(),
            })?;
        }
        Ok(folder)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum MissingFolders {
    Refuse,
    Make,
}

impl Upload {
    /// Gives the file its name, replacing one that had it.
    ///
    /// # Errors
    /// When a folder has the name.
    pub fn finish(mut self) -> Result<(), FileError> {
        let folder = self.folder.as_fd();
        renameat(folder, self.partial.as_str(), folder, self.name.as_os_str())?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.finished {
            // The folder itself may have been removed.
            let _ = unlinkat(self.folder.as_fd(), self.partial.as_str(), UnlinkatFlags::NoRemoveDir);
        }
    }
}

/// The folders of a path and its last name.
fn split(path: &str) -> Result<(Vec<&OsStr>, &OsStr), FileError> {
    let mut names = components(path)?;
    let name = names.pop().ok_or(FileError::NotAFile)?;
    if path.ends_with('/') {
        return Err(FileError::NotAFile);
    }
    Ok((names, name))
}

/// The names that a relative path is made of.
fn components(path: &str) -> Result<Vec<&OsStr>, FileError> {
    let name = |component| match component {
        Component::Normal(name) => Some(Ok(name)),
        Component::CurDir => None,
        _ => Some(Err(FileError::Outside)),
    };
    if path.contains('\0') {
        return Err(FileError::Outside);
    }
    Path::new(path).components().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::{FileError, components, split};

    #[test]
    fn only_relative_paths_that_go_down_are_taken() {
        for outside in ["/etc/passwd", "..", "../x", "a/../../x", "a/..", "a\0b"] {
            assert!(matches!(components(outside), Err(FileError::Outside)), "{outside:?} was taken");
        }
        assert_eq!(components("a/./b//c").unwrap(), ["a", "b", "c"]);
        assert_eq!(components("").unwrap(), Vec::<&str>::new());
        for no_file in ["", ".", "a/"] {
            assert!(matches!(split(no_file), Err(FileError::NotAFile)), "{no_file:?} names a file");
        }
    }
}
