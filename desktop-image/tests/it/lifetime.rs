//! How the agent starts and ends, and that nothing outlives it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

use protocol::agent::AgentReady;

use crate::agent::{TOKEN, TestAgent, client, command, eventually};
use crate::support::process_tree::{ProcessStat, descendants};

/// The living descendants of a process.
fn living_below(root: u32) -> Vec<ProcessStat> {
    descendants(root).unwrap().into_iter().filter(|process| !process.is_zombie()).collect()
}

fn is_alive(process: &ProcessStat) -> bool {
    ProcessStat::read(process.pid).is_some_and(|now| !now.is_zombie() && now.started == process.started)
}

/// Starts programs of all kinds: with a window, in the background, in their own session, ignoring SIGTERM.
async fn populate(agent: &TestAgent) {
    agent.open("xterm", "XTerm").await;
    agent
        .shell("sleep 1000 & setsid sleep 1000 & (setsid sh -c 'trap \"\" TERM; sleep 1000; sleep 1000' &)")
        .await;
}

#[tokio::test]
async fn nothing_outlives_an_agent_whose_lifeline_is_closed() {
    let agent = TestAgent::start();
    populate(&agent).await;
    let processes = living_below(agent.child.id());
    assert!(processes.len() >= 9, "{processes:?}");
    let started = std::time::Instant::now();
    assert_eq!(agent.stop(), Some(0));
    assert!(started.elapsed() < std::time::Duration::from_secs(5));
    assert!(!processes.iter().any(is_alive));
}

#[tokio::test]
async fn nothing_outlives_a_killed_parent() {
    let folder = tempfile::tempdir().unwrap();
    let (home, runtime) = (folder.path().join("home"), folder.path().join("runtime"));
    let agent = command(&home, &runtime);
    // A shell that keeps the other end of the agent's standard input open and waits.
    let mut parent = Command::new("bash")
        .args(["-c", "exec 3>&1; coproc AGENT { exec \"$@\" >&3 3>&-; }; wait", "bash"])
        .arg(agent.get_program())
        .args(agent.get_args())
        .env("DESKHAND_AGENT_TOKEN", TOKEN)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(parent.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let ready: AgentReady = serde_json::from_str(&line).unwrap();
    let http = client(TOKEN);
    let url = format!("http://127.0.0.1:{}/v1/shell", ready.port.unwrap());
    let body = serde_json::json!({ "command": "xterm & setsid sleep 1000 &", "timeout_ms": 5000 });
    assert_eq!(http.post(url).json(&body).send().await.unwrap().status(), 200);
    let processes = living_below(parent.id());
    assert!(processes.len() >= 6, "{processes:?}");
    parent.kill().unwrap();
    parent.wait().unwrap();
    eventually("no process is left", async || (!processes.iter().any(is_alive)).then_some(())).await;
}

#[tokio::test]
async fn sigterm_ends_the_agent() {
    let mut agent = TestAgent::start();
    populate(&agent).await;
    let processes = living_below(agent.child.id());
    let pid = agent.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let code = eventually("the agent has ended", async || agent.child.try_wait().unwrap()).await.code();
    assert_eq!(code, Some(0));
    assert!(!processes.iter().any(is_alive));
}

#[tokio::test]
async fn the_agent_ends_with_the_x_server() {
    let mut agent = TestAgent::start();
    let processes = living_below(agent.child.id());
    let x_server = processes.iter().find(|process| process.name == "Xvfb").unwrap();
    let pid = x_server.pid.to_string();
    assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
    let code = eventually("the agent has ended", async || agent.child.try_wait().unwrap()).await.code();
    assert_eq!(code, Some(1));
}

#[tokio::test]
async fn orphans_are_reaped() {
    let agent = TestAgent::start();
    let orphan = agent.shell("(setsid sleep 0.1 & echo $!)").await.output.trim().to_owned();
    let gone = async || (!Path::new(&format!("/proc/{orphan}")).exists()).then_some(());
    eventually("the orphan is no zombie", gone).await;
}

#[test]
fn an_agent_that_cannot_start_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let (home, runtime) = (folder.path().join("home"), folder.path().join("runtime"));
    let fails = |command: &mut Command| {
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(!child.wait().unwrap().success());
        said
    };
    assert!(
        fails(command(&home, &runtime).env_remove("DESKHAND_AGENT_TOKEN")).contains("DESKHAND_AGENT_TOKEN")
    );
    assert!(fails(command(&home, &runtime).env("PATH", "/nowhere")).contains("Xvfb"));
}
