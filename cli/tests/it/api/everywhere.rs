//! Responses that any path may give.

use nix::sys::signal::Signal;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};

use super::Route;
use crate::deskhand::PASSWORD;
use crate::installation::{Chat, Installation, until};
use crate::redact::redact_text;

/// The names and values of all headers except the date.
fn headers(response: &Response) -> Value {
    let mut headers = Map::new();
    for (name, value) in response.headers() {
        if name != "date" {
            headers.insert(name.to_string(), redact_text(value.to_str().unwrap()).into());
        }
    }
    headers.into()
}

#[tokio::test]
async fn any_address() {
    let mut installation = Installation::start().await;
    let mut deskhand = installation.backend().await;
    let chat = Chat::begin(&deskhand).await;
    let mut route = Route::open("everywhere");
    let answer = deskhand.request(Method::GET, "/health").send().await.unwrap();
    let mut get_health = Route::open("GET /health");
    let health = || deskhand.request(Method::GET, "/health");
    get_health.case("success", health()).await;
    let mut get_status = Route::open("GET /status");
    get_status.case("success", deskhand.request(Method::GET, "/status")).await;
    let mut get_liveness = Route::open("GET /health/live");
    let live = || deskhand.request(Method::GET, "/health/live");
    let mut get_readiness = Route::open("GET /health/ready");
    get_readiness.case("success", deskhand.request(Method::GET, "/health/ready")).await;
    route.stream("headers", vec![headers(&answer)]);
    route.case("no such address", deskhand.request(Method::GET, "/nothing")).await;
    route.case("no such method", deskhand.request(Method::PUT, "/chats")).await;
    let credentials = json!({ "username": "ada", "password": PASSWORD });
    let login = || deskhand.request(Method::POST, "/auth/login").json(&credentials);
    route.case("a page of another site", login().header("origin", "http://evil.example")).await;
    route
        .case(
            "a forged token",
            deskhand.request(Method::GET, "/chats").bearer_auth("eyJhbGciOiJub25lIn0.e30."),
        )
        .await;

    installation.kill_model().await;
    route.case("no model service", chat.request(&deskhand, Method::GET, "/config")).await;
    installation.start_model().await;
    installation.stop_postgres().await;
    route.case("no database", login()).await;
    get_health.case("no database", health()).await;
    get_status.case("no database", deskhand.request(Method::GET, "/status")).await;
    get_liveness.case("success", live()).await;
    until("the answer is not the one before", async || {
        let answer = deskhand.request(Method::GET, "/health/ready").send().await.unwrap();
        answer.status() == StatusCode::SERVICE_UNAVAILABLE
    })
    .await;
    get_readiness.case("no database", deskhand.request(Method::GET, "/health/ready")).await;
    for route in [get_health, get_status, get_liveness, get_readiness] {
        route.compare();
    }
    installation.start_postgres().await;

    let mut watcher = chat.watch(&deskhand, 0).await;
    crate::deskhand::ok(chat.say(&deskhand, "wait 4 seconds")).await;
    watcher.until(|event| event.data["kind"] == "call_started").await;
    deskhand.signal(Signal::SIGTERM);
    watcher.until(|event| event.name == "shutdown").await;
    let late = chat.say(&deskhand, "take a screenshot");
    route.case("the service ends", late).await;
    deskhand.ended().await;
    route.compare();
}
