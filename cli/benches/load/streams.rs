//! Very many event streams of one chat.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use reqwest::Method;
use serde_json::json;
use tokio::sync::{Mutex, Semaphore};
use tokio::task::JoinSet;

use crate::deskhand::{Deskhand, ok};
use crate::figures::Figure;

const STREAMS: [usize; 2] = [500, 1_000];
const EVENTS: usize = 200;
/// 20 events a second.
const EVERY: Duration = Duration::from_millis(50);
/// Streams that are being opened at the same time.
const OPENING: usize = 50;

pub(crate) async fn measure() -> Vec<Figure> {
    let mut figures = Vec::new();
    for streams in STREAMS {
        figures.push(with(streams).await);
    }
    figures
}

async fn with(streams: usize) -> Figure {
    println!("opening {streams} event streams");
    let data = tempfile::tempdir().unwrap();
    let deskhand = Arc::new(Deskhand::up(data.path()).await);
    let token = deskhand.first_administrator().await;
    let chat = ok(deskhand.request(Method::POST, "/chats").bearer_auth(&token).json(&json!({}))).await;
    let path = format!("/chats/{}", chat["id"].as_str().unwrap());
    let (begun, ready) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let (opening, all) = (Arc::new(Semaphore::new(OPENING)), Arc::new(Mutex::new(Vec::new())));
    let mut following = JoinSet::new();
    for _ in 0..streams {
        let stream = deskhand.request(Method::GET, &format!("{path}/events")).bearer_auth(&token);
        let (ready, opening, all) = (Arc::clone(&ready), Arc::clone(&opening), Arc::clone(&all));
        following.spawn(async move {
            let permit = opening.acquire_owned().await.unwrap();
            let mut bytes = stream.send().await.unwrap().bytes_stream();
            let mut permit = Some(permit);
            let (mut text, mut late, mut titles) = (String::new(), Vec::new(), 0);
            while titles < EVENTS {
                text.push_str(&String::from_utf8_lossy(&bytes.next().await.unwrap().unwrap()));
                let now = begun.elapsed();
                while let Some((event, rest)) = text.split_once("\n\n") {
                    if event.contains("event: ready") {
                        ready.fetch_add(1, Ordering::Relaxed);
                        permit.take();
                    }
                    if let Some(sent) = sent_at(event) {
                        late.push(now.saturating_sub(sent));
                        titles += 1;
                    }
                    text = rest.to_owned();
                }
            }
            all.lock().await.extend(late);
        });
    }
    while ready.load(Ordering::Relaxed) < streams {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!("sending {EVENTS} events, 20 a second");
    let mut tick = tokio::time::interval(EVERY);
    for _ in 0..EVENTS {
        tick.tick().await;
        // The title is the time at which it is sent.
        let title = json!({ "title": format!("sent {}", begun.elapsed().as_micros()) });
        ok(deskhand.request(Method::PATCH, &path).bearer_auth(&token).json(&title)).await;
    }
    while let Some(stream) = following.join_next().await {
        stream.unwrap();
    }
    let late = std::mem::take(&mut *all.lock().await);
    let limit = (streams == 1_000).then_some(50.0);
    Figure::percentile(&format!("streams: from the change to {streams} of them"), 99.0, late, limit)
}

/// When the event was sent, if it is a title of ours.
fn sent_at(event: &str) -> Option<Duration> {
    let micros = event.split_once("sent ")?.1.split('"').next()?;
    micros.parse().ok().map(Duration::from_micros)
}
