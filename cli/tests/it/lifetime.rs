//! Starting, stopping, crashing and restarting.

use std::collections::HashSet;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;
use reqwest::Method;
use serde_json::json;

use crate::deskhand::{Deskhand, ok};
use crate::events::Events;
use crate::installation::until;
use crate::processes::{Process, alive, below};

/// A prompt that creates messages, screenshots and a file.
const PROMPT: &str = "run `echo kept > ~/Outputs/kept.txt`, take a screenshot";

/// What no process but Deskhand itself may have in its environment.
const KEY: &str = "sk-canary";

/// A Deskhand with a chat whose run has ended, and all its processes.
async fn after_a_run(data: &std::path::Path) -> (Deskhand, HashSet<Process>) {
    let deskhand = Deskhand::up_with(data, &[("SOME_VENDORS_API_KEY", KEY)]).await;
    let token = deskhand.first_administrator().await;
    let chat = deskhand.chat(&token, PROMPT).await;
    assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
    let processes = below(deskhand.pid().as_raw());
    for process in processes.iter().filter(|process| process.name != "deskhand") {
        let environment = std::fs::read(format!("/proc/{}/environ", process.pid)).unwrap_or_default();
        let environment = String::from_utf8_lossy(&environment);
        assert!(!environment.contains(KEY), "{process:?} has the keys of vendors");
    }
    for expected in ["deskhand", "postgres", "desktop-agent", "Xvfb"] {
        assert!(processes.iter().any(|process| process.name == expected), "no {expected} in {processes:?}");
    }
    (deskhand, processes)
}

/// Puts a blob of that age into a data folder, as a crash would leave it behind.
fn left_behind(data: &std::path::Path, digits: &str, age: Duration) -> PathBuf {
    let name = digits.repeat(32);
    let path = data.join("blobs").join(&name[..2]).join(&name[2..4]).join(&name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = std::fs::File::create_new(&path).unwrap();
    let written = file.metadata().unwrap().modified().unwrap();
    file.set_modified(written - age).unwrap();
    path
}

#[tokio::test]
async fn startup_removes_old_unreferenced_blobs_and_keeps_new_ones() {
    let data = tempfile::tempdir().unwrap();
    let old = left_behind(data.path(), "0a", Duration::from_secs(11 * 60));
    let new = left_behind(data.path(), "0b", Duration::ZERO);
    let _deskhand = Deskhand::up(data.path()).await;
    until("the old bytes are gone", async || !old.exists()).await;
    assert!(new.exists());
}

/// What another user of the machine can read below a folder, other than what every desktop may read of itself.
fn readable_by_others(folder: &Path) -> Vec<PathBuf> {
    let mut readable = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // Sockets and files may go at any time.
        let Ok(found) = std::fs::symlink_metadata(&path) else { continue };
        let mode = found.permissions().mode();
        if found.is_dir() && mode & 0o001 != 0 {
            readable.extend(readable_by_others(&path));
        }
        if !found.is_symlink() && mode & 0o004 != 0 && !path.parent().unwrap().ends_with("etc") {
            readable.push(path);
        }
    }
    readable
}

#[tokio::test]
async fn other_users_read_nothing_in_the_data_folder() {
    let outer = tempfile::tempdir().unwrap();
    let data = outer.path().join("data");
    let (mut deskhand, _) = after_a_run(&data).await;
    let open = |path: &Path| std::fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    let home = |data: &Path| {
        let desktop = std::fs::read_dir(data.join("desktops")).unwrap().next().unwrap().unwrap().path();
        desktop.join("home")
    };
    assert_eq!(readable_by_others(outer.path()), Vec::<PathBuf>::new());
    deskhand.signal(Signal::SIGTERM);
    deskhand.ended().await;
    // As earlier versions left them.
    [data.clone(), data.join("blobs"), home(&data)].iter().for_each(|path| open(path));
    assert!(!readable_by_others(outer.path()).is_empty());
    let deskhand = Deskhand::up(&data).await;
    let token = deskhand.login("ada").await;
    let chats = ok(deskhand.request(Method::GET, "/chats").bearer_auth(&token)).await;
    let desktop = format!("/chats/{}/desktop", chats[0]["id"].as_str().unwrap());
    ok(deskhand.request(Method::POST, &desktop).bearer_auth(&token).json(&json!({}))).await;
    assert_eq!(readable_by_others(outer.path()), Vec::<PathBuf>::new());
}

async fn until_all_are_gone(processes: &HashSet<Process>) {
    let gone = async || alive(processes).is_empty();
    until(&format!("the end of all of {processes:?}"), gone).await;
}

#[tokio::test]
async fn ctrl_c_ends_every_process_and_a_restart_restores_everything() {
    let data = tempfile::tempdir().unwrap();
    let (mut deskhand, processes) = after_a_run(data.path()).await;
    deskhand.signal(Signal::SIGINT);
    let status = deskhand.ended().await;
    assert!(status.success(), "{status}");
    assert_eq!(alive(&processes), Vec::<&Process>::new());

    let deskhand = Deskhand::up(data.path()).await;
    assert_eq!(deskhand.setup_link, None);
    let token = deskhand.login("ada").await;
    let get = |path: String| ok(deskhand.request(Method::GET, &path).bearer_auth(&token));
    let chats = get("/chats".into()).await;
    let chat = format!("/chats/{}", chats[0]["id"].as_str().unwrap());
    assert_eq!(get(chat.clone()).await["messages"][0]["message"], PROMPT);
    let files = get(format!("{chat}/files")).await;
    let content = format!("/files/{}/content", files[0]["id"].as_str().unwrap());
    let content = deskhand.request(Method::GET, &content).bearer_auth(&token).send().await.unwrap();
    assert_eq!(content.text().await.unwrap(), "kept\n");
    let screenshot = first_screenshot(&deskhand, &token, &chat).await;
    let picture = deskhand.request(Method::GET, &screenshot).bearer_auth(&token).send().await.unwrap();
    assert_eq!(picture.status(), 200);
    assert!(picture.bytes().await.unwrap().starts_with(b"\x89PNG"));
    // The desktop restarts with its home folder.
    let path = format!("{chat}/history");
    let message = json!({ "role": "user", "message": "run `cat ~/Outputs/kept.txt`", "extra_data": {} });
    let again =
        deskhand.request(Method::POST, &path).header("prefer", "wait=60").bearer_auth(&token).json(&message);
    let again = ok(again).await;
    assert_eq!(again["run"]["state"], "succeeded", "{again}");
}

/// The path of the first screenshot that the chat's log refers to.
async fn first_screenshot(deskhand: &Deskhand, token: &str, chat: &str) -> String {
    let request = deskhand.request(Method::GET, &format!("{chat}/events")).bearer_auth(token);
    let log = Events::log(request).await;
    let mut screenshots = log.iter().map(|event| &event["payload"]["screenshot"]["sha256"]);
    format!("{chat}/screenshots/{}", screenshots.find_map(|sha256| sha256.as_str()).unwrap())
}

#[tokio::test]
async fn kill_9_leaves_no_process_and_loses_nothing() {
    let data = tempfile::tempdir().unwrap();
    let (mut deskhand, processes) = after_a_run(data.path()).await;
    deskhand.signal(Signal::SIGKILL);
    deskhand.ended().await;
    until_all_are_gone(&processes).await;
    let deskhand = Deskhand::up(data.path()).await;
    let token = deskhand.login("ada").await;
    let chats = ok(deskhand.request(Method::GET, "/chats").bearer_auth(&token)).await;
    assert_eq!(chats[0]["run_state"], "succeeded");
}

#[tokio::test]
async fn a_run_interrupted_by_a_kill_continues_and_repeats_nothing() {
    let data = tempfile::tempdir().unwrap();
    let mut deskhand = Deskhand::up(data.path()).await;
    let token = deskhand.first_administrator().await;
    // Killed while the second command sleeps. The first must not run again.
    let prompt = "run `echo once >> ~/once.txt; touch ~/Outputs/begun`, run `sleep 30`";
    let body = json!({ "initial_message": prompt, "initial_role": "user" });
    let chat = ok(deskhand.request(Method::POST, "/chats/").bearer_auth(&token).json(&body)).await;
    let chat = format!("/chats/{}", chat["id"].as_str().unwrap());
    until("the first command has run", async || {
        let files = ok(deskhand.request(Method::GET, &format!("{chat}/files")).bearer_auth(&token)).await;
        files.as_array().is_some_and(|files| !files.is_empty())
    })
    .await;
    deskhand.signal(Signal::SIGKILL);
    deskhand.ended().await;

    let deskhand = Deskhand::up(data.path()).await;
    until("the run is taken up again and succeeds", async || {
        let view = ok(deskhand.request(Method::GET, &chat).bearer_auth(&token)).await;
        view["run"]["state"] == "succeeded"
    })
    .await;
    let message = json!({ "role": "user", "message": "run `cp ~/once.txt ~/Outputs/count.txt`" });
    let path = format!("{chat}/history");
    ok(deskhand.request(Method::POST, &path).header("prefer", "wait=60").bearer_auth(&token).json(&message))
        .await;
    let files = ok(deskhand.request(Method::GET, &format!("{chat}/files")).bearer_auth(&token)).await;
    let count = files.as_array().unwrap().iter().find(|file| file["name"] == "count.txt").unwrap();
    assert_eq!(count["size"], "once\n".len());
}
