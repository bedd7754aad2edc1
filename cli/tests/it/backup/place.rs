//! Where archives and data folders can't be.

use super::{Stopped, backup, backup_command, content, restore, run};
use crate::deskhand::Deskhand;
use crate::full_disk::SmallDisk;

#[tokio::test(flavor = "multi_thread")]
async fn places_that_do_not_fit_are_refused_with_what_to_do() {
    let stopped = Stopped::new().await;
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("backup.tar.gz");
    let told = backup(&place.path().join("nothing"), &file, &[]).await.unwrap_err();
    assert!(told.contains("There is no database in the data folder"), "{told}");
    let told = backup(stopped.path(), &place.path().join("missing/file"), &[]).await.unwrap_err();
    assert!(told.contains("Choose a folder that exists"), "{told}");
    let told = backup(stopped.path(), place.path(), &[]).await.unwrap_err();
    assert!(told.contains("is a folder"), "{told}");
    let told = restore(&place.path().join("data"), &file, &[]).await.unwrap_err();
    assert!(told.contains("Cannot read"), "{told}");
    assert!(!place.path().join("data").exists());

    std::fs::remove_file(stopped.path().join("installation-id")).unwrap();
    let told = backup(stopped.path(), &file, &[]).await.unwrap_err();
    assert!(told.contains("does not belong to this database"), "{told}");
    assert!(!file.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_leaves_what_was_there() {
    let stopped = Stopped::new().await;
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("backup.tar.gz");
    backup(stopped.path(), &file, &[]).await.unwrap();
    let disk = SmallDisk::mount(20);
    let told = restore(&disk.path().join("data"), &file, &[]).await.unwrap_err();
    assert!(told.contains("The restore needs about") && told.contains("choose another folder"), "{told}");
    assert_eq!(std::fs::read_dir(disk.path().join("data")).unwrap().count(), 0);

    let random = std::fs::File::open("/dev/urandom").unwrap();
    let mut large = std::fs::File::create(stopped.home().join("large")).unwrap();
    std::io::copy(&mut std::io::Read::take(random, 40 << 20), &mut large).unwrap();
    let told = backup(stopped.path(), &disk.path().join("backup.tar.gz"), &[]).await.unwrap_err();
    assert!(told.contains("No space left"), "{told}");
    assert_eq!(std::fs::read_dir(disk.path()).unwrap().count(), 1, "no part of an archive is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_says_what_it_could_not_find() {
    let stopped = Stopped::new().await;
    let place = tempfile::tempdir().unwrap();
    let (file, data) = (place.path().join("backup.tar.gz"), place.path().join("data"));
    let blobs: Vec<_> = super::files(&stopped.path().join("blobs"))
        .into_keys()
        .filter(|path| path.extension().is_none() && !path.starts_with("staging"))
        .map(|path| stopped.path().join("blobs").join(path))
        .collect();
    std::fs::remove_file(&blobs[0]).unwrap();
    std::fs::write(&blobs[1], "other bytes").unwrap();
    let told = backup(stopped.path(), &file, &[]).await.unwrap();
    assert!(told.contains("1 files or screenshots are missing"), "{told}");
    assert!(told.contains("1 files or screenshots were damaged"), "{told}");
    restore(&data, &file, &[]).await.unwrap();
    assert_eq!(content(&data).await, content(stopped.path()).await);
    Deskhand::up(&data).await.login("ada").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_backup_of_the_same_moment_waits_or_is_refused_and_neither_breaks() {
    let stopped = Stopped::new().await;
    let deskhand = Deskhand::up(stopped.path()).await;
    let place = tempfile::tempdir().unwrap();
    let file = |name: &str| place.path().join(name);
    let (one, other) = (file("one"), file("other"));
    let mut commands =
        [backup_command(stopped.path(), &one, &[]), backup_command(stopped.path(), &other, &[])];
    let [first, second] = &mut commands;
    let (first, second) = tokio::join!(run(first), run(second));
    first.unwrap();
    second.unwrap();
    drop(deskhand);
    for (file, data) in [(&one, file("data")), (&other, file("data too"))] {
        restore(&data, file, &[]).await.unwrap();
    }
}
