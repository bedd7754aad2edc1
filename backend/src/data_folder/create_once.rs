//! Files in the data folder that are created once and only read afterwards.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

/// Reads the file at `path`. If it does not exist, first creates it atomically with the text from `create`,
/// readable only by this user. Of several processes doing so at once one succeeds, and all read its text.
pub(crate) fn read_or_create(path: &Path, create: impl FnOnce() -> String) -> io::Result<Vec<u8>> {
    if !path.try_exists()? {
        let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(create().as_bytes())?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(path) {
            Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => return Err(error.error),
            _ => File::open(folder)?.sync_all()?,
        }
    }
    std::fs::read(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn concurrent_starts_read_one_complete_file() {
        for _ in 0..50 {
            let folder = tempfile::tempdir().unwrap();
            let (path, barrier) = (folder.path().join("file"), Barrier::new(8));
            let start = |text: String| {
                barrier.wait();
                read_or_create(&path, || text).unwrap()
            };
            let read: Vec<Vec<u8>> = std::thread::scope(|scope| {
                let start = &start;
                let threads: Vec<_> =
                    (0..8).map(|nth: u8| scope.spawn(move || start(nth.to_string().repeat(1000)))).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert!(read[0].len() == 1000 && read.iter().all(|one| *one == read[0]));
            assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing lies beside it");
        }
    }

    #[test]
    fn only_this_user_may_read_the_file() {
        let folder = tempfile::tempdir().unwrap();
        read_or_create(&folder.path().join("file"), || "secret".into()).unwrap();
        let mode = folder.path().join("file").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
