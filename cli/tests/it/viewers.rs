//! A hundred viewers of one chat, one of whom stops reading.

use std::time::Duration;

use backend::clock::Clock;
use reqwest::Method;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::deskhand::{DEADLINE, Deskhand, ok};
use crate::events::Events;
use crate::installation::{Chat, Installation, until};

const VIEWERS: usize = 99;
/// The commands of a run, which print 15 kB each: together more than a connection buffers.
const COMMANDS: usize = 60;
/// The memory that one connection may cost the backend.
const MOST_KIB: u64 = 1024;

/// What a viewer received of a run: the durable events, and the delay of each.
type Seen = (Vec<Value>, Vec<Duration>);

async fn see_a_run(mut watcher: Events) -> Seen {
    let (mut events, mut delays) = (Vec::new(), Vec::new());
    loop {
        let event = watcher.until(|event| event.data["seq"].is_u64()).await.data;
        let created: chrono::DateTime<chrono::Utc> = event["created_at"].as_str().unwrap().parse().unwrap();
        delays.push((Clock::system().now() - created).to_std().unwrap_or_default());
        let state = event["payload"]["state"].as_str().unwrap_or_default();
        let over = event["kind"] == "run_state" && !matches!(state, "queued" | "running");
        events.push(event);
        if over {
            return (events, delays);
        }
    }
}

#[expect(clippy::print_stdout, reason = "the figures are promised")]
/// Lets viewers watch a run with much output; returns what each received, which must be the same for all.
async fn show(deskhand: &Deskhand, chat: &Chat, called: &str) -> Vec<Value> {
    let seq = chat.log(deskhand).await.len() as u64;
    let mut viewers = Vec::new();
    for _ in 0..VIEWERS {
        viewers.push(tokio_util::task::AbortOnDropHandle::new({
            let watcher = chat.watch(deskhand, seq).await;
            #[expect(clippy::disallowed_methods, reason = "the handle owns it")]
            tokio::spawn(see_a_run(watcher))
        }));
    }
    let resident = resident_kib(deskhand);
    let commands: Vec<String> =
        (0..COMMANDS).map(|number| format!("run `seq {number} {}`", number + 3200)).collect();
    ok(chat.say(deskhand, &commands.join(", "))).await;
    let (mut all, mut delays) = (None, Vec::new());
    for viewer in viewers {
        let (events, late) = viewer.await.unwrap();
        delays.extend(late);
        assert_eq!(*all.get_or_insert_with(|| events.clone()), events, "all see the same");
    }
    delays.sort();
    let at = |share: usize| delays[(delays.len() - 1) * share / 100];
    println!(
        "{called}: {} deliveries, p50 {:?}, p99 {:?}, slowest {:?}; the backend has {} MiB ({} MiB before the run)",
        delays.len(),
        at(50),
        at(99),
        at(100),
        resident_kib(deskhand) >> 10,
        resident >> 10,
    );
    let all = all.unwrap();
    assert_eq!(all.last().unwrap()["payload"]["state"], "succeeded");
    all
}

fn resident_kib(deskhand: &Deskhand) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", deskhand.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Watches over a plain socket with a small buffer, and reads nothing after the response headers.
async fn watch_without_reading(deskhand: &Deskhand, chat: &Chat, seq: u64) -> TcpStream {
    let address = deskhand.url.strip_prefix("http://").unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(address.parse().unwrap()).await.unwrap();
    let request = format!(
        "GET /api/v1{}/events HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nLast-Event-ID: {seq}\r\n\r\n",
        chat.path, chat.token
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    stream
}

/// Whether the backend still has its end of a connection open, according to the kernel's table.
fn is_open(stream: &TcpStream) -> bool {
    let hex = |address: std::net::SocketAddr| match address.ip() {
        std::net::IpAddr::V4(ip) => {
            format!("{:08X}:{:04X}", u32::from_ne_bytes(ip.octets()), address.port())
        }
        std::net::IpAddr::V6(_) => unreachable!(),
    };
    let (ours, theirs) = (hex(stream.local_addr().unwrap()), hex(stream.peer_addr().unwrap()));
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    table.lines().any(|line| line.contains(&format!("{theirs} {ours} 01")))
}

/// The sequence numbers of the complete durable events that a plain socket has received.
fn whole_events(text: &str) -> Vec<u64> {
    let complete = text.rsplit_once("\n\n").map_or("", |(complete, _)| complete);
    complete
        .split("\n\n")
        .filter_map(|event| event.split("\nid: ").nth(1)?.lines().next()?.parse().ok())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_that_stops_reading_delays_nobody_and_misses_nothing() {
    let installation = Installation::start().await;
    let deskhand = installation.backend().await;
    let chat = Chat::begin(&deskhand).await;
    ok(chat.request(&deskhand, Method::POST, &format!("{}/desktop", chat.path))).await;
    let before = resident_kib(&deskhand);
    let without = show(&deskhand, &chat, "99 viewers who read").await;

    let seq = without.last().unwrap()["seq"].as_u64().unwrap();
    let mut slow = watch_without_reading(&deskhand, &chat, seq).await;
    let with = show(&deskhand, &chat, "and one who does not").await;
    let grown = resident_kib(&deskhand).saturating_sub(before);
    println!("{} KiB a viewer", grown / (VIEWERS as u64 + 1));
    assert!(grown / (VIEWERS as u64 + 1) < MOST_KIB, "{grown} KiB more for {VIEWERS} viewers");
    until("the connection that nobody reads is closed", async || !is_open(&slow)).await;

    // What was in transit can still be read; the rest follows after the last number.
    let mut text = Vec::new();
    let reading = slow.read_to_end(&mut text);
    // The connection may be reset rather than closed, so ignore the result.
    let _ = tokio::time::timeout(DEADLINE, reading).await.expect("the connection does not end");
    let mut got = whole_events(&String::from_utf8_lossy(&text));
    println!("{} KiB were on their way, with {} of {} events", text.len() >> 10, got.len(), with.len());
    let last = got.last().copied().unwrap_or(seq);
    assert!(got.len() < with.len(), "too little was said to fill a connection");
    let mut again = chat.watch(&deskhand, last).await;
    let end = with.last().unwrap()["seq"].as_u64().unwrap();
    while got.last() != Some(&end) {
        got.push(again.until(|event| event.data["seq"].is_u64()).await.data["seq"].as_u64().unwrap());
    }
    assert_eq!(got, (seq + 1..=end).collect::<Vec<_>>());
}
