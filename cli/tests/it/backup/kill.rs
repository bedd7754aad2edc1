//! `kill -9` in the middle.

use std::path::Path;

use tokio::process::Command;

use super::{Stopped, backup, backup_command, content, files, goes_on, restore, restore_command};
use crate::deskhand::Deskhand;
use crate::installation::until;
use crate::processes::kill_and_wait;

/// Makes reading the home folder take seconds.
fn enlarge(home: &Path) {
    std::fs::File::create(home.join("zeros")).unwrap().set_len(1 << 30).unwrap();
}

/// Starts a command and kills it once a condition holds.
pub(super) async fn kill_once(command: &mut Command, condition: impl AsyncFn() -> bool) {
    let mut child = command.spawn().unwrap();
    until("the moment to kill it", condition).await;
    assert!(child.try_wait().unwrap().is_none(), "it has ended before it was killed");
    kill_and_wait(child.id().unwrap().cast_signed());
    child.wait().await.unwrap();
}

fn partial(folder: &Path) -> Option<u64> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut partial = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        entry.file_name().to_str()?.ends_with(".partial").then(|| entry.metadata().ok())?
    });
    partial.next().map(|metadata| metadata.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_backup_leaves_the_file_that_was_there() {
    let stopped = Stopped::new().await;
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("backup.tar.gz");
    std::fs::write(&file, "the backup of yesterday").unwrap();
    enlarge(&stopped.home());
    for size in [0, 100_000] {
        let mut command = backup_command(stopped.path(), &file, &[]);
        kill_once(&mut command, async || partial(place.path()).is_some_and(|now| now >= size)).await;
        assert_eq!(std::fs::read(&file).unwrap(), b"the backup of yesterday");
    }
    assert!(partial(place.path()).is_some());
    std::fs::remove_file(stopped.home().join("zeros")).unwrap();
    backup(stopped.path(), &file, &[]).await.unwrap();
    assert_eq!(partial(place.path()), None, "what was left behind is deleted");
    restore(&place.path().join("data"), &file, &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_restore_leaves_what_was_there_and_works_when_run_again() {
    let (old, new) = tokio::join!(Stopped::new(), Stopped::new());
    let place = tempfile::tempdir().unwrap();
    let (small, large) = (place.path().join("small"), place.path().join("large"));
    backup(new.path(), &small, &[]).await.unwrap();
    enlarge(&new.home());
    backup(new.path(), &large, &[]).await.unwrap();
    let before = (content(old.path()).await, files(&old.path().join("blobs")));
    let staged = old.path().join(".restoring/new");
    for made in ["", "postgres", "postgres/postmaster.pid", "blobs", "desktops"] {
        let mut command = restore_command(old.path(), &large, &["--replace"]);
        kill_once(&mut command, async || staged.join(made).exists()).await;
        assert!(!old.path().join(".restoring/plan.json").exists());
    }
    assert_eq!((content(old.path()).await, files(&old.path().join("blobs"))), before);
    let deskhand = Deskhand::up(old.path()).await;
    goes_on(&deskhand, &old.chat).await;
    let told = restore(old.path(), &small, &["--replace"]).await.unwrap_err();
    assert!(told.contains("Another Deskhand"), "{told}");
    drop(deskhand);

    let told = restore(old.path(), &small, &[]).await.unwrap_err();
    assert!(told.contains("--replace"), "{told}");
    restore(old.path(), &small, &["--replace"]).await.unwrap();
    assert!(!old.path().join(".restoring").exists());
    assert_eq!(content(old.path()).await, content(new.path()).await);
    goes_on(&Deskhand::up(old.path()).await, &new.chat).await;
}
