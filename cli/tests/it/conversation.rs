//! A chat with its desktop: uploads, cancelling, queueing, events.

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::Api;
use crate::deskhand::ok;
use crate::events::Events;
use crate::installation::until;

/// A chat on a new Deskhand whose first run has ended.
pub(crate) struct Conversation {
    pub(crate) api: Api,
    /// Its path below that of the API.
    pub(crate) chat: String,
}

impl Conversation {
    pub(crate) async fn begin(message: &str) -> Self {
        let api = Api::start().await;
        let chat = ok(api.begin(Some(message))).await;
        assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
        let chat = format!("/chats/{}", chat["id"].as_str().unwrap());
        Self { api, chat }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        ok(self.api.get(path)).await
    }

    /// Posts a message; with `wait`, waits for its run to end.
    pub(crate) async fn say(&self, message: Value, wait: Option<&str>) -> Value {
        let mut request = self.api.post(&format!("{}/history", self.chat), &message);
        if let Some(wait) = wait {
            request = request.header("prefer", wait);
        }
        ok(request).await
    }

    pub(crate) async fn run(&self, id: &str) -> Value {
        self.get(&format!("/runs/{id}")).await
    }

    /// The events after `seq`, up to the end of the replay.
    pub(crate) async fn replay(&self, seq: u64) -> Vec<Value> {
        let request = self.api.get(&format!("{}/events", self.chat));
        Events::log(request.header("last-event-id", seq.to_string())).await
    }
}

#[tokio::test]
async fn an_upload_named_in_a_message_is_on_the_desktop() {
    let talk = Conversation::begin("take a screenshot").await;
    let form = "--frame\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a list.txt\"\r\n\r\nmilk\n\r\n--frame--\r\n";
    let upload = talk.api.request(Method::POST, "/files/upload/");
    let upload = upload.header("content-type", "multipart/form-data; boundary=frame").body(form);
    let file = ok(upload).await;
    let message =
        json!({ "role": "user", "message": "run `cp ~/Uploads/* ~/Outputs/`", "file_ids": [file["id"]] });
    let said = talk.say(message, Some("wait=60")).await;
    assert_eq!(said["run"]["state"], "succeeded", "{said}");
    assert_eq!(said["message"]["files"][0]["path"], "Uploads/a list.txt");
    let files = talk.get(&format!("{}/files", talk.chat)).await;
    let paths: Vec<&str> =
        files.as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["Outputs/a list.txt", "Uploads/a list.txt"]);
    let content = format!("/files/{}/content", files[0]["id"].as_str().unwrap());
    let content = talk.api.request(Method::GET, &content).send().await.unwrap();
    assert_eq!(content.text().await.unwrap(), "milk\n");
}

#[tokio::test]
async fn a_file_saved_without_an_active_run_is_collected() {
    let talk =
        Conversation::begin("run `(while [ ! -e ~/go ]; do :; done; echo late > ~/Downloads/late.txt) &`")
            .await;
    assert_eq!(talk.get(&format!("{}/files", talk.chat)).await, json!([]));
    // The shell job outlives the run, which has ended when the file is complete.
    talk.say(json!({ "message": "run `touch ~/go`" }), Some("wait=60")).await;
    until("the file is picked up", async || {
        talk.get(&format!("{}/files", talk.chat)).await[0]["path"] == "Downloads/late.txt"
    })
    .await;
}

#[tokio::test]
async fn cancelling_a_run_starts_the_queued_one() {
    let talk = Conversation::begin("take a screenshot").await;
    let long = talk.say(json!({ "message": "wait 100 seconds, run `touch ~/Outputs/never`" }), None).await;
    let queued = talk.say(json!({ "message": "run `echo second > ~/Outputs/second.txt`" }), None).await;
    assert_eq!(queued["run"]["state"], "queued");
    let long = long["run"]["id"].as_str().unwrap();
    until("the run begins", async || talk.run(long).await["state"] == "running").await;
    ok(talk.api.request(Method::POST, &format!("/runs/{long}/cancel"))).await;
    let queued = queued["run"]["id"].as_str().unwrap();
    until("the queued run ends", async || talk.run(queued).await["state"] == "succeeded").await;
    assert_eq!(talk.run(long).await["state"], "cancelled");
    let files = talk.get(&format!("{}/files", talk.chat)).await;
    let names: Vec<&str> =
        files.as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["second.txt"]);
}

#[tokio::test]
async fn the_log_has_no_gaps_and_replays_from_any_seq() {
    let talk = Conversation::begin("run `echo hi`, take a screenshot").await;
    let all = talk.replay(0).await;
    let numbers: Vec<u64> = all.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=all.len() as u64).collect::<Vec<_>>());
    let kinds: Vec<&str> = all.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[..3], ["message", "run_state", "run_state"]);
    for kind in ["assistant_turn", "tool_result"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    let turn = all.iter().find(|event| event["kind"] == "assistant_turn").unwrap();
    assert_eq!(turn["payload"].get("raw"), None, "the vendor's own form stays inside");
    let last = all.last().unwrap();
    assert_eq!((&last["kind"], &last["payload"]["state"]), (&json!("run_state"), &json!("succeeded")));
    assert_eq!(talk.replay(3).await, all[3..]);
    assert_eq!(talk.replay(all.len() as u64).await, Vec::<Value>::new());
}

#[tokio::test]
async fn deleting_a_chat_removes_its_desktop_and_files() {
    let talk = Conversation::begin("run `echo hi > ~/Outputs/hi.txt`, take a screenshot").await;
    let desktops = talk.api.data.path().join("desktops");
    assert_eq!(std::fs::read_dir(&desktops).unwrap().count(), 1);
    let running = |processes: std::collections::HashSet<crate::processes::Process>| {
        processes.iter().any(|process| process.name == "Xvfb")
    };
    let pid = talk.api.deskhand.pid().as_raw();
    assert!(running(crate::processes::below(pid)));
    // Delete it during a run, which is then stopped.
    talk.say(json!({ "message": "wait 100 seconds" }), None).await;
    let deleted = talk.api.request(Method::DELETE, &talk.chat).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    assert!(!running(crate::processes::below(pid)));
    assert_eq!(std::fs::read_dir(&desktops).unwrap().count(), 0);
    let blobs = talk.api.data.path().join("blobs");
    let left = walk(&blobs);
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(talk.get("/files").await, json!([]));
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}
