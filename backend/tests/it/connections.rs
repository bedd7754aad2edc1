//! Connections that send nothing, too little, or too many at once.

use std::time::Duration;

use backend::connection_limits::{BodyPace, ConnectionLimits};
use futures_util::future::join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::app::{Options, TestApp};

const HEALTH: &str = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
/// Longer than any test takes.
const NEVER: Duration = Duration::from_secs(600);
const SOON: Duration = Duration::from_millis(100);

const LIMITS: ConnectionLimits = ConnectionLimits {
    total: 1000,
    per_address: 1000,
    head_timeout: NEVER,
    idle_timeout: NEVER,
    body: BodyPace { patience: NEVER, rate: 1 },
};

async fn start(limits: ConnectionLimits) -> TestApp {
    TestApp::start_with(Options { connections: Some(limits), ..Options::default() }).await
}

async fn connect(app: &TestApp) -> TcpStream {
    TcpStream::connect(app.base.trim_start_matches("http://")).await.unwrap()
}

/// Sends bytes and reads until the connection is closed.
async fn until_closed(app: &TestApp, bytes: &str) -> String {
    let mut stream = connect(app).await;
    // The service may refuse it before it has read everything.
    let _ = stream.write_all(bytes.as_bytes()).await;
    read_to_end(&mut stream).await
}

async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut received = Vec::new();
    // A reset says the same as an end.
    let _ = stream.read_to_end(&mut received).await;
    String::from_utf8(received).unwrap()
}

/// Reads one response, whose body is JSON.
async fn response(stream: &mut TcpStream) -> String {
    let mut received = String::new();
    while !received.ends_with('}') {
        let mut bytes = [0; 4096];
        let count = stream.read(&mut bytes).await.unwrap();
        assert!(count > 0, "closed after {received}");
        received.push_str(str::from_utf8(&bytes[..count]).unwrap());
    }
    received
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_has_to_be_complete_in_time() {
    let app = start(ConnectionLimits { head_timeout: SOON, ..LIMITS }).await;
    // Nothing, the beginning of a request, and one without its last line end.
    let late = ["", "GET /hea", "GET /health HTTP/1.1\r\nHost: localhost\r\n"];
    assert_eq!(join_all(late.map(|bytes| until_closed(&app, bytes))).await, ["", "", ""]);
    // The beginning of a second request.
    let mut stream = connect(&app).await;
    stream.write_all(HEALTH.as_bytes()).await.unwrap();
    assert!(response(&mut stream).await.starts_with("HTTP/1.1 200 OK"));
    stream.write_all(b"GET /hea").await.unwrap();
    assert_eq!(read_to_end(&mut stream).await, "");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_too_large_is_refused() {
    let app = start(LIMITS).await;
    let with = |fields: &str| {
        format!("GET /health HTTP/1.1\r\nHost: localhost\r\n{fields}Connection: close\r\n\r\n")
    };
    let field = |bytes: usize| with(&format!("X-Filler: {}\r\n", "a".repeat(bytes)));
    for (head, status) in [
        (field(31 << 10), "200"),
        (field(64 << 10), "431"),
        (field(1 << 20), "431"),
        (with(&"X-Filler: a\r\n".repeat(90)), "200"),
        (with(&"X-Filler: a\r\n".repeat(110)), "431"),
        (with("").replace("/health", &format!("/health?{}", "a".repeat(70_000))), "431"),
    ] {
        let answer = until_closed(&app, &head).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{} bytes: {answer}", head.len());
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_is_closed() {
    let app = start(ConnectionLimits { idle_timeout: SOON, ..LIMITS }).await;
    let received = until_closed(&app, HEALTH).await;
    assert!(received.starts_with("HTTP/1.1 200 OK"), "{received}");
    assert_eq!(until_closed(&app, "").await, "");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_arrives_too_slowly_is_answered_and_its_connection_closed() {
    let app = start(ConnectionLimits { body: BodyPace { patience: SOON, rate: 1 << 20 }, ..LIMITS }).await;
    let token = app.user("ada").await;
    let form = "--frame\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nmil";
    for (path, media_type, begun) in [
        ("/api/v1/files/upload/", "multipart/form-data; boundary=frame", form),
        ("/api/v1/chats", "application/json", "{"),
    ] {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: {media_type}\r\nContent-Length: 9999\r\n\r\n{begun}"
        );
        let received = until_closed(&app, &request).await;
        assert!(received.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{received}");
        assert!(
            received.contains("connection: close\r\n") && received.contains("request_too_slow"),
            "{received}"
        );
    }
    let staged = std::fs::read_dir(app.data.path().join("blobs")).unwrap();
    let left: Vec<_> = staged.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap()).collect();
    assert!(left.is_empty(), "{left:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_beyond_the_limit_wait_for_another_to_end() {
    let app = start(ConnectionLimits { total: 2, ..LIMITS }).await;
    let (first, mut second) = (connect(&app).await, connect(&app).await);
    second.write_all(HEALTH.as_bytes()).await.unwrap();
    response(&mut second).await;
    let mut third = connect(&app).await;
    third.write_all(HEALTH.as_bytes()).await.unwrap();
    let early = tokio::time::timeout(SOON, response(&mut third)).await;
    assert!(early.is_err(), "{early:?}");
    drop(first);
    assert!(response(&mut third).await.starts_with("HTTP/1.1 200"));
    drop((second, third));
    app.stop().await;
}
