//! Broken data folders and disks.

use std::os::unix::fs::{PermissionsExt as _, chown};

use super::{behind, doctor, on_machine, refusal, report, with_data};
use crate::full_disk::SmallDisk;

#[tokio::test]
async fn a_data_folder_that_is_a_file() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    std::fs::write(&data, "").unwrap();
    let found = report(&mut doctor(&data)).await;
    assert_eq!(found.of("data_folder"), ("error", "data_folder_not_writable"));
    let sentence =
        format!("Cannot create the data folder {}. Choose another with --data-dir", data.display());
    assert!(found.message("data_folder").contains(&sentence) && !found.success);
    assert!(refusal(&mut with_data(&["up"], &data)).await.contains(&sentence));
}

#[tokio::test]
async fn a_data_folder_on_a_read_only_disk() {
    let data = tempfile::tempdir().unwrap();
    let script = format!("mount --bind {0} {0}\nmount -o remount,ro,bind {0}", data.path().display());
    let found = report(&mut on_machine(&script, &doctor(data.path()))).await;
    found.is("data_folder", "error", "data_folder_not_writable", "Choose another with --data-dir");
    let below = doctor(&data.path().join("below"));
    let found = report(&mut on_machine(&script, &below)).await;
    found.is("data_folder", "error", "data_folder_not_writable", "can't be created");
}

#[tokio::test]
async fn a_data_folder_of_another_user_or_open_to_others() {
    let data = tempfile::tempdir().unwrap();
    chown(data.path(), Some(12_345), None).unwrap();
    let found = report(&mut doctor(data.path())).await;
    found.is("data_folder", "warning", "data_folder_of_another_user", "belongs to the user 12345");
    chown(data.path(), Some(0), None).unwrap();
    std::fs::set_permissions(data.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let found = report(&mut doctor(data.path())).await;
    found.is("data_folder", "warning", "data_folder_open", "chmod go-rw");
}

#[tokio::test]
async fn a_disk_that_is_full_or_nearly_so() {
    let disk = SmallDisk::mount(320);
    let data = disk.path().join("data");
    report(&mut doctor(&data)).await.is(
        "disk_space",
        "warning",
        "disk_nearly_full",
        "Make room before it is full",
    );
    let fill = std::fs::File::create(disk.path().join("fill")).unwrap();
    nix::fcntl::posix_fallocate(&fill, 0, 300 << 20).unwrap();
    report(&mut doctor(&data)).await.is("disk_space", "error", "disk_full", "Make room there");
}

#[tokio::test]
async fn a_disk_without_inodes() {
    let data = tempfile::tempdir().unwrap();
    let script = format!("mount -t tmpfs -o nr_inodes=100,size=4g,mode=700 tmpfs {}", data.path().display());
    let found = report(&mut on_machine(&script, &doctor(data.path()))).await;
    found.is("inodes", "warning", "inodes_nearly_used_up", "df -i");
}

#[tokio::test]
async fn little_shared_memory() {
    let data = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=1m tmpfs /dev/shm";
    let found = report(&mut on_machine(script, &doctor(data.path()))).await;
    found.is("shared_memory", "warning", "shared_memory_small", "remount,size=1g");
    let found = report(on_machine(script, &doctor(data.path())).env("DESKHAND_DESKTOPS", "docker")).await;
    assert!(!found.checks.contains_key("shared_memory"), "containers have their own");
}

#[tokio::test]
async fn low_limits_of_inotify_and_open_files() {
    let data = tempfile::tempdir().unwrap();
    let low = data.path().join("low");
    std::fs::write(&low, "10\n").unwrap();
    let script = format!("mount --bind {} /proc/sys/fs/inotify/max_user_instances", low.display());
    let found = report(&mut on_machine(&script, &doctor(data.path()))).await;
    found.is("inotify", "warning", "inotify_limit_low", "sysctl -w fs.inotify.max_user_instances=1024");
    let found = report(&mut behind(&["nice", "-n", "0"], "ulimit -n 1000", &doctor(data.path()))).await;
    found.is("open_files", "warning", "open_files_limit_low", "LimitNOFILE=");
}
