//! A file that takes its name only once it is complete.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tempfile::NamedTempFile;

/// The end of the temporary name.
const SUFFIX: &str = ".partial";

/// A file that is being written beside its target. Dropping it deletes it.
pub(super) struct PartialFile {
    file: NamedTempFile,
    folder: PathBuf,
    target: PathBuf,
}

impl PartialFile {
    /// Creates the file, which only this user can read, and deletes those that killed processes left behind.
    pub(super) fn create(target: &Path) -> anyhow::Result<Self> {
        let name =
            target.file_name().with_context(|| format!("{} is not the name of a file", target.display()))?;
        anyhow::ensure!(
            !target.is_dir(),
            "{} is a folder. Name the file that the archive shall have",
            target.display()
        );
        let folder = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(name);
        prefix.push(".");
        let created = || {
            remove_abandoned(&folder, &prefix)?;
            let file = tempfile::Builder::new().prefix(&prefix).suffix(SUFFIX).tempfile_in(&folder)?;
            file.as_file().lock()?;
            Ok::<_, io::Error>(file)
        };
        let file = created().with_context(|| {
            format!(
                "Cannot write to {}. Choose a folder that exists and that this user may write to",
                folder.display()
            )
        })?;
        Ok(Self { file, folder, target: target.to_owned() })
    }

    /// The open file.
    pub(super) fn open(&self) -> io::Result<File> {
        self.file.as_file().try_clone()
    }

    /// The folder that it is in.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Gives the file its name, in place of a file that has it, once its bytes are on the disk.
    pub(super) fn complete(self) -> io::Result<u64> {
        self.file.as_file().sync_all()?;
        let size = self.file.as_file().metadata()?.len();
        self.file.persist(&self.target)?;
        File::open(&self.folder)?.sync_all()?;
        Ok(size)
    }
}

/// Deletes partial files whose process has ended: nobody holds their lock.
fn remove_abandoned(folder: &Path, prefix: &std::ffi::OsStr) -> io::Result<()> {
    let is_partial = |name: &std::ffi::OsStr| {
        let (name, prefix) = (name.as_encoded_bytes(), prefix.as_encoded_bytes());
        name.starts_with(prefix) && name.ends_with(SUFFIX.as_bytes())
    };
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !is_partial(&entry.file_name()) || !entry.file_type()?.is_file() {
            continue;
        }
        // It may belong to another user, or be gone meanwhile.
        if File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_target_is_replaced_at_the_end_only() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("file");
        std::fs::write(&target, "old").unwrap();
        let partial = PartialFile::create(&target).unwrap();
        partial.open().unwrap().write_all(b"new").unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"old");
        assert_eq!(partial.complete().unwrap(), 3);
        assert_eq!(std::fs::read(&target).unwrap(), b"new");
        assert_eq!(target.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        drop(PartialFile::create(&target).unwrap());
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn what_a_killed_process_left_is_deleted_and_what_is_being_written_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("file");
        let at_work = PartialFile::create(&target).unwrap();
        for left in [".file.abc.partial", ".other.abc.partial", "file.abc.partial"] {
            std::fs::write(folder.path().join(left), "left").unwrap();
        }
        let partial = PartialFile::create(&target).unwrap();
        assert_eq!(names(folder.path()).len(), 4);
        drop((at_work, partial));
        assert_eq!(names(folder.path()), [".other.abc.partial", "file.abc.partial"]);
    }

    #[test]
    fn folders_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(PartialFile::create(folder.path()).is_err());
        assert!(PartialFile::create(&folder.path().join("missing/file")).is_err());
        assert!(PartialFile::create(Path::new("/")).is_err());
    }
}
