//! Taking control of a desktop and handing it back.

use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use nix::sys::signal::Signal;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::deskhand::{DEADLINE, Deskhand, ok};
use crate::installation::{Chat, Installation, until};

/// How often control is taken during a batch.
const TRIALS: usize = 20;
const RETURN: u32 = 0xff0d;

impl Chat {
    async fn take(&self, deskhand: &Deskhand) -> String {
        let path = format!("{}/desktop/control", self.path);
        ok(self.request(deskhand, Method::POST, &path)).await["id"].as_str().unwrap().to_owned()
    }

    async fn hand_back(&self, deskhand: &Deskhand) {
        let path = format!("{}/desktop/control", self.path);
        let answer = self.request(deskhand, Method::DELETE, &path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    }

    /// Posts a message and waits until its run has ended or waits for a person.
    async fn say_and_wait(&self, deskhand: &Deskhand, message: &str) -> Value {
        ok(self.say(deskhand, message).header("prefer", "wait=60")).await["run"].clone()
    }

    async fn post(&self, deskhand: &Deskhand, run: &Value, what: &str, body: &Value) -> Value {
        let path = format!("/runs/{}/{what}", run["id"].as_str().unwrap());
        ok(self.request(deskhand, Method::POST, &path).json(body)).await
    }

    async fn payloads(&self, deskhand: &Deskhand, kind: &str) -> Vec<Value> {
        let log = self.log(deskhand).await;
        log.into_iter().filter(|event| event["kind"] == kind).map(|event| event["payload"].clone()).collect()
    }
}

/// A viewer of the live view.
struct Viewer(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Viewer {
    async fn on(chat: &Chat, deskhand: &Deskhand, lease: Option<&str>) -> Self {
        let url = deskhand.url.replacen("http", "ws", 1);
        let query = lease.map(|lease| format!("?lease={lease}")).unwrap_or_default();
        let address = format!("{url}/api/v1{}/desktop/vnc{query}", chat.path);
        let mut request = address.into_client_request().unwrap();
        let bearer = format!("Bearer {}", chat.token);
        request.headers_mut().insert("authorization", bearer.parse().unwrap());
        request.headers_mut().insert("sec-websocket-protocol", "binary".parse().unwrap());
        let mut socket = connect_async(request).await.unwrap().0;
        for said in [&b"RFB 003.008\n"[..], &[1], &[1]] {
            socket.next().await.unwrap().unwrap();
            socket.send(Message::Binary(said.to_vec().into())).await.unwrap();
        }
        // The handshake ends with the size of the screen.
        let mut viewer = Self(socket);
        viewer.receive().await;
        viewer
    }

    async fn receive(&mut self) -> Message {
        tokio::time::timeout(DEADLINE, self.0.next()).await.expect("nothing comes").unwrap().unwrap()
    }

    async fn types(&mut self, text: &str) {
        for keysym in text.chars().map(u32::from).chain([RETURN]) {
            for down in [1, 0] {
                let message = [&[4, down, 0, 0][..], &keysym.to_be_bytes()].concat();
                self.0.send(Message::Binary(message.into())).await.unwrap();
            }
        }
        // An update shows that the input before it has been processed.
        self.0.send(Message::Binary(vec![3, 0, 0, 0, 0, 0, 0, 9, 0, 9].into())).await.unwrap();
        while !matches!(self.receive().await, Message::Binary(_)) {}
    }
}

fn is_pause(event: &Value, run: &Value) -> bool {
    event["kind"] == "run_state" && event["run_id"] == run["id"] && event["payload"]["state"] == "paused"
}

/// A batch of short actions; in every other trial one of them is long.
fn prompt(trial: usize) -> String {
    let keys = ["press a"; 10].join(", ");
    if is_short(trial) { keys } else { format!("press a, press b, wait 100 seconds, {keys}") }
}

fn is_short(trial: usize) -> bool {
    trial.is_multiple_of(2)
}

/// Takes control after some calls of a run have started. Returns the event that pauses the run, the last
/// sequence number at the time when control was granted, and how long pausing took.
async fn take_in_the_middle(
    installation: &Installation,
    deskhand: &Deskhand,
    chat: &Chat,
    trial: usize,
) -> (Value, u64, Duration) {
    let mut watcher = chat.watch(deskhand, installation.last_seq(chat).await).await;
    let run = ok(chat.say(deskhand, &prompt(trial))).await["run"].clone();
    for _ in 0..if is_short(trial) { 1 + trial / 3 } else { 3 } {
        watcher.until(|event| event.name == "call_started").await;
    }
    let asked = Instant::now();
    let taking = async {
        chat.take(deskhand).await;
        installation.last_seq(chat).await
    };
    let pausing = async {
        let pause = watcher.until(|event| is_pause(&event.data, &run)).await.data;
        (pause, asked.elapsed())
    };
    let (given, (pause, took)) = futures_util::join!(taking, pausing);
    (pause, given, took)
}

#[tokio::test]
async fn taking_control_interrupts_the_action_and_blocks_others_until_hand_back() {
    let installation = Installation::start().await;
    let deskhand = installation.backend().await;
    let chat = Chat::begin(&deskhand).await;
    chat.say_and_wait(&deskhand, "take a screenshot").await;
    let mut took = Vec::new();
    for trial in 0..TRIALS {
        let (pause, given, paused_after) = take_in_the_middle(&installation, &deskhand, &chat, trial).await;
        took.push(paused_after);
        assert_eq!(pause["payload"]["code"], "person_in_control");
        let run = json!({ "id": pause["run_id"] });
        let log = chat.log(&deskhand).await;
        let began: Vec<&Value> = log
            .iter()
            .filter(|event| event["kind"] == "call_started" && event["run_id"] == run["id"])
            .collect();
        assert!(
            began.iter().all(|start| start["seq"].as_u64().unwrap() <= given),
            "a call began while a person was in control"
        );
        let results: Vec<&Value> = log
            .iter()
            .filter(|event| event["kind"] == "tool_result" && event["run_id"] == run["id"])
            .collect();
        assert_eq!(results.len(), began.len(), "the action under way has ended");
        assert!(results.iter().all(|result| result["seq"].as_u64() < pause["seq"].as_u64()));
        if !is_short(trial) {
            assert_eq!(results.last().unwrap()["payload"]["status"], "interrupted");
        }

        chat.hand_back(&deskhand).await;
        chat.until(&deskhand, &run["id"], "succeeded").await;
        let log = chat.log(&deskhand).await;
        let of_run: Vec<&Value> = log.iter().filter(|event| event["run_id"] == run["id"]).collect();
        let takeover = of_run.iter().find(|event| event["kind"] == "takeover").expect("it is not in the log");
        assert_eq!(takeover["payload"]["did"]["steps"], json!([]));
        assert!(takeover["payload"]["screenshot"]["sha256"].is_string());
        let keys = of_run.iter().filter(|event| {
            event["kind"] == "tool_result"
                && matches!(event["payload"]["status"].as_str(), Some("done" | "interrupted"))
        });
        assert_eq!(
            keys.count(),
            if is_short(trial) { 10 } else { 13 },
            "the rest was done after handing back"
        );
    }
    took.sort_unstable();
    println!(
        "{TRIALS} takeovers in the middle of a batch: paused after {:?} (median), {:?} (most)",
        took[TRIALS / 2],
        took[TRIALS - 1]
    );
}

#[tokio::test]
async fn only_input_with_the_lease_reaches_the_screen() {
    let installation = Installation::start().await;
    let deskhand = installation.backend().await;
    let chat = Chat::begin(&deskhand).await;
    let opened = chat.say_and_wait(&deskhand, "open the terminal").await;
    assert_eq!(opened["state"], "succeeded", "{opened}");
    let home = installation.home();
    let lease = chat.take(&deskhand).await;
    let mut watching = Viewer::on(&chat, &deskhand, None).await;
    watching.types("touch ~/never").await;
    let mut viewer = Viewer::on(&chat, &deskhand, Some(&lease)).await;
    viewer.types("touch ~/secret").await;
    until("the command was typed", async || home.join("secret").exists()).await;
    assert!(!home.join("never").exists());
    // A browser that reconnects uses the same lease.
    drop(viewer);
    let mut viewer = Viewer::on(&chat, &deskhand, Some(&lease)).await;
    viewer.types("touch ~/again").await;
    until("the command was typed", async || home.join("again").exists()).await;
    assert!(!home.join("never").exists());
    chat.hand_back(&deskhand).await;
    let told = chat.payloads(&deskhand, "takeover").await;
    let pressed = json!({ "did": "pressed", "chord": "Return", "times": 1 });
    let typed = |characters: u32| json!({ "did": "typed", "characters": characters });
    assert_eq!(told[0]["did"]["steps"], json!([typed(14), pressed, typed(13), pressed]));
    assert!(!told[0].to_string().contains("secret"));
    let next = chat.say_and_wait(&deskhand, "take a screenshot").await;
    assert_eq!(next["state"], "succeeded", "the conversation goes on: {next}");
}

#[tokio::test]
async fn a_decision_made_while_in_control_takes_effect_after_hand_back_and_a_pause_remains() {
    let installation = Installation::start().await;
    let deskhand = installation.backend().await;
    let chat = Chat::begin(&deskhand).await;
    let asking = json!({ "approval": { "ask_for": "effects", "effects": ["shell"] } });
    ok(chat.request(&deskhand, Method::PATCH, &chat.path).json(&asking)).await;
    let run = chat.say_and_wait(&deskhand, "run `touch ~/approved`, take a screenshot").await;
    assert_eq!(run["state"], "awaiting_approval", "{run}");
    chat.take(&deskhand).await;
    let asked = chat.payloads(&deskhand, "approval_request").await.pop().unwrap();
    let word = json!({
        "call_id": asked["call_id"], "verdict": "approve", "arguments_sha256": asked["arguments_sha256"],
    });
    let told = chat.post(&deskhand, &run, "decisions", &word).await;
    assert_eq!((&told["state"], &told["code"]), (&json!("paused"), &json!("person_in_control")));
    assert!(!installation.home().join("approved").exists());
    chat.hand_back(&deskhand).await;
    chat.until(&deskhand, &run["id"], "succeeded").await;
    assert!(installation.home().join("approved").exists());

    let run = ok(chat.say(&deskhand, "wait 100 seconds, press a")).await["run"].clone();
    let mut watcher = chat.watch(&deskhand, 0).await;
    watcher.until(|event| event.name == "call_started" && event.data["run_id"] == run["id"]).await;
    chat.take(&deskhand).await;
    chat.until(&deskhand, &run["id"], "paused").await;
    let paused = chat.post(&deskhand, &run, "pause", &json!({})).await;
    assert_eq!((&paused["state"], &paused["code"]), (&json!("paused"), &json!("paused")));
    chat.hand_back(&deskhand).await;
    assert_eq!(chat.run(&deskhand, &run["id"]).await["state"], "paused", "the person's own pause stays");
    chat.take(&deskhand).await;
    let resumed = chat.post(&deskhand, &run, "resume", &json!({})).await;
    assert_eq!((&resumed["state"], &resumed["code"]), (&json!("paused"), &json!("person_in_control")));
    chat.post(&deskhand, &run, "cancel", &json!({})).await;
    assert_eq!(chat.run(&deskhand, &run["id"]).await["state"], "cancelled", "stop works while in control");
    chat.hand_back(&deskhand).await;
}

#[tokio::test]
async fn another_replica_hands_back_even_after_the_first_was_killed() {
    let installation = Installation::start().await;
    let mut host = installation.backend().await;
    let chat = Chat::begin(&host).await;
    let path = format!("{}/desktop", chat.path);
    ok(chat.request(&host, Method::POST, &path)).await;
    let other = installation.backend().await;
    let desktop = async |deskhand: &Deskhand| ok(chat.request(deskhand, Method::GET, &path)).await;
    chat.take(&host).await;
    let run = ok(chat.say(&other, "press a")).await["run"].clone();
    assert_eq!(run["code"], "person_in_control");
    // The replica that runs the desktop is notified and hands it back.
    chat.hand_back(&other).await;
    chat.until(&other, &run["id"], "succeeded").await;
    assert_eq!(chat.payloads(&other, "takeover").await.len(), 1);

    chat.take(&host).await;
    let run = ok(chat.say(&other, "press b")).await["run"].clone();
    host.signal(Signal::SIGKILL);
    host.ended().await;
    let killed = Instant::now();
    until("control is handed back", async || desktop(&other).await["control"].is_null()).await;
    println!("control was handed back {:?} after the backend was killed", killed.elapsed());
    assert!(killed.elapsed() < Duration::from_secs(30));
    chat.until(&other, &run["id"], "succeeded").await;
    let told = chat.payloads(&other, "takeover").await;
    assert_eq!(told[1], json!({}), "nobody can tell what was done");
}
