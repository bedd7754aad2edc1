//! Who can call the model service.

use std::collections::HashSet;

use nix::unistd::Pid;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::deskhand::{Deskhand, ok, program};
use crate::installation::{Chat, Installation, free_port, until};

/// The local addresses of the TCP sockets on which a process listens, as in `/proc/net/tcp`.
fn listening(pid: Pid) -> Vec<String> {
    let files = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
    let opened = files.filter_map(|file| std::fs::read_link(file.unwrap().path()).ok());
    let sockets: HashSet<String> = opened.map(|target| target.to_string_lossy().into_owned()).collect();
    let lists =
        ["tcp", "tcp6"].map(|list| std::fs::read_to_string(format!("/proc/{pid}/net/{list}")).unwrap());
    let rows = lists.iter().flat_map(|list| list.lines().skip(1));
    let columns = rows.map(|row| row.split_whitespace().collect::<Vec<_>>());
    let own = columns.filter(|row| row[3] == "0A" && sockets.contains(&format!("socket:[{}]", row[9])));
    own.map(|row| row[1].to_owned()).collect()
}

fn message(url: &str) -> RequestBuilder {
    let messages = json!({ "messages": [{ "role": "user", "content": "say \"hello\"" }] });
    Client::new().post(format!("{url}/send_message")).json(&messages)
}

/// What the program writes to standard error before it fails.
async fn refusal(arguments: &[&str]) -> String {
    let output = program().args(arguments).output().await.unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    told
}

#[tokio::test]
async fn up_listens_on_no_port_for_it_unless_asked() {
    let data = tempfile::tempdir().unwrap();
    let deskhand = Deskhand::up_with(data.path(), &[("DESKHAND_DESKTOP_POOL", "0")]).await;
    assert_eq!(listening(deskhand.pid()).len(), 1, "only the backend's");
    drop(deskhand);

    let address = format!("127.0.0.1:{}", free_port());
    let asked = [
        ("AI_MODEL_LISTEN", address.as_str()),
        ("AI_MODEL_TOKEN", "a secret"),
        ("DESKHAND_DESKTOP_POOL", "0"),
    ];
    let deskhand = Deskhand::up_with(data.path(), &asked).await;
    assert_eq!(listening(deskhand.pid()).len(), 2);
    let url = format!("http://{address}");
    for call in [message(&url), message(&url).bearer_auth("another secret")] {
        assert_eq!(call.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    }
    assert!(ok(message(&url).bearer_auth("a secret")).await["response"][0]["content"].is_string());
    let token = deskhand.first_administrator().await;
    assert_eq!(deskhand.chat(&token, "say \"hello\"").await["run"]["state"], "succeeded");
}

#[tokio::test]
async fn it_starts_only_with_a_token_or_for_this_machine() {
    let without = refusal(&["serve", "ai-model", "--listen", "127.0.0.1:0"]).await;
    assert!(without.contains("Set AI_MODEL_TOKEN") && without.contains("--without-token"), "{without}");
    let empty = refusal(&["serve", "ai-model", "--listen", "127.0.0.1:0", "--ai-model-token", ""]).await;
    assert_eq!(empty, without);
    for address in ["0.0.0.0:0", "[::]:0"] {
        let told = refusal(&["serve", "ai-model", "--listen", address, "--without-token"]).await;
        assert!(told.contains(&format!("not on {address}")), "{told}");
    }
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().to_str().unwrap();
    let asked = ["up", "--listen", "127.0.0.1:0", "--data-dir", folder, "--model-listen", "127.0.0.1:0"];
    let told = refusal(&asked).await;
    assert!(told.contains("set AI_MODEL_TOKEN"), "{told}");

    let port = free_port();
    let mut command = program();
    command.args(["serve", "ai-model", "--without-token", "--listen", &format!("127.0.0.1:{port}")]);
    let _service = command.spawn().unwrap();
    let url = format!("http://127.0.0.1:{port}");
    until("the model service answers", async || message(&url).send().await.is_ok()).await;
    assert!(ok(message(&url)).await["response"][0]["content"].is_string());
    let foreign = message(&url).header("host", "evil.example").send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_backend_with_another_token_says_so_at_the_first_run() {
    let installation = Installation::start().await;
    let mut command = installation.backend_command();
    command.env("AI_MODEL_TOKEN", "another token");
    let deskhand = Deskhand::spawn(command).await;
    let chat = Chat::begin(&deskhand).await;
    let answer = ok(chat.say(&deskhand, "say \"hello\"").header("prefer", "wait=60")).await;
    let run: &Value = &answer["run"];
    assert_eq!((&run["state"], &run["code"]), (&json!("failed"), &json!("model_service_refused")), "{run}");
    assert!(run["message"].as_str().unwrap().contains("same AI_MODEL_TOKEN"), "{run}");
    let states = chat.log(&deskhand).await.into_iter().filter(|event| event["kind"] == "run_state");
    assert_eq!(states.count(), 3, "queued, running and failed: it was asked once");
}
