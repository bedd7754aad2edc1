//! The data folder and its disk.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use backend::blobs;
use nix::sys::statvfs::statvfs;
use nix::unistd::{AccessFlags, access, geteuid};

use super::finding::{Finding, of_files};
use crate::database::no_data_dir;

/// The free space in bytes below which the disk will soon be full.
const LOW_SPACE: u64 = 2 << 30;
/// The number of free inodes below which no more files can soon be made.
const LOW_INODES: u64 = 10_000;

/// Looks at the data folder.
pub(super) async fn look(data_dir: &Path) -> Vec<Finding> {
    let (folder, space, inodes) = (data_dir.to_owned(), existing(data_dir), existing(data_dir));
    let (folder, space, inodes) = tokio::join!(
        of_files("data_folder", move || data_folder(&folder)),
        of_files("disk_space", move || disk_space(&space)),
        of_files("inodes", move || free_inodes(&inodes)),
    );
    vec![folder, space, inodes]
}

/// The folder, or the one in which it would be made.
fn existing(folder: &Path) -> PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    absolute.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(Path::new("/")).to_owned()
}

fn data_folder(folder: &Path) -> Finding {
    const CHECK: &str = "data_folder";
    let shown = folder.display();
    let place = existing(folder);
    let is_there = folder.exists();
    if let Err(error) = access(&place, AccessFlags::R_OK | AccessFlags::W_OK | AccessFlags::X_OK) {
        let what = if is_there { "can't be written to" } else { "can't be created" };
        let message =
            format!("{}: the folder {} {what} by this user ({error})", no_data_dir(folder), place.display());
        return Finding::error(CHECK, "data_folder_not_writable", message);
    }
    if !is_there {
        return Finding::ok(CHECK, format!("{shown} will be created by the first start"));
    }
    let Ok(found) = folder.metadata() else {
        return Finding::error(CHECK, "data_folder_not_writable", no_data_dir(folder));
    };
    if !found.is_dir() {
        return Finding::error(
            CHECK,
            "data_folder_not_writable",
            format!("{}: it is a file", no_data_dir(folder)),
        );
    }
    if found.uid() != geteuid().as_raw() {
        let message = format!(
            "{shown} belongs to the user {}, and this command runs as {}. Run Deskhand, and this command, as the user who \
             owns the folder, or give it away with chown",
            found.uid(),
            geteuid()
        );
        return Finding::warning(CHECK, "data_folder_of_another_user", message);
    }
    if found.permissions().mode() & 0o066 != 0 {
        let message = format!("Other users can read the folder {shown}. Close it (`chmod go-rw {shown}`)");
        return Finding::warning(CHECK, "data_folder_open", message);
    }
    Finding::ok(CHECK, format!("{shown} can be written to"))
}

fn disk_space(folder: &Path) -> Finding {
    const CHECK: &str = "disk_space";
    let Ok(disk) = statvfs(folder) else {
        return Finding::warning(
            CHECK,
            "unknown",
            format!("The disk of {} can't be asked", folder.display()),
        );
    };
    let free = disk.blocks_available() * disk.fragment_size();
    let message = format!("{} MB are free on the disk of {}", free >> 20, folder.display());
    if blobs::check_space(folder).is_err() {
        let what = "files and screenshots can't be stored any more. Make room there, or choose another folder with --data-dir";
        return Finding::error(CHECK, "disk_full", format!("{message}: {what}"));
    }
    if free < LOW_SPACE {
        return Finding::warning(
            CHECK,
            "disk_nearly_full",
            format!("{message}. Make room before it is full"),
        );
    }
    Finding::ok(CHECK, message)
}

fn free_inodes(folder: &Path) -> Finding {
    const CHECK: &str = "inodes";
    match statvfs(folder) {
        // Some file systems have no fixed number.
        Ok(disk) if disk.files() == 0 => Finding::ok(CHECK, "The file system has no limit of files"),
        Ok(disk) if disk.files_available() < LOW_INODES => Finding::warning(
            CHECK,
            "inodes_nearly_used_up",
            format!(
                "Only {} more files fit on the disk of {} (`df -i`). Delete small files there, or choose another folder with \
                 --data-dir",
                disk.files_available(),
                folder.display()
            ),
        ),
        Ok(disk) => Finding::ok(CHECK, format!("{} more files fit on the disk", disk.files_available())),
        Err(error) => Finding::warning(CHECK, "unknown", format!("The disk can't be asked ({error})")),
    }
}
