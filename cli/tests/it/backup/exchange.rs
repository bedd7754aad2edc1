//! `kill -9` in the middle of the exchange, in which what was restored takes the place of what was there.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};

use nix::sys::signal::Signal;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use super::{Stopped, backup, content, files, goes_on, restore, restore_command};
use crate::deskhand::Deskhand;

/// The system calls that exchange.
const RENAME: &str = "/^rename";
const REMOVE: &str = "/^unlink";

/// A backup, and what is in it.
struct Kept {
    file: PathBuf,
    chat: String,
    rows: BTreeMap<String, Value>,
    homes: BTreeMap<PathBuf, String>,
    key: Vec<u8>,
}

impl Kept {
    async fn of(stopped: &Stopped, file: PathBuf) -> Self {
        backup(stopped.path(), &file, &[]).await.unwrap();
        Self {
            file,
            chat: stopped.chat.clone(),
            rows: content(stopped.path()).await,
            homes: homes_in(stopped.path()),
            key: key_in(stopped.path()),
        }
    }

    async fn is_in(&self, data: &Path) {
        assert!(!data.join(".restoring").exists());
        assert_eq!(key_in(data), self.key);
        assert_eq!(homes_in(data), self.homes);
        assert_eq!(content(data).await, self.rows);
    }
}

/// The files in the home folders of all desktops.
fn homes_in(data: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = files(&data.join("desktops"));
    files.retain(|path, _| path.iter().nth(1).is_some_and(|folder| folder == "home"));
    files
}

fn key_in(data: &Path) -> Vec<u8> {
    std::fs::read(data.join("master.key")).unwrap()
}

/// Restores an archive, and kills the restore as it enters a system call for a path in the data folder.
async fn restore_until(call: &str, path: &str, data: &Path, file: &Path) {
    let restore = restore_command(data, file, &["--replace"]);
    let restore = restore.as_std();
    let mut command = Command::new("strace");
    command.args(["--quiet=all", "--output=/dev/null"]).arg(format!("--inject={call}:signal=KILL"));
    command.arg("--trace-path").arg(data.join(path));
    command.arg(restore.get_program()).args(restore.get_args()).kill_on_drop(true);
    for (name, value) in restore.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = command.output().await.unwrap();
    assert_eq!(output.status.signal(), Some(Signal::SIGKILL as i32), "{output:?}");
}

/// Two installations that are stopped, each with a backup of it in `place`.
async fn two(place: &TempDir) -> (Stopped, Kept, Kept) {
    let (one, other) = tokio::join!(Stopped::new(), Stopped::new());
    let first = Kept::of(&one, place.path().join("first.tar.gz")).await;
    let second = Kept::of(&other, place.path().join("second.tar.gz")).await;
    (one, first, second)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_restore_finishes_an_exchange_that_was_killed() {
    let place = tempfile::tempdir().unwrap();
    let (stopped, first, second) = two(&place).await;
    let data = stopped.path();
    let at = |path: &str| data.join(path).exists();

    // All is made, and nothing is exchanged.
    restore_until(RENAME, "blobs", data, &second.file).await;
    assert!(at(".restoring/plan.json") && !at(".restoring/old/blobs"));
    assert_eq!(key_in(data), first.key);
    restore(data, &second.file, &[]).await.unwrap();
    second.is_in(data).await;

    // The old database has been taken away, and the new one has not taken its place.
    restore_until(RENAME, ".restoring/new/postgres", data, &first.file).await;
    assert!(!at("postgres") && at(".restoring/old/postgres") && at(".restoring/new/postgres"));
    assert_eq!(key_in(data), first.key);
    restore(data, &first.file, &[]).await.unwrap();
    first.is_in(data).await;

    // All is exchanged, and the plan still says that it is to be done.
    restore_until(REMOVE, ".restoring/plan.json", data, &second.file).await;
    assert!(at(".restoring/plan.json") && at(".restoring/old/installation-id"));
    assert!(!at(".restoring/new/installation-id"));
    restore(data, &second.file, &[]).await.unwrap();
    second.is_in(data).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_start_finishes_an_exchange_that_was_killed() {
    let place = tempfile::tempdir().unwrap();
    let (stopped, first, second) = two(&place).await;
    let data = stopped.path();
    restore_until(RENAME, ".restoring/new/postgres", data, &second.file).await;
    assert!(!data.join("postgres").exists());
    goes_on(&Deskhand::up(data).await, &second.chat).await;
    assert!(!data.join(".restoring").exists());

    // Two restores that are killed, one after the other: the second one finishes the first one before it begins.
    restore_until(RENAME, ".restoring/new/installation-id", data, &first.file).await;
    restore_until(RENAME, "postgres", data, &second.file).await;
    goes_on(&Deskhand::up(data).await, &second.chat).await;

    // What was there is being deleted.
    restore_until(REMOVE, ".restoring/old", data, &first.file).await;
    assert!(data.join(".restoring/old").exists() && !data.join(".restoring/plan.json").exists());
    goes_on(&Deskhand::up(data).await, &first.chat).await;
    assert!(!data.join(".restoring").exists(), "what was there is kept for ever");
}
