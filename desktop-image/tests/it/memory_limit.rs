//! The limits on memory and processes.

use std::path::Path;
use std::process::Command;

use crate::agent::{TestAgent, command};

/// Above what the desktop itself takes.
const LIMIT: u64 = 512 << 20;

fn limited(home: &Path, runtime: &Path) -> Command {
    let mut command = command(home, runtime);
    command.args(["--memory-bytes", &LIMIT.to_string()]);
    command
}

/// A command that takes more and more memory in one way.
fn hog(grow: &str) -> String {
    format!(
        "python3 -c 'import os, time, mmap\na = []\nfd = os.memfd_create(\"m\")\nwhile True: {grow}; time.sleep(0.01)'"
    )
}

#[tokio::test]
async fn the_largest_program_is_ended_when_the_memory_is_full_and_the_next_result_says_so() {
    let agent = TestAgent::start_by(limited);
    agent.prints("sleep 1000 & echo $! > ~/small").await;
    for grow in
        ["a.append(b\"x\" * (8 << 20))", "os.write(fd, b\"x\" * (8 << 20)); a.append(b\"x\" * (1 << 20))"]
    {
        let ended = agent.shell(&hog(grow)).await;
        assert_eq!(ended.exit_code, Some(137), "{grow}: {}", ended.output);
        let [notice] = ended.notices.as_slice() else { panic!("{grow}: {:?}", ended.notices) };
        assert!(notice.contains("memory was full (512 MB)") && notice.contains("python3"), "{notice}");
        let next = agent.shell("kill -0 $(cat ~/small)").await;
        assert_eq!(
            (next.exit_code, next.notices),
            (Some(0), Vec::new()),
            "others go on, and it is told once"
        );
    }
    // Several programs that together take too much.
    let program = "python3 -c 'import time; a = b\"x\" * (200 << 20); time.sleep(1000)'";
    let ended = agent.shell(&format!("for i in 1 2 3; do {program} & done; wait -n; kill %%")).await;
    assert_eq!(ended.notices.len(), 1, "{ended:?}");
}

#[tokio::test]
async fn memory_that_processes_share_counts_once() {
    let agent = TestAgent::start_by(limited);
    // Longer than the time between two measurements.
    let shared = "python3 -c 'import os, time
a = b\"x\" * (200 << 20)
for _ in range(4):
    if os.fork() == 0:
        time.sleep(1.5)
        os._exit(0)
for _ in range(4): os.wait()'";
    let result = agent.shell(shared).await;
    assert_eq!((result.exit_code, result.notices), (Some(0), Vec::new()), "{}", result.output);
}
