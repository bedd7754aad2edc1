//! The limit on the home folder.

use std::path::Path;
use std::process::Command;

use protocol::agent::HOME_OUTGROWN;

use crate::agent::{TestAgent, command, eventually};

const LIMIT: u64 = 32 << 20;

fn limited(home: &Path, runtime: &Path) -> Command {
    let mut command = command(home, runtime);
    command.args(["--home-bytes", &LIMIT.to_string()]);
    command
}

/// Waits for the agent's exit status.
async fn status(agent: &mut TestAgent) -> Option<i32> {
    eventually("the agent has ended", async || agent.child.try_wait().unwrap()).await.code()
}

/// Writes megabytes to a file in the home folder. The desktop may end before it answers.
async fn write(agent: &TestAgent, file: &str, megabytes: u64) {
    let command = format!("head -c {megabytes}M /dev/zero > ~/{file}");
    let body = serde_json::json!({ "command": command, "timeout_ms": 30_000 });
    let _ = agent.http.post(agent.url("/v1/shell")).json(&body).send().await;
}

#[tokio::test]
async fn a_home_that_outgrows_its_limit_ends_the_desktop() {
    let mut agent = TestAgent::start_by(limited);
    write(&agent, "one", 15).await;
    write(&agent, "two", 15).await;
    agent.prints("ls ~ | wc -l").await;
    write(&agent, "three", 15).await;
    assert_eq!(status(&mut agent).await, Some(i32::from(HOME_OUTGROWN)));
}

#[tokio::test]
async fn a_file_above_the_limit_fails_and_the_desktop_continues() {
    let agent = TestAgent::start_by(limited);
    let size = |size: u64| format!("truncate -s {size} ~/file");
    // A sparse file, so that the folder stays small.
    agent.prints(&size(LIMIT)).await;
    assert_ne!(agent.shell(&size(LIMIT + 1)).await.exit_code, Some(0));
    assert_eq!(agent.shell("stat -c %s ~/file").await.output.trim(), LIMIT.to_string());
    // The agent gets an error too, and continues.
    let too_large = vec![0; usize::try_from(LIMIT).unwrap() + 1];
    let refused =
        agent.http.put(agent.url("/v1/files/content/Uploads/large")).body(too_large).send().await.unwrap();
    assert!(refused.status().is_server_error(), "{refused:?}");
    assert_eq!(agent.stop(), Some(0));
}

#[tokio::test]
async fn the_number_of_files_is_limited() {
    let mut agent = TestAgent::start_by(limited);
    let many = "cd ~ && seq 5000 | xargs touch";
    let body = serde_json::json!({ "command": many, "timeout_ms": 30_000 });
    let _ = agent.http.post(agent.url("/v1/shell")).json(&body).send().await;
    assert_eq!(status(&mut agent).await, Some(i32::from(HOME_OUTGROWN)));
}

#[tokio::test]
async fn a_home_that_is_too_large_may_shrink_but_not_grow() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["one", "two", "three"] {
        std::fs::write(folder.path().join(name), vec![1; 20 << 20]).unwrap();
    }
    let mut agent = TestAgent::start_by(|_, runtime| limited(folder.path(), runtime));
    agent.prints("rm ~/one").await;
    write(&agent, "four", 25).await;
    write(&agent, "five", 25).await;
    assert_eq!(status(&mut agent).await, Some(i32::from(HOME_OUTGROWN)));
    assert!(!folder.path().join("one").exists() && folder.path().join("two").exists());
}
