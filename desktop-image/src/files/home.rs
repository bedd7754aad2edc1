//! Opens files without leaving the home folder.
//!
//! A path is walked one folder at a time from the open home folder, without following symbolic links. So neither `..`
//! nor a link that a program swaps in at the right moment leads outside.

use std::ffi::OsStr;
use std::fs::File;
use std::io::ErrorKind;
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use nix::errno::Errno;
use nix::fcntl::{OFlag, RenameFlags, open, openat, renameat, renameat2};
use nix::sys::stat::{Mode, fstat, mkdirat};
use nix::unistd::{UnlinkatFlags, unlinkat};
use protocol::agent::files::{FileEntry, FolderPage};

use super::{folder_page, listing};

/// Prefix of files that are being uploaded, which listings and watches omit.
pub(crate) const PARTIAL_PREFIX: &str = ".deskhand-partial-";
const FOLDER: OFlag =
    OFlag::O_PATH.union(OFlag::O_DIRECTORY).union(OFlag::O_NOFOLLOW).union(OFlag::O_CLOEXEC);

/// Why a file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The path leads outside the home folder or through a symbolic link.
    #[error("The path is not inside the home folder.")]
    Outside,
    /// There is no such file.
    #[error("There is no such file.")]
    NotFound,
    /// It is not a regular file, or a part of the path is not a folder.
    #[error("This is not an ordinary file.")]
    NotAFile,
    /// Something with this name is there already.
    #[error("There is something with this name already.")]
    Exists,
    /// The disk is full.
    #[error("The desktop's disk is full.")]
    Full,
    /// Any other IO error.
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
            Errno::EEXIST => Self::Exists,
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

/// The home folder. The methods block on the disk.
#[derive(Debug, Clone)]
pub struct Home {
    path: PathBuf,
    folder: Arc<OwnedFd>,
}

/// A file that is being uploaded. It gets its name once it is complete.
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

    /// Opens a file for reading, and returns its length in bytes.
    ///
    /// # Errors
    /// When it is not a regular file inside the home folder.
    pub fn read(&self, path: &str) -> Result<(File, u64), FileError> {
        let (folders, name) = split(path)?;
        let folder = self.walk(&folders, MissingFolders::Refuse)?;
        // Non-blocking, or a named pipe would wait for a writer.
        let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
        let file = File::from(openat(folder.as_fd(), name, flags, Mode::empty())?);
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(FileError::NotAFile);
        }
        Ok((file, metadata.len()))
    }

    /// Starts an upload, creating missing folders.
    ///
    /// # Errors
    /// When the path leads outside the home folder or to something that is not a regular file.
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

    /// Creates a file for reading and writing, and missing folders.
    ///
    /// # Errors
    /// When the file exists, or the path leads outside the home folder.
    pub fn create(&self, path: &str) -> Result<File, FileError> {
        let (folders, name) = split(path)?;
        let folder = self.walk(&folders, MissingFolders::Make)?;
        let flags = OFlag::O_RDWR | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        Ok(File::from(openat(folder.as_fd(), name, flags, Mode::from_bits_truncate(0o644))?))
    }

    /// Removes a file.
    ///
    /// # Errors
    /// When it does not exist, or the path leads outside the home folder.
    pub fn remove(&self, path: &str) -> Result<(), FileError> {
        let (folders, name) = split(path)?;
        let folder = self.walk(&folders, MissingFolders::Refuse)?;
        Ok(unlinkat(folder.as_fd(), name, UnlinkatFlags::NoRemoveDir)?)
    }

    /// Every file below a folder, with its path relative to the home folder.
    ///
    /// # Errors
    /// When the path leads outside the home folder.
    pub fn list(&self, under: &str) -> Result<Vec<FileEntry>, FileError> {
        let folders = components(under)?;
        match self.walk(&folders, MissingFolders::Refuse) {
            Ok(_) => Ok(listing::files(&self.path, &folders.iter().collect::<PathBuf>())),
            Err(FileError::NotFound) => Ok(Vec::new()),
            Err(other) => Err(other),
        }
    }

    /// What is in a folder itself, sorted by name: at most `limit` entries that follow the name `after`.
    ///
    /// # Errors
    /// When it is not a folder inside the home folder.
    pub fn folder(&self, path: &str, after: Option<&str>, limit: usize) -> Result<FolderPage, FileError> {
        let folder = self.walk(&components(path)?, MissingFolders::Refuse)?;
        folder_page::read(&folder, after, limit)
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
                // `O_DIRECTORY` with `O_NOFOLLOW` fails this way for a symbolic link.
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
    /// Gives the file its name, replacing an existing file.
    ///
    /// # Errors
    /// When there is a folder with that name.
    pub fn finish(mut self) -> Result<(), FileError> {
        let folder = self.folder.as_fd();
        renameat(folder, self.partial.as_str(), folder, self.name.as_os_str())?;
        self.finished = true;
        Ok(())
    }

    /// Gives the file its name, if nothing has it.
    ///
    /// # Errors
    /// When something has it.
    pub fn finish_new(mut self) -> Result<(), FileError> {
        let folder = self.folder.as_fd();
        let (partial, name) = (self.partial.as_str(), self.name.as_os_str());
        renameat2(folder, partial, folder, name, RenameFlags::RENAME_NOREPLACE)?;
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

/// Splits a path into its folders and the file's name.
fn split(path: &str) -> Result<(Vec<&OsStr>, &OsStr), FileError> {
    let mut names = components(path)?;
    let name = names.pop().ok_or(FileError::NotAFile)?;
    if path.ends_with('/') {
        return Err(FileError::NotAFile);
    }
    Ok((names, name))
}

/// The components of a relative path.
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
    fn only_paths_below_the_home_folder_are_accepted() {
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
