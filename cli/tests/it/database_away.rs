//! An outage of the database: every call reports it at once, and afterwards everything is intact.

use std::time::Instant;

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::deskhand::{DEADLINE, Deskhand, PASSWORD, ok};
use crate::installation::{Chat, Installation, until};
use crate::processes::below;

/// A logged-in browser: an HTTP client and its session cookie.
async fn browser(deskhand: &Deskhand) -> (Client, String) {
    let credentials = json!({ "username": "ada", "password": PASSWORD });
    let answer = deskhand.request(Method::POST, "/auth/session").json(&credentials).send().await.unwrap();
    assert!(answer.status().is_success());
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    (Client::new(), cookie.split(';').next().unwrap().to_owned())
}

async fn readiness(deskhand: &Deskhand) -> (StatusCode, Value) {
    let answer = deskhand.request(Method::GET, "/health/ready").send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

async fn unavailable(request: RequestBuilder) -> Response {
    let answer = tokio::time::timeout(DEADLINE, request.send()).await.expect("it hangs").unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{}", answer.url());
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    assert!(answer.headers().contains_key("retry-after"));
    assert!(!answer.headers().contains_key("set-cookie"), "nobody is logged out");
    answer
}

#[tokio::test]
async fn a_database_outage_is_reported_by_every_call_and_logs_nobody_out() {
    let mut installation = Installation::start().await;
    let deskhand = installation.backend().await;
    let chat = Chat::begin(&deskhand).await;
    ok(chat.say(&deskhand, "take a screenshot").header("prefer", "wait=60")).await;
    let (http, cookie) = browser(&deskhand).await;
    let by_cookie = |path: &str| http.get(format!("{}/api/v1{path}", deskhand.url)).header("cookie", &cookie);
    assert!(by_cookie("/users/me").send().await.unwrap().status().is_success());
    let mut watcher = chat.watch(&deskhand, 0).await;
    watcher.until(|event| event.name == "ready").await;
    let seq = chat.log(&deskhand).await.len() as u64;

    installation.stop_postgres().await;
    let begun = Instant::now();
    let sub = |name: &str| format!("{}{name}", chat.path);
    for path in ["/health", "/chats", &chat.path, &sub("/files"), &sub("/events"), &sub("/desktop"), "/files"]
    {
        let answer = unavailable(chat.request(&deskhand, Method::GET, path)).await;
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["code"], "database_unavailable", "{path}: {problem}");
    }
    unavailable(by_cookie("/users/me")).await;
    unavailable(by_cookie(&chat.path)).await;
    unavailable(chat.say(&deskhand, "take a screenshot")).await;
    let credentials = json!({ "username": "ada", "password": PASSWORD });
    unavailable(deskhand.request(Method::POST, "/auth/login").json(&credentials)).await;
    ok(deskhand.request(Method::GET, "/health/live")).await;
    let (status, told) = readiness(&deskhand).await;
    assert_eq!((status, &told["status"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("unready")));
    let state = |part: &str| told["parts"][part]["state"].clone();
    assert_eq!(["database", "migrations", "master_key"].map(state), ["failed", "unknown", "unknown"]);
    assert_eq!(["disk", "model_service", "desktops"].map(state), ["ok"; 3]);
    println!("13 calls were answered in {:?} without a database", begun.elapsed());
    let desktop = || below(deskhand.pid().as_raw()).into_iter().find(|process| process.name == "Xvfb");
    let before = desktop();
    assert!(before.is_some());

    installation.start_postgres().await;
    let back = Instant::now();
    until("the service answers again", async || {
        chat.request(&deskhand, Method::GET, &chat.path).send().await.unwrap().status().is_success()
    })
    .await;
    println!("answered again {:?} after Postgres was back", back.elapsed());
    assert!(by_cookie("/users/me").send().await.unwrap().status().is_success());
    assert_eq!(desktop(), before, "the desktop was ended");
    until("the service is ready again", async || readiness(&deskhand).await.1["status"] == "ready").await;
    // The refused message has left no trace, and a viewer that watched all the time sees the next one.
    assert_eq!(chat.log(&deskhand).await.len() as u64, seq);
    ok(chat.say(&deskhand, "take a screenshot")).await;
    watcher.until(|event| event.data["seq"] == seq + 1).await;
}
