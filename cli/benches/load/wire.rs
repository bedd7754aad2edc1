//! Abuse of connections: heads that never end, and heads that are too large, beside people who read their chats.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::deskhand::{Deskhand, ok};
use crate::figures::{Figure, taken};

const SLOW: usize = 200;
const LARGE: usize = 8;
const LARGE_HEAD: usize = 64 << 10;
const READERS: usize = 10;
const DURING: Duration = Duration::from_secs(20);
/// A reader reads this often.
const PACE: Duration = Duration::from_millis(100);

pub(crate) async fn measure() -> Vec<Figure> {
    let data = tempfile::tempdir().unwrap();
    let deskhand = Deskhand::up_with(data.path(), &[("DESKHAND_REQUESTS_PER_MINUTE", "0")]).await;
    let token = deskhand.first_administrator().await;
    ok(deskhand.request(Method::POST, "/chats").bearer_auth(&token).json(&json!({}))).await;
    println!("{READERS} people read for {} s", DURING.as_secs());
    let mut alone = reads(&deskhand, &token).await;
    println!("the same beside {SLOW} heads that never end and {LARGE} connections with heads of 64 KiB");
    let stop = CancellationToken::new();
    let address = deskhand.url.trim_start_matches("http://").to_owned();
    let slow = join_all((0..SLOW).map(|_| {
        let (address, stop) = (address.clone(), stop.clone());
        tokio::spawn(async move { stop.run_until_cancelled_owned(drip(&address)).await })
    }));
    let large = join_all((0..LARGE).map(|_| {
        let (address, stop) = (address.clone(), stop.clone());
        tokio::spawn(async move { send_large(&address, &stop).await })
    }));
    let (mut beside, (), large) = tokio::join!(
        async {
            let beside = reads(&deskhand, &token).await;
            stop.cancel();
            beside
        },
        async { drop(slow.await) },
        large
    );
    let answers: Vec<u16> = large.into_iter().flat_map(Result::unwrap).collect();
    let others = answers.iter().filter(|status| **status != 431).count();
    let ratio = p95(&mut beside) / p95(&mut alone);
    vec![
        Figure::percentile("wire: reads", 95.0, alone, None),
        Figure::percentile("wire: reads beside abuse", 95.0, beside, None),
        Figure::one("wire: how often as long beside abuse, p95", ratio, "x", Some(2.0)),
        Figure::one("wire: large heads refused with 431", (answers.len() - others) as f64, "", None),
        Figure::one("wire: other answers to large heads", others as f64, "", Some(0.0)),
    ]
}

async fn reads(deskhand: &Deskhand, token: &str) -> Vec<Duration> {
    let until = Instant::now() + DURING;
    let reader = async || {
        let mut times = Vec::new();
        while Instant::now() < until {
            times.push(taken(deskhand.request(Method::GET, "/chats").bearer_auth(token)).await);
            tokio::time::sleep(PACE).await;
        }
        times
    };
    join_all((0..READERS).map(|_| reader())).await.concat()
}

/// Sends a head byte by byte, on another connection whenever one is closed.
async fn drip(address: &str) {
    loop {
        let mut connection = TcpStream::connect(address).await.unwrap();
        if connection.write_all(b"GET /api/v1/chats HTTP/1.1\r\nHost: x\r\nX-A: ").await.is_err() {
            continue;
        }
        while connection.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

/// Sends heads that are too large, and returns the statuses of the answers.
async fn send_large(address: &str, stop: &CancellationToken) -> Vec<u16> {
    let head = format!("GET /api/v1/chats HTTP/1.1\r\nHost: x\r\nX-A: {}\r\n\r\n", "a".repeat(LARGE_HEAD));
    let mut statuses = Vec::new();
    while !stop.is_cancelled() {
        let mut connection = TcpStream::connect(address).await.unwrap();
        // The service may close the connection before it has read everything.
        let _ = connection.write_all(head.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = connection.read_to_end(&mut answer).await;
        let status =
            String::from_utf8_lossy(&answer).split(' ').nth(1).and_then(|status| status.parse::<u16>().ok());
        statuses.extend(status);
        tokio::time::sleep(PACE).await;
    }
    statuses
}

fn p95(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times[times.len() * 95 / 100].as_secs_f64()
}
