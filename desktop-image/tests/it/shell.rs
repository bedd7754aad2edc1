//! The persistent shell.

use std::time::{Duration, Instant};

use protocol::desktop::{AgentError, ShellResult};
use serde_json::json;

use crate::agent::{TestAgent, eventually};

async fn run(agent: &TestAgent, command: &str, timeout_ms: u64) -> ShellResult {
    let body = json!({ "command": command, "timeout_ms": timeout_ms });
    agent.post("/v1/shell", &body).await.json().await.unwrap()
}

fn ended(result: &ShellResult) -> (&str, Option<i32>, bool) {
    (&result.output, result.exit_code, result.timed_out)
}

#[tokio::test]
async fn folder_variables_and_functions_last() {
    let agent = TestAgent::start();
    let home = std::fs::canonicalize(&agent.home).unwrap();
    assert_eq!(ended(&agent.shell("pwd").await), (&*format!("{}\n", home.display()), Some(0), false));
    agent.shell("cd Outputs; name=\"it's\"; greet() { echo \"hello $1\"; }").await;
    let result = agent.shell("greet \"$name\"; echo 'multi\nline' >&2; basename \"$PWD\"; false").await;
    assert_eq!(ended(&result), ("hello it's\nmulti\nline\nOutputs\n", Some(1), false));
}

#[tokio::test]
async fn the_environment_is_the_desktops_and_keeps_the_token_out() {
    let agent = TestAgent::start();
    let environment = agent.shell("env").await.output;
    assert!(environment.contains(&format!("\nDISPLAY={}\n", agent.ready.display)), "{environment}");
    let home = std::fs::canonicalize(&agent.home).unwrap();
    assert!(environment.contains(&format!("HOME={}\n", home.display())));
    assert!(!environment.contains(crate::agent::TOKEN));
}

#[tokio::test]
async fn a_command_that_takes_too_long_is_interrupted_and_the_shell_lives_on() {
    let agent = TestAgent::start();
    agent.shell("kept=yes").await;
    for command in ["echo before; sleep 600; echo after", "echo before; while :; do sleep 1; done"] {
        let started = Instant::now();
        let result = run(&agent, command, 300).await;
        assert!(started.elapsed() < Duration::from_secs(10));
        assert_eq!((result.output.trim_end(), result.exit_code, result.timed_out), ("before", None, true));
    }
    assert_eq!(agent.shell("echo $kept").await.output, "yes\n");
}

#[tokio::test]
async fn a_command_that_ignores_interrupts_is_ended_with_its_shell() {
    let agent = TestAgent::start();
    agent.shell("kept=yes").await;
    let result = run(&agent, "trap '' INT; sleep 600", 200).await;
    assert_eq!(ended(&result), ("", None, true));
    assert_eq!(agent.shell("echo \"<$kept>\"").await.output, "<>\n");
}

#[tokio::test]
async fn programs_that_ask_get_no_answer_and_do_not_hang() {
    let agent = TestAgent::start();
    let result = agent.shell("read answer; echo \"<$answer>\"; cat; tty; cat /dev/tty").await;
    assert!(result.output.starts_with("<>\nnot a tty\n"), "{}", result.output);
    assert_eq!(agent.shell("echo next").await.output, "next\n");
}

#[tokio::test]
async fn background_jobs_do_not_hold_the_answer() {
    let agent = TestAgent::start();
    let started = Instant::now();
    let result = agent.shell("(sleep 0.3; echo late) & sleep 600 & echo now").await;
    assert!(started.elapsed() < Duration::from_secs(10));
    assert!(result.output.ends_with("now\n") && result.exit_code == Some(0), "{result:?}");
    let seen = async || agent.shell("true").await.output.contains("late").then_some(());
    eventually("a job's output comes with a later command", seen).await;
    assert_eq!(agent.shell("kill -0 $! && echo alive").await.output, "alive\n");
}

#[tokio::test]
async fn long_output_keeps_its_head_and_tail() {
    let agent = TestAgent::start();
    let output = agent.shell("seq 1 1000000").await.output;
    assert!(output.starts_with("1\n2\n") && output.ends_with("999999\n1000000\n"));
    assert!(output.contains("left out") && output.chars().count() < 16_100);
}

#[tokio::test]
async fn a_shell_that_ended_or_is_restarted_starts_anew() {
    let agent = TestAgent::start();
    let result = agent.shell("kept=yes; echo bye; exit 3").await;
    assert_eq!((result.exit_code, result.output.contains("bye")), (None, true));
    assert_eq!(agent.shell("echo \"<$kept>\"; kept=again").await.output, "<>\n");
    let restart = json!({ "restart": true, "command": "echo \"<$kept>\"", "timeout_ms": 5000 });
    let result: ShellResult = agent.post("/v1/shell", &restart).await.json().await.unwrap();
    assert_eq!(ended(&result), ("<>\n", Some(0), false));
    let only = json!({ "restart": true, "timeout_ms": 0 });
    assert_eq!(agent.post("/v1/shell", &only).await.status(), 200);
}

#[tokio::test]
async fn a_command_whose_caller_left_is_interrupted() {
    let agent = TestAgent::start();
    let body = json!({ "command": "echo $BASHPID > pid; sleep 600; echo on > on", "timeout_ms": 600_000 });
    let pid = agent.home.join("pid");
    tokio::select! {
        _ = agent.post("/v1/shell", &body) => panic!("the command came to its end"),
        () = eventually("the command runs", async || pid.exists().then_some(())) => {}
    }
    let slept = async || {
        let list = std::process::Command::new("ps").args(["-o", "ppid=,args=", "-e"]).output().unwrap();
        let pid = std::fs::read_to_string(&pid).unwrap();
        let list = String::from_utf8_lossy(&list.stdout).into_owned();
        let child =
            list.lines().any(|line| line.trim_start().starts_with(pid.trim()) && line.contains("sleep 600"));
        (!child).then_some(())
    };
    eventually("its program is gone", slept).await;
    assert_eq!(agent.shell("echo next; ls").await.output.lines().next(), Some("next"));
    assert!(!agent.home.join("on").exists());
}

#[tokio::test]
async fn senseless_requests_are_refused_in_words() {
    let agent = TestAgent::start();
    for body in [
        json!({ "timeout_ms": 5 }),
        json!({ "command": "true", "timeout_ms": 0 }),
        json!({ "command": "true", "timeout_ms": 600_001 }),
        json!({ "command": "a\0b", "timeout_ms": 5 }),
        json!({ "command": 7, "timeout_ms": 5 }),
    ] {
        let response = agent.post("/v1/shell", &body).await;
        assert_eq!(response.status(), 422, "{body}");
        let error: AgentError = response.json().await.unwrap();
        assert_eq!(error.code, "invalid_request");
        assert!(!error.message.is_empty());
    }
}
