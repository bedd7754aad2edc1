//! The home folder is kept to a size.

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

/// The agent's exit status, once it has ended.
async fn status(agent: &mut TestAgent) -> Option<i32> {
    eventually("the agent has ended", async || agent.child.try_wait().unwrap()).await.code()
}

/// Writes so many megabytes to a file of the home folder; the answer may be cut off by the desktop's end.
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
async fn one_file_is_stopped_by_the_kernel_and_the_desktop_goes_on() {
    let agent = TestAgent::start_by(limited);
    let size = |size: u64| format!("truncate -s {size} ~/file");
    // All of it holes, so that the folder stays small.
    agent.prints(&size(LIMIT)).await;
    assert_ne!(agent.shell(&size(LIMIT + 1)).await.exit_code, Some(0));
    assert_eq!(agent.shell("stat -c %s ~/file").await.output.trim(), LIMIT.to_string());
    // The agent itself is told, and lives.
    let too_large = vec![0; usize::try_from(LIMIT).unwrap() + 1];
    let refused =
        agent.http.put(agent.url("/v1/files/content/Uploads/large")).body(too_large).send().await.unwrap();
    assert!(refused.status().is_server_error(), "{refused:?}");
    assert_eq!(agent.stop(), Some(0));
}

#[tokio::test]
async fn many_files_are_as_bad_as_large_ones() {
    let mut agent = TestAgent::start_by(limited);
    let many = "cd ~ && seq 5000 | xargs touch";
    let body = serde_json::json!({ "command": many, "timeout_ms": 30_000 });
    let _ = agent.http.post(agent.url("/v1/shell")).json(&body).send().await;
    assert_eq!(status(&mut agent).await, Some(i32::from(HOME_OUTGROWN)));
}

#[tokio::test]
async fn a_home_that_is_too_large_may_be_tidied_up_and_not_grow() {
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
