//! Measures the disk usage of a home folder even if the desktop's programs try to hide it: folders without permissions
//! are made readable, folders deeper than the longest path are followed, and deleted files that are still open are
//! found.

use std::collections::HashSet;
use std::ffi::CString;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::rc::Rc;

use nix::NixPath;
use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags, OFlag};
use nix::sys::stat::{FchmodatFlags, Mode, SFlag, fchmod, fchmodat, fstat, fstatat};
use nix::unistd::dup;

use crate::processes;

/// Bytes of the blocks that `stat` counts.
const BLOCK: u64 = 512;

/// Disk usage of files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct DiskUsage {
    /// Bytes, in whole blocks.
    pub(super) bytes: u64,
    /// Files, folders included.
    pub(super) files: u64,
}

/// The usage of everything below a folder, including deleted files that programs of this desktop have open. A folder
/// that can't be read, as on a broken disk, is skipped.
pub(super) fn below(folder: &Path) -> DiskUsage {
    let device = folder.metadata().map(|metadata| metadata.dev()).unwrap_or_default();
    let mut count = Count { device, seen: HashSet::new(), usage: DiskUsage::default() };
    count.named(folder);
    count.deleted_but_open();
    count.usage
}

struct Count {
    device: u64,
    /// Inodes of files that can be found more than once.
    seen: HashSet<u64>,
    usage: DiskUsage,
}

/// A folder to read.
struct Pending {
    /// Stays open until all its folders are read, so as many are open as the tree is deep.
    parent: Rc<OwnedFd>,
    name: CString,
}

impl Count {
    fn named(&mut self, folder: &Path) {
        let mut left = Vec::new();
        let mut opened = open(AT_FDCWD, folder);
        loop {
            let looked = opened.and_then(|folder| self.read_folder(folder, &mut left));
            // A folder may have been removed or replaced since it was listed.
            if let Err(error) = looked
                && !matches!(error, Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP)
            {
                tracing::warn!(%error, "a folder could not be read");
            }
            let Some(Pending { parent, name }) = left.pop() else { return };
            opened = open(parent.as_fd(), name.as_c_str());
        }
    }

    fn read_folder(&mut self, mut folder: Dir, left: &mut Vec<Pending>) -> nix::Result<()> {
        let parent = Rc::new(dup(&folder)?);
        open_up(&parent)?;
        for entry in folder.iter() {
            let entry = entry?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            let stat = match fstatat(&*parent, name, AtFlags::AT_SYMLINK_NOFOLLOW) {
                Ok(stat) => stat,
                Err(Errno::ENOENT) => continue,
                Err(error) => return Err(error),
            };
            let is_folder = SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT == SFlag::S_IFDIR;
            let once = is_folder || stat.st_nlink == 1;
            let ours = self.add(stat.st_dev, stat.st_ino, stat.st_blocks.cast_unsigned(), once);
            if is_folder && ours {
                left.push(Pending { parent: Rc::clone(&parent), name: name.to_owned() });
            }
        }
        Ok(())
    }

    /// Counts deleted files that programs have open. Each thread may have its own file table. Programs whose `/proc`
    /// entries are not readable are skipped.
    fn deleted_but_open(&mut self) {
        for pid in processes::descendants() {
            for thread in entries(&format!("/proc/{pid}/task")) {
                for open in entries(&format!("{}/fd", thread.path().display())) {
                    let Ok(found) = open.path().metadata() else { continue };
                    if found.is_file() && found.nlink() == 0 {
                        self.add(found.dev(), found.ino(), found.blocks(), false);
                    }
                }
            }
        }
    }

    /// Counts a file. Returns false if it is on another disk or already counted.
    fn add(&mut self, device: u64, inode: u64, blocks: u64, once: bool) -> bool {
        if device != self.device || !(once || self.seen.insert(inode)) {
            return false;
        }
        self.usage.bytes += blocks * BLOCK;
        self.usage.files += 1;
        true
    }
}

fn flags() -> OFlag {
    OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC
}

fn entries(folder: &str) -> impl Iterator<Item = std::fs::DirEntry> {
    std::fs::read_dir(folder).into_iter().flatten().flatten()
}

/// Opens a folder, even one without permissions.
fn open<P: ?Sized + NixPath>(parent: impl AsFd + Copy, name: &P) -> nix::Result<Dir> {
    match Dir::openat(parent, name, flags(), Mode::empty()) {
        Err(Errno::EACCES) => {
            fchmodat(parent, name, Mode::S_IRWXU, FchmodatFlags::NoFollowSymlink)?;
            Dir::openat(parent, name, flags(), Mode::empty())
        }
        result => result,
    }
}

/// Gives the owner of an open folder permission to read it and to access its entries.
fn open_up(folder: &OwnedFd) -> nix::Result<()> {
    let mode = Mode::from_bits_truncate(fstat(folder)?.st_mode);
    if mode.contains(Mode::S_IXUSR) {
        return Ok(());
    }
    match fchmod(folder, mode | Mode::S_IRWXU) {
        // We are root and not the owner, and need no permission.
        Err(Errno::EPERM) => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{File, Permissions};
    use std::io::{Seek as _, SeekFrom, Write as _};
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use super::*;

    const MIB: u64 = 1 << 20;

    /// Held by each test: what the programs of one have open is counted by the others.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

    fn alone() -> MutexGuard<'static, ()> {
        ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(path: &Path, bytes: u64) -> File {
        let mut file = File::create(path).unwrap();
        file.write_all(&vec![1; usize::try_from(bytes).unwrap()]).unwrap();
        file
    }

    fn mib(folder: &Path) -> u64 {
        below(folder).bytes / MIB
    }

    #[test]
    fn everything_below_is_counted_once_and_links_are_not_followed() {
        let _alone = alone();
        let folder = tempfile::tempdir().unwrap();
        let (home, other) = (folder.path().join("home"), folder.path().join("other"));
        std::fs::create_dir_all(home.join("a/b")).unwrap();
        write(&home.join("a/b/file"), MIB);
        write(&other, 8 * MIB);
        std::fs::hard_link(home.join("a/b/file"), home.join("again")).unwrap();
        std::os::unix::fs::symlink(&other, home.join("link")).unwrap();
        std::os::unix::fs::symlink(folder.path(), home.join("a/up")).unwrap();
        let usage = below(&home);
        assert_eq!((usage.bytes / MIB, usage.files), (1, 5));
    }

    #[test]
    fn holes_in_a_file_are_not_counted() {
        let _alone = alone();
        let folder = tempfile::tempdir().unwrap();
        let mut file = File::create(folder.path().join("holes")).unwrap();
        file.seek(SeekFrom::Start(1 << 40)).unwrap();
        file.write_all(&vec![1; 1 << 20]).unwrap();
        assert_eq!(mib(folder.path()), 1);
    }

    #[test]
    fn folders_deeper_than_the_longest_path_are_counted() {
        let _alone = alone();
        let folder = tempfile::tempdir().unwrap();
        let script = "for i in $(seq 60); do n=$(printf '%0100d' $i); mkdir $n && cd -P $n || exit 1; done; \
                      head -c 1048576 /dev/zero > file";
        let made = std::process::Command::new("bash").args(["-c", script]).current_dir(&folder).status();
        assert!(made.unwrap().success());
        assert_eq!(mib(folder.path()), 1);
    }

    #[test]
    fn folders_without_permissions_are_made_readable_and_counted() {
        let _alone = alone();
        for mode in [0o000, 0o644, 0o100] {
            let folder = tempfile::tempdir().unwrap();
            let closed = folder.path().join("closed");
            std::fs::create_dir(&closed).unwrap();
            write(&closed.join("file"), MIB);
            std::fs::set_permissions(&closed, Permissions::from_mode(mode)).unwrap();
            assert_eq!(mib(folder.path()), 1);
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(&folder, Permissions::from_mode(0o644)).unwrap();
        below(folder.path());
        assert_eq!(folder.path().metadata().unwrap().permissions().mode() & 0o777, 0o744);
    }

    #[test]
    fn a_deleted_file_is_counted_while_it_is_open() {
        let _alone = alone();
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("file"), MIB);
        let script = "exec 3< file; rm file; echo removed; read line";
        let mut program = std::process::Command::new("bash")
            .args(["-c", script])
            .current_dir(&folder)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = program.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line).unwrap();
        assert_eq!(mib(folder.path()), 1);
        drop(program.stdin.take());
        program.wait().unwrap();
        assert_eq!(mib(folder.path()), 0);
    }
}
