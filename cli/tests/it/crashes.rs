//! Services killed by SIGKILL during a run: nothing is lost, and no call is executed twice.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use nix::sys::signal::Signal;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::deskhand::{DEADLINE, Deskhand, ok};
use crate::events::Events;
use crate::installation::{Chat, Installation, lines, until};
use crate::processes::{below, with_argument};

/// How often the backend is killed.
const KILLS: usize = 20;
/// How soon after a restart of the backend a run must continue or have ended.
const BACK_WITHIN: Duration = Duration::from_secs(10);
const SEED: u64 = 0x5eed_2026;

/// A deterministic random number generator (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % limit
    }
}

/// A prompt whose commands each append a unique line to `~/did`, two in each turn.
fn prompt(number: usize) -> String {
    let turns = (0..8).map(|turn| {
        format!("say \"turn {turn}\", run `echo {number}.{turn}.a >> ~/did`, run `echo {number}.{turn}.b >> ~/did`")
    });
    turns.collect::<Vec<_>>().join(", ")
}

/// Checks that each command ran at most once, ran only if its start is in the log, and did run if its result
/// is.
fn assert_done_once(log: &[Value], did: &[String]) {
    let counted: HashSet<&String> = did.iter().collect();
    assert_eq!(counted.len(), did.len(), "done twice: {did:?}");
    let mut commands: HashMap<(String, String), String> = HashMap::new();
    for event in log.iter().filter(|event| event["kind"] == "assistant_turn") {
        for block in event["payload"]["content"].as_array().unwrap() {
            if let Some(command) = block["tool"]["command"].as_str() {
                let line = command.split(' ').nth(1).unwrap().to_owned();
                commands.insert((event["run_id"].to_string(), block["call_id"].to_string()), line);
            }
        }
    }
    let lines_of = |kind: &str, status: Option<&str>| -> HashSet<String> {
        let events = log.iter().filter(|event| event["kind"] == kind);
        let events = events.filter(|event| status.is_none_or(|status| event["payload"]["status"] == status));
        events
            .map(|event| (event["run_id"].to_string(), event["payload"]["call_id"].to_string()))
            .filter_map(|call| commands.get(&call).cloned())
            .collect()
    };
    let (started, done) = (lines_of("call_started", None), lines_of("tool_result", Some("done")));
    let not_begun = lines_of("tool_result", Some("not_executed"));
    for line in did {
        assert!(started.contains(line), "{line} was done, and the log does not show its start");
        assert!(!not_begun.contains(line), "{line} was done, and the log says that it was not");
    }
    for line in done {
        assert!(counted.contains(&line), "the log says that {line} was done");
    }
}

fn is_over(state: &Value) -> bool {
    !matches!(state.as_str(), Some("queued" | "running"))
}

/// Waits until a supervisor has claimed the newest run after `seq`, or the run has ended.
async fn until_claimed(chat: &Chat, deskhand: &Deskhand, seq: u64) {
    let mut watcher = chat.watch(deskhand, seq).await;
    let view = ok(chat.request(deskhand, Method::GET, &chat.path)).await;
    if is_over(&view["run"]["state"]) {
        assert_ne!(view["run"]["state"], "failed", "{view}");
        return;
    }
    watcher.until(|event| event.data["kind"] == "run_state").await;
}

#[tokio::test]
async fn a_backend_killed_repeatedly_loses_nothing_and_repeats_nothing() {
    println!("seed {SEED:#x}");
    let mut random = Random(SEED);
    let installation = Installation::start().await;
    let mut deskhand = installation.backend().await;
    let chat = Chat::begin(&deskhand).await;
    let (mut said, mut seq, mut slowest) = (0, 0, Duration::ZERO);
    for kill in 0..KILLS {
        let view = ok(chat.request(&deskhand, Method::GET, &chat.path)).await;
        let mut watcher = chat.watch(&deskhand, seq).await;
        if view["run"].is_null() || is_over(&view["run"]["state"]) {
            let key = format!("message-{said}");
            let sent = chat.say(&deskhand, &prompt(said)).header("idempotency-key", &key).send();
            if random.below(3) == 0 {
                // Killed while the message is in transit: it may or may not have arrived.
                let _ = tokio::time::timeout(Duration::from_millis(random.below(12)), sent).await;
            } else {
                assert_eq!(sent.await.unwrap().status(), StatusCode::CREATED);
                after_some(&mut watcher, random.below(30)).await;
            }
        } else {
            after_some(&mut watcher, random.below(20)).await;
        }
        deskhand.signal(Signal::SIGKILL);
        deskhand.ended().await;
        seq = installation.last_seq(&chat).await;

        let started = Instant::now();
        deskhand = installation.backend().await;
        let key = format!("message-{said}");
        let again = chat.say(&deskhand, &prompt(said)).header("idempotency-key", &key);
        let answer = ok(again).await;
        assert_eq!(answer["message"]["message"], prompt(said));
        until_claimed(&chat, &deskhand, seq).await;
        let back = started.elapsed();
        slowest = slowest.max(back);
        assert!(back < BACK_WITHIN, "kill {kill}: the run went on after {back:?}");
        let log = chat.log(&deskhand).await;
        seq = log.len() as u64;
        if is_over(&chat.run(&deskhand, &answer["run"]["id"]).await["state"]) {
            said += 1;
        }
    }
    let view = ok(chat.request(&deskhand, Method::GET, &chat.path)).await;
    until("the last run has ended", async || {
        is_over(&chat.run(&deskhand, &view["run"]["id"]).await["state"])
    })
    .await;
    let log = chat.log(&deskhand).await;
    let messages: Vec<&Value> = log.iter().filter(|event| event["kind"] == "message").collect();
    let texts: HashSet<String> = messages.iter().map(|event| event["payload"]["text"].to_string()).collect();
    assert_eq!(texts.len(), messages.len(), "a message was said twice");
    let did = lines(&installation.home().join("did"));
    assert_done_once(&log, &did);
    ok(chat.say(&deskhand, "take a screenshot").header("prefer", "wait=60")).await;
    let ours = below(deskhand.pid().as_raw());
    assert_eq!(ours.iter().filter(|process| process.name == "Xvfb").count(), 1, "one chat, one desktop");
    let desktops = installation.data.path().join("desktops");
    until("the desktops of the killed backends are gone", async || {
        with_argument(desktops.to_str().unwrap()).iter().all(|process| ours.contains(process))
    })
    .await;
    println!(
        "{KILLS} kills, {} messages, {} actions, {} events; slowest return {slowest:?}",
        messages.len(),
        did.len(),
        log.len()
    );
}

/// Watches until `many` more events have come, or the run has ended.
async fn after_some(watcher: &mut Events, many: u64) {
    for _ in 0..many {
        let event = watcher.until(|event| event.data["seq"].is_u64()).await;
        if event.data["kind"] == "run_state" && is_over(&event.data["payload"]["state"]) {
            break;
        }
    }
}

#[tokio::test]
async fn a_model_service_killed_during_a_batch_leaves_one_call_interrupted() {
    let mut installation = Installation::start().await;
    let deskhand = installation.backend().await;
    let chat = Chat::begin(&deskhand).await;
    let prompt = "run `echo a >> ~/did`, run `echo b >> ~/did; while :; do :; done`, run `echo c >> ~/did`";
    let said = ok(chat.say(&deskhand, prompt)).await;
    let mut watcher = chat.watch(&deskhand, 0).await;
    watcher.until(|event| event.data["kind"] == "call_started").await;
    let did = installation.home().join("did");
    until("the second command runs", async || lines(&did) == ["a", "b"]).await;
    installation.kill_model().await;
    installation.start_model().await;
    let run = chat.until(&deskhand, &said["run"]["id"], "succeeded").await;
    let log = chat.log(&deskhand).await;
    let results: Vec<&Value> =
        log.iter().filter(|event| event["kind"] == "tool_result").map(|event| &event["payload"]).collect();
    let statuses: Vec<&str> = results.iter().map(|result| result["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["done", "interrupted", "not_executed"], "{run}");
    assert!(results[1]["screenshot"]["sha256"].is_string() && results[1]["shown_to_model"] == true);
    assert_eq!(lines(&did), ["a", "b"]);
}

#[tokio::test]
async fn a_restart_of_postgres_ends_no_run_and_no_desktop() {
    let mut installation = Installation::start().await;
    let deskhand = installation.backend().await;
    let chat = Chat::begin(&deskhand).await;
    let said = ok(chat.say(&deskhand, &prompt(0))).await;
    let mut watcher = chat.watch(&deskhand, 0).await;
    watcher.until(|event| event.data["kind"] == "tool_result").await;
    let desktop = || below(deskhand.pid().as_raw()).into_iter().find(|process| process.name == "Xvfb");
    let before = desktop();
    assert!(before.is_some());
    installation.restart_postgres().await;
    let started = Instant::now();
    until("the run has ended", async || {
        let path = format!("/runs/{}", said["run"]["id"].as_str().unwrap());
        let answer = chat.request(&deskhand, Method::GET, &path).send().await.unwrap();
        answer.status().is_success() && is_over(&answer.json::<Value>().await.unwrap()["state"])
    })
    .await;
    println!("the run had ended {:?} after Postgres was back", started.elapsed());
    let run = chat.run(&deskhand, &said["run"]["id"]).await;
    assert_eq!(run["state"], "succeeded", "{run}");
    assert_eq!(desktop(), before, "the desktop was started anew");
    assert_done_once(&chat.log(&deskhand).await, &lines(&installation.home().join("did")));
    // The viewer that was connected before receives all the rest.
    watcher.until(|event| event.data["payload"]["state"] == "succeeded").await;
}

/// A viewer of the chat's desktop.
async fn live_view(deskhand: &Deskhand, chat: &Chat) -> WebSocketStream<MaybeTlsStream<TcpStream>> {
    let url = format!("{}/api/v1{}/desktop/vnc", deskhand.url.replacen("http", "ws", 1), chat.path);
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {}", chat.token).parse().unwrap());
    request.headers_mut().insert("origin", deskhand.url.parse().unwrap());
    let (mut viewer, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let hello = viewer.next().await.unwrap().unwrap().into_data();
    assert!(hello.starts_with(b"RFB 003.008"), "{hello:?}");
    viewer
}

#[tokio::test]
async fn shutdown_refuses_new_work_finishes_the_action_and_hands_the_run_over() {
    let installation = Installation::start().await;
    let mut deskhand = installation.backend().await;
    let chat = Chat::begin(&deskhand).await;
    let wait = "while [ ! -e ~/go ]; do :; done";
    let prompt = format!("run `echo a >> ~/did; {wait}; echo b >> ~/did`, run `echo c >> ~/did`");
    let said = ok(chat.say(&deskhand, &prompt)).await;
    let mut watcher = chat.watch(&deskhand, 0).await;
    watcher.until(|event| event.data["kind"] == "call_started").await;
    let did = installation.home().join("did");
    until("the command runs", async || lines(&did) == ["a"]).await;
    let mut viewer = live_view(&deskhand, &chat).await;
    deskhand.signal(Signal::SIGTERM);
    let started = Instant::now();
    watcher.until(|event| event.name == "shutdown").await;
    assert!(watcher.next().await.is_none(), "the stream stays open");
    let close = loop {
        match tokio::time::timeout(DEADLINE, viewer.next()).await.expect("nobody tells the viewer") {
            Some(Ok(Message::Close(close))) => break close.expect("no reason is given"),
            Some(Ok(_)) => {}
            other => panic!("the live view ended without a word: {other:?}"),
        }
    };
    assert_eq!((close.code, close.reason.as_str()), (CloseCode::Away, "going away"));
    let refused = chat.say(&deskhand, "take a screenshot").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "shutting_down");
    std::fs::write(installation.home().join("go"), "").unwrap();
    assert!(deskhand.ended().await.success());
    println!("ended after {:?}", started.elapsed());
    assert!(started.elapsed() < Duration::from_secs(10));

    let deskhand = installation.backend().await;
    tokio::time::timeout(DEADLINE, chat.until(&deskhand, &said["run"]["id"], "succeeded")).await.unwrap();
    assert_eq!(lines(&did), ["a", "b", "c"]);
    let log = chat.log(&deskhand).await;
    let statuses: Vec<&Value> = log
        .iter()
        .filter(|event| event["kind"] == "tool_result")
        .map(|event| &event["payload"]["status"])
        .collect();
    assert_eq!(statuses, [&json!("done"), &json!("done")]);
}
