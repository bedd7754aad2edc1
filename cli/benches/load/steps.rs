//! A chat of very many steps with pictures, which goes on: what its requests to the model service weigh, and how long
//! posting to it takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};

use crate::deskhand::{Deskhand, ok};
use crate::figures::{Figure, taken};
use crate::installation::{Chat, Installation};

/// Each picture takes three: typing, Return, and the screenshot.
const STEPS: usize = 3_000;
const STEPS_PER_MESSAGE: usize = 90;
const SAMPLES: usize = 20;
/// How long the steps of a message may take.
const PATIENCE: Duration = Duration::from_secs(600);

pub(crate) async fn measure() -> Vec<Figure> {
    let installation = Installation::start().await;
    let relay = Relay::start(installation.model_url()).await;
    let mut command = installation.backend_command();
    command.env("AI_MODEL_URL", &relay.url);
    let deskhand = Deskhand::spawn(command).await;
    let chat = Chat::begin(&deskhand).await;
    println!("doing {STEPS} steps");
    finish(&deskhand, &chat, "open the terminal").await;
    let mut done = 0;
    while done < STEPS {
        let picture = |nth| format!("type \"seq {nth} {}\", press Return, take a screenshot", nth + 40);
        let pictures: Vec<String> = (done..done + STEPS_PER_MESSAGE).step_by(3).map(picture).collect();
        finish(&deskhand, &chat, &pictures.join(", ")).await;
        done += STEPS_PER_MESSAGE;
    }
    let mut posted = Vec::new();
    let mut most = 0;
    for _ in 0..SAMPLES {
        let before = relay.sent.load(Ordering::Relaxed);
        posted.push(finish(&deskhand, &chat, "take a screenshot").await);
        most = most.max(relay.sent.load(Ordering::Relaxed) - before);
    }
    let get = |path: &str| chat.request(&deskhand, Method::GET, path);
    let mut read = Vec::new();
    for _ in 0..SAMPLES {
        read.push(taken(get(&chat.path)).await);
    }
    vec![
        Figure::one("steps: request to the model service", most as f64 / 1e6, "MB", Some(40.0)),
        Figure::percentile("steps: posting a message", 95.0, posted, Some(300.0)),
        Figure::percentile("steps: the chat with its messages", 95.0, read, Some(100.0)),
    ]
}

/// Posts a message and waits until its run has succeeded; returns how long posting took.
async fn finish(deskhand: &Deskhand, chat: &Chat, message: &str) -> Duration {
    let started = Instant::now();
    let posted = ok(chat.say(deskhand, message)).await;
    let took = started.elapsed();
    let run = &posted["run"]["id"];
    let ended = |run: &Value| matches!(run["state"].as_str(), Some("succeeded" | "failed" | "cancelled"));
    let mut now = chat.run(deskhand, run).await;
    while !ended(&now) {
        assert!(started.elapsed() < PATIENCE, "the run goes on and on: {now}");
        tokio::time::sleep(Duration::from_millis(20)).await;
        now = chat.run(deskhand, run).await;
    }
    assert_eq!(now["state"], "succeeded", "{now}");
    took
}

/// Counts what is sent to a service.
struct Relay {
    url: String,
    sent: Arc<AtomicU64>,
}

impl Relay {
    async fn start(service: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let sent = Arc::new(AtomicU64::new(0));
        let address = service.trim_start_matches("http://").to_owned();
        let counted = Arc::clone(&sent);
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let server = TcpStream::connect(&address).await.unwrap();
                tokio::spawn(relay(client, server, Arc::clone(&counted)));
            }
        });
        Self { url, sent }
    }
}

async fn relay(client: TcpStream, server: TcpStream, sent: Arc<AtomicU64>) {
    let (mut request, mut to_client) = client.into_split();
    let (mut answer, mut to_server) = server.into_split();
    let asking = async {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(bytes @ 1..) = request.read(&mut buffer).await {
            sent.fetch_add(bytes as u64, Ordering::Relaxed);
            if to_server.write_all(&buffer[..bytes]).await.is_err() {
                break;
            }
        }
    };
    // A side that has closed the connection ends both directions.
    tokio::select! {
        () = asking => {}
        _ = copy(&mut answer, &mut to_client) => {}
    }
}
