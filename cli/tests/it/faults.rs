//! Desktops that die during a run, which continues on a new one.

use std::time::Instant;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use reqwest::Method;
use serde_json::{Value, json};

use crate::deskhand::{Deskhand, ok};
use crate::installation::{Chat, Installation, lines, until};
use crate::processes::{Process, below};
use crate::vendor::Vendor;

/// The only process of that name below the backend.
fn only(deskhand: &Deskhand, name: &str) -> Process {
    let found: Vec<Process> =
        below(deskhand.pid().as_raw()).into_iter().filter(|process| process.name == name).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

/// The innermost agent process below the backend: the agent rather than its sandbox.
fn agent(deskhand: &Deskhand) -> i32 {
    let found = below(deskhand.pid().as_raw());
    let agents = found.iter().filter(|process| process.name == "desktop-agent");
    agents.map(|process| process.pid).max().unwrap()
}

/// A chat whose model plays a script.
async fn with(vendor: &Vendor) -> (Installation, Deskhand, Chat) {
    let environment =
        [("ANTHROPIC_BASE_URL", vendor.url.as_str()), ("ANTHROPIC_API_KEY", vendor.key.as_str())];
    let installation = Installation::start_with(&environment).await;
    let deskhand = installation.backend().await;
    let chat = Chat::begin(&deskhand).await;
    (installation, deskhand, chat)
}

/// The user-facing reason why the desktop was replaced, which must have happened once.
fn why_replaced(log: &[Value]) -> &str {
    let told: Vec<&Value> = log
        .iter()
        .map(|event| &event["payload"])
        .filter(|payload| payload["code"] == "desktop_replaced")
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    told[0]["facts"]["reason"].as_str().unwrap()
}

/// Kills a process of the desktop during a command, and checks that the run continues on a new desktop.
#[expect(clippy::print_stdout, reason = "a figure that is promised")]
async fn a_desktop_that_dies(victim: impl Fn(&Deskhand) -> i32) {
    let vendor = Vendor::start(json!({ "turns": [
        { "calls": [
            { "bash": "echo a >> ~/did" },
            { "bash": "echo b >> ~/did; while :; do :; done" },
            { "bash": "echo c >> ~/did" },
        ] },
        { "calls": [{ "bash": "echo d >> ~/did" }, { "member": "screenshot", "input": {} }] },
        { "text": "Done." },
    ]}))
    .await;
    let (installation, deskhand, chat) = with(&vendor).await;
    let said = ok(chat.say(&deskhand, "go")).await;
    let mut watcher = chat.watch(&deskhand, 0).await;
    watcher.until(|event| event.data["kind"] == "call_started").await;
    let did = installation.home().join("did");
    until("the second command runs", async || lines(&did) == ["a", "b"]).await;
    let before = only(&deskhand, "Xvfb");
    let killed = Instant::now();
    kill(Pid::from_raw(victim(&deskhand)), Signal::SIGKILL).unwrap();
    watcher.until(|event| event.data["payload"]["status"] == "interrupted").await;
    watcher.until(|event| event.data["kind"] == "call_started").await;
    println!("the run went on with a new desktop after {:?}", killed.elapsed());
    chat.until(&deskhand, &said["run"]["id"], "succeeded").await;
    let log = chat.log(&deskhand).await;
    assert!(why_replaced(&log).contains("ended"), "{}", why_replaced(&log));
    let results: Vec<&Value> =
        log.iter().filter(|event| event["kind"] == "tool_result").map(|event| &event["payload"]).collect();
    let statuses: Vec<&str> = results.iter().map(|result| result["status"].as_str().unwrap()).collect();
    // A command killed together with the desktop may still have reported its exit status; then the next one
    // is interrupted.
    match statuses[..] {
        ["done", "interrupted", "not_executed", "done", "done"] => assert_eq!(lines(&did), ["a", "b", "d"]),
        ["done", "done", "interrupted", "done", "done"] => {
            let text = results[1]["text"].as_str().unwrap();
            assert!(text.contains("[exit status") || text.contains("[The shell ended"), "{text}");
            let did = lines(&did);
            assert!(did == ["a", "b", "d"] || did == ["a", "b", "c", "d"], "{did:?}");
        }
        _ => panic!("{statuses:?}"),
    }
    assert_ne!(only(&deskhand, "Xvfb"), before, "one desktop, and it is a new one");
    // Opening the chat now shows a usable desktop.
    let view = ok(chat.request(&deskhand, Method::GET, &format!("{}/desktop", chat.path))).await;
    assert_eq!(view["state"], "ready", "{view}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_agent_is_killed_continues_on_a_new_desktop() {
    a_desktop_that_dies(agent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_x_server_is_killed_continues_on_a_new_desktop() {
    a_desktop_that_dies(|deskhand| only(deskhand, "Xvfb").pid).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_fills_its_home_folder_continues_on_a_new_desktop_with_a_reason() {
    let fill = "for i in $(seq 20); do head -c 10M /dev/zero > ~/$i; done; while :; do :; done";
    let vendor = Vendor::start(json!({ "turns": [
        { "calls": [{ "bash": fill }] },
        { "calls": [{ "bash": "rm ~/[0-9]*" }] },
        { "text": "Done." },
    ]}))
    .await;
    let environment =
        [("ANTHROPIC_BASE_URL", vendor.url.as_str()), ("ANTHROPIC_API_KEY", vendor.key.as_str())];
    let installation = Installation::start_with(&environment).await;
    let mut command = installation.backend_command();
    let deskhand = Deskhand::spawn({
        command.env("DESKHAND_DESKTOP_DISK", "64");
        command
    })
    .await;
    let chat = Chat::begin(&deskhand).await;
    let said = ok(chat.say(&deskhand, "go")).await;
    chat.until(&deskhand, &said["run"]["id"], "succeeded").await;
    let log = chat.log(&deskhand).await;
    let why = why_replaced(&log);
    assert!(why.starts_with("Its home folder has outgrown the 64 MB"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_keeps_losing_its_desktop_fails_with_a_reason() {
    let endless =
        |turn| json!({ "calls": [{ "bash": format!("echo {turn} >> ~/did; while :; do :; done") }] });
    let vendor = Vendor::start(json!({ "turns": [
        endless(0), endless(1), endless(2),
        { "calls": [{ "bash": "cp ~/did ~/Outputs/did.txt" }] },
        { "text": "Done." },
    ]}))
    .await;
    let (installation, deskhand, chat) = with(&vendor).await;
    let said = ok(chat.say(&deskhand, "go")).await;
    for turn in 0..3 {
        let begun: Vec<String> = (0..=turn).map(|turn: usize| turn.to_string()).collect();
        until("the command runs", async || {
            std::fs::read_dir(installation.data.path().join("desktops"))
                .is_ok_and(|mut all| all.next().is_some())
                && lines(&installation.home().join("did")) == begun
        })
        .await;
        kill(Pid::from_raw(agent(&deskhand)), Signal::SIGKILL).unwrap();
    }
    let run = chat.until(&deskhand, &said["run"]["id"], "failed").await;
    assert_eq!(run["code"], "desktop_unreachable");
    // The next message starts a working desktop.
    let again = ok(chat.say(&deskhand, "go on").header("prefer", "wait=60")).await;
    assert_eq!(again["run"]["state"], "succeeded", "{again}");
    let files = ok(chat.request(&deskhand, Method::GET, &format!("{}/files", chat.path))).await;
    assert_eq!(files[0]["size"], "0\n1\n2\n".len());
}
