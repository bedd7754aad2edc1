//! Which pages may use the API from a browser: WebSockets, requests that change something, and CORS.

use std::net::SocketAddr;

use backend::config::origins::OriginsConfig;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::{Options, TestApp, log_in, ok, problem};

/// An origin that the settings allow.
const ALLOWED: &str = "https://app.example.org";

async fn start() -> (TestApp, String) {
    let origins =
        OriginsConfig { allowed_origins: vec![ALLOWED.parse().unwrap()], ..OriginsConfig::default() };
    let app = TestApp::start_with(Options { origins, ..Options::default() }).await;
    app.user("ada").await;
    let (_, cookie) = log_in(&app, "ada").await;
    (app, cookie)
}

/// Origins that are not the service's own, however alike.
fn foreign(own: &SocketAddr) -> Vec<String> {
    let port = own.port();
    let hosts = [
        "evil.example",
        "127.0.0.1.evil.example",
        "evil127.0.0.1",
        "127.0.0.2",
        "127.1",
        "127.0.0.1.",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "localhost",
        "localhost.evil.example",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "xn--evil-9qa.example",
        "user@127.0.0.1",
        "evil.example%23",
        "127.0.0.1%00.evil.example",
        "127.0.0.1,evil.example",
    ];
    let mut origins: Vec<String> = Vec::new();
    for host in hosts {
        origins.push(format!("http://{host}"));
        origins.push(format!("http://{host}:{port}"));
    }
    origins.extend([
        "null".to_owned(),
        "*".to_owned(),
        "file://".to_owned(),
        "about:blank".to_owned(),
        "data:text/html,x".to_owned(),
        "blob:http://evil.example".to_owned(),
        "chrome-extension://abcdefghijklmnop".to_owned(),
        format!("ftp://{own}"),
        format!("ws://{own}"),
        format!("http://{own}/"),
        format!("http://{own}/path"),
        format!("http://{own}?"),
        format!("http://{own}#"),
        format!("http://{own} http://evil.example"),
        format!("http://evil.example, http://{own}"),
        format!("http://127.0.0.1:{}", port ^ 1),
        format!("http://127.0.0.1:{port}0"),
        "http://127.0.0.1".to_owned(),
        format!("//{own}"),
        own.to_string(),
        "http://app.example.org".to_owned(),
        "https://app.example.org:8443".to_owned(),
        "https://app.example.org.evil.example".to_owned(),
        "https://evilapp.example.org".to_owned(),
        "https://app.example.org/".to_owned(),
        "https://example.org".to_owned(),
    ]);
    origins
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_opens_for_pages_of_this_site_only() {
    let (app, cookie) = start().await;
    let own: SocketAddr = app.base.strip_prefix("http://").unwrap().parse().unwrap();
    let upgrade = |origin: Option<&str>| {
        let request = app
            .get("/api/v1/ws")
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header("cookie", &cookie);
        origin.into_iter().fold(request, |request, origin| request.header("origin", origin))
    };
    for origin in [app.base.as_str(), ALLOWED] {
        let opened = upgrade(Some(origin)).send().await.unwrap();
        assert_eq!(opened.status(), StatusCode::SWITCHING_PROTOCOLS, "{origin}");
    }
    let foreign = foreign(&own);
    assert!(foreign.len() >= 50, "{}", foreign.len());
    for origin in &foreign {
        let refused = upgrade(Some(origin.as_str())).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{origin}");
    }
    problem(upgrade(None), StatusCode::FORBIDDEN, "cross_origin").await;
    let twice = upgrade(Some("http://evil.example")).header("origin", &app.base);
    problem(twice, StatusCode::FORBIDDEN, "cross_origin").await;
    let site = upgrade(Some("http://evil.example")).header("sec-fetch-site", "cross-site");
    problem(site, StatusCode::FORBIDDEN, "cross_origin").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_of_another_site_sends_changes_nothing() {
    let (app, cookie) = start().await;
    let create = || app.request(Method::POST, "/api/v1/chats").header("cookie", &cookie);
    for site in ["cross-site", "same-site"] {
        for mode in ["no-cors", "cors", "navigate"] {
            let request =
                create().json(&json!({})).header("sec-fetch-site", site).header("sec-fetch-mode", mode);
            problem(request, StatusCode::FORBIDDEN, "cross_origin").await;
        }
    }
    // What a form or a request without CORS can send from our own pages is not read as JSON.
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let request =
            create().body("{}").header("content-type", media_type).header("sec-fetch-site", "same-origin");
        problem(request, StatusCode::UNSUPPORTED_MEDIA_TYPE, "unreadable_request").await;
    }
    let request = create().body("{}").header("sec-fetch-site", "same-origin");
    problem(request, StatusCode::UNSUPPORTED_MEDIA_TYPE, "unreadable_request").await;
    let chats = ok(app.get("/api/v1/chats").header("cookie", &cookie)).await;
    assert_eq!(chats, json!([]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_an_allowed_origin_use_the_api() {
    let (app, cookie) = start().await;
    let preflight = |origin: &str| {
        app.request(Method::OPTIONS, "/api/v1/chats")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,idempotency-key")
            .send()
    };
    let allowed = preflight(ALLOWED).await.unwrap();
    assert_eq!(allowed.headers()["access-control-allow-origin"], ALLOWED);
    assert_eq!(allowed.headers()["access-control-allow-credentials"], "true");
    let refused = preflight("https://evil.example").await.unwrap();
    assert!(!refused.headers().contains_key("access-control-allow-origin"));
    let create = app.post("/api/v1/chats", &json!({})).header("cookie", &cookie).header("origin", ALLOWED);
    let created = create.header("sec-fetch-site", "cross-site").send().await.unwrap();
    assert_eq!(created.status(), StatusCode::CREATED);
    assert_eq!(created.headers()["access-control-allow-origin"], ALLOWED);
    app.stop().await;
    // By default there is none.
    let app = TestApp::start().await;
    let answer = app.get("/api/v1/health").header("origin", ALLOWED).send().await.unwrap();
    assert!(!answer.headers().contains_key("access-control-allow-origin"));
    app.stop().await;
}
