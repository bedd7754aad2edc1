//! Viewers that read slowly or not at all.

use std::time::{Duration, Instant};

use backend::live::hub::LiveEvent;
use protocol::ids::ChatId;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::app::{TestApp, ok};

const DEADLINE: Duration = Duration::from_secs(60);

/// Watches a chat's events over a plain socket with a small buffer.
async fn watch(app: &TestApp, token: &str, chat: ChatId) -> TcpStream {
    let address = app.base.strip_prefix("http://").unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(address.parse().unwrap()).await.unwrap();
    let request = format!(
        "GET /api/v1/chats/{chat}/events HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_that_falls_behind_is_told_and_disconnected() {
    let app = TestApp::start().await;
    let token = app.user("ada").await;
    let chat = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(&token)).await;
    let chat: ChatId = chat["id"].as_str().unwrap().parse().unwrap();
    let mut slow = watch(&app, &token, chat).await;
    let deadline = Instant::now() + DEADLINE;
    while !app.state.hub.is_watched(chat) {
        assert!(Instant::now() < deadline, "it does not watch");
        tokio::task::yield_now().await;
    }
    // More than the socket, hyper and the channel buffer together.
    for _ in 0..4096 {
        app.state.hub.publish(chat, LiveEvent::Title("x".repeat(4096)));
        // Yields to the other tasks, so that as much as possible is sent.
        tokio::task::yield_now().await;
    }
    let mut told = String::new();
    tokio::time::timeout(DEADLINE, slow.read_to_string(&mut told))
        .await
        .expect("it is kept")
        .unwrap_or_default();
    let (_, end) = told.rsplit_once("event: ").unwrap();
    assert!(end.starts_with("behind\ndata: {\"reason\":"), "{end}");
    assert!(end.ends_with("\r\n0\r\n\r\n"), "an orderly end: {end:?}");
    assert!(told.len() < 8 << 20, "{} bytes were kept for one viewer", told.len());
    assert!(!app.state.hub.is_watched(chat));
    app.stop().await;
}
