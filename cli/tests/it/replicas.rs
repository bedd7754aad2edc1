//! Two backends on one Postgres that serve the same chat.

use nix::sys::signal::Signal;
use reqwest::Method;
use serde_json::json;

use crate::deskhand::{Deskhand, ok};
use crate::events::Event;
use crate::installation::{Chat, Installation, lines, until};
use crate::vendor::Vendor;

/// Two backends, and a chat whose desktop runs at the first.
async fn two(installation: &Installation) -> (Deskhand, Deskhand, Chat) {
    let one = installation.backend().await;
    let chat = Chat::begin(&one).await;
    let started = chat.request(&one, Method::POST, &format!("{}/desktop", chat.path)).send().await.unwrap();
    assert!(started.status().is_success());
    (one, installation.backend().await, chat)
}

#[tokio::test]
async fn events_reach_watchers_of_another_replica() {
    let installation = Installation::start().await;
    let (one, other, chat) = two(&installation).await;
    let mut watchers = [chat.watch(&one, 0).await, chat.watch(&other, 0).await];
    // Posted through the other backend; the run is driven where its desktop is.
    ok(chat.say(&other, "run `echo hi`, take a screenshot")).await;
    let mut seen = Vec::new();
    for watcher in &mut watchers {
        let mut durable = Vec::new();
        while durable.last().is_none_or(|last: &serde_json::Value| last["payload"]["state"] != "succeeded") {
            let event = watcher.until(|event| event.data["seq"].is_u64()).await;
            durable.push(event.data);
        }
        seen.push(durable);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(chat.log(&other).await, seen[0]);
}

#[tokio::test]
async fn requests_and_decisions_reach_a_run_on_another_replica() {
    let installation = Installation::start().await;
    let (one, other, chat) = two(&installation).await;
    let endless = ok(chat.say(&one, "wait 100 seconds")).await["run"]["id"].clone();
    chat.watch(&other, 0).await.until(|event| event.data["kind"] == "call_started").await;
    let cancel = format!("/runs/{}/cancel", endless.as_str().unwrap());
    ok(chat.request(&other, Method::POST, &cancel)).await;
    chat.until(&one, &endless, "cancelled").await;
    let asks = ok(chat.say(&one, "ask \"Go on?\"")).await["run"]["id"].clone();
    let waiting = chat.until(&other, &asks, "awaiting_human").await;
    let answer = json!({ "call_id": waiting["waits_for"], "text": "yes" });
    let path = format!("/runs/{}/answer", asks.as_str().unwrap());
    ok(chat.request(&other, Method::POST, &path).json(&answer)).await;
    chat.until(&one, &asks, "succeeded").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_joiners_at_both_replicas_see_the_whole_partial_turn() {
    let vendor = Vendor::start(json!({ "turns": [
        { "text": "A long story, of which the end never comes", "faults": { "hang_after": 3 } },
    ]}))
    .await;
    let environment = [("ANTHROPIC_BASE_URL", vendor.url.as_str()), ("ANTHROPIC_API_KEY", "test-key")];
    let installation = Installation::start_with(&environment).await;
    let (one, other, chat) = two(&installation).await;
    let mut early = [chat.watch(&one, 0).await, chat.watch(&other, 0).await];
    ok(chat.say(&one, "tell me a story")).await;
    let delta = early[0].until(|event| event.data["event"]["type"] == "text_delta").await;
    let begun = delta.data["event"]["text"].as_str().unwrap().to_owned();
    assert!(!begun.is_empty());
    let tells = |text: &serde_json::Value| text.as_str().is_some_and(|text| text.starts_with(&begun));
    // At the other replica it arrives in pieces, too.
    let mut relayed = String::new();
    let told_in_pieces = |event: &Event| {
        if event.name == "partial" {
            relayed = event.data["text"].as_str().unwrap().to_owned();
        } else if event.data["event"]["type"] == "text_delta" {
            relayed += event.data["event"]["text"].as_str().unwrap();
        }
        relayed.starts_with(&begun)
    };
    early[1].until(told_in_pieces).await;
    for backend in [&one, &other] {
        let mut late = chat.watch(backend, 0).await;
        late.until(|event| event.name == "partial" && tells(&event.data["text"])).await;
    }
}

#[tokio::test]
async fn a_run_whose_replica_dies_continues_on_another() {
    let installation = Installation::start().await;
    let (mut one, other, chat) = two(&installation).await;
    let said = ok(chat.say(&one, "run `echo a >> ~/did; while [ ! -e ~/go ]; do :; done`")).await;
    let mut watcher = chat.watch(&other, 0).await;
    watcher.until(|event| event.data["kind"] == "call_started").await;
    let did = installation.home().join("did");
    until("the command runs", async || lines(&did) == ["a"]).await;
    one.signal(Signal::SIGKILL);
    let killed = std::time::Instant::now();
    one.ended().await;
    let result = watcher.until(|event| event.data["kind"] == "tool_result").await;
    println!("the other went on after {:?}", killed.elapsed());
    assert_eq!(result.data["payload"]["status"], "interrupted");
    chat.until(&other, &said["run"]["id"], "succeeded").await;
    assert_eq!(lines(&did), ["a"]);
}
