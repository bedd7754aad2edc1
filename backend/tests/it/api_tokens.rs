//! API tokens and tickets.

use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Error;

use crate::app::{TestApp, log_in, ok, problem};
use crate::program_logins::audit;
use crate::socket::Client;

async fn create(app: &TestApp, login: &str, form: &Value) -> Value {
    ok(app.post("/api/v1/users/me/tokens", form).bearer_auth(login)).await
}

async fn with_scopes(app: &TestApp, login: &str, scopes: &[&str]) -> String {
    let token = create(app, login, &json!({ "name": "a program", "scopes": scopes })).await;
    token["token"].as_str().unwrap().to_owned()
}

async fn status(request: RequestBuilder) -> StatusCode {
    request.send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_and_taken_in_two_headers() {
    let app = TestApp::start().await;
    let root = app.superuser("root").await;
    let ada = app.user("ada").await;
    let form =
        json!({ "name": " backup\u{200b} ", "scopes": ["account:read", "chats:read", "account:read"] });
    let created = create(&app, &ada, &form).await;
    let token = created["token"].as_str().unwrap().to_owned();
    assert!(token.starts_with("dh_") && token.starts_with(created["prefix"].as_str().unwrap()));
    assert_eq!(
        (&created["name"], &created["scopes"]),
        (&json!("backup"), &json!(["chats:read", "account:read"]))
    );
    assert_eq!((&created["expires_at"], &created["last_used_at"]), (&Value::Null, &Value::Null));
    ok(app.get("/api/v1/users/me").bearer_auth(&token)).await;
    ok(app.get("/api/v1/users/me").header("x-api-key", &token)).await;
    let list = ok(app.get("/api/v1/users/me/tokens").bearer_auth(&ada)).await;
    assert!(!list.to_string().contains(&token) && list[0]["last_used_at"].is_string());
    assert_eq!(list.as_array().unwrap().len(), 1);

    // A cookie beside a wrong key does not help.
    let (_, cookie) = log_in(&app, "ada").await;
    let (rest, last) = token.split_at(token.len() - 1);
    let mistyped = format!("{rest}{}", if last == "0" { '1' } else { '0' });
    for wrong in ["", "dh_", &token[1..], &mistyped] {
        let key = app.get("/api/v1/users/me").header("x-api-key", wrong).header("cookie", &cookie);
        problem(key, StatusCode::UNAUTHORIZED, "unauthorized").await;
    }
    let path = format!("/api/v1/users/me/tokens/{}", created["id"].as_str().unwrap());
    problem(app.request(Method::DELETE, &path).bearer_auth(&root), StatusCode::NOT_FOUND, "not_found").await;
    assert_eq!(status(app.request(Method::DELETE, &path).bearer_auth(&ada)).await, StatusCode::NO_CONTENT);
    problem(app.request(Method::DELETE, &path).bearer_auth(&ada), StatusCode::NOT_FOUND, "not_found").await;
    problem(app.get("/api/v1/users/me").bearer_auth(&token), StatusCode::UNAUTHORIZED, "unauthorized").await;
    assert_eq!(ok(app.get("/api/v1/users/me/tokens").bearer_auth(&ada)).await, json!([]));
    let log = audit(&app, &root).await;
    let about: Vec<_> = log.iter().filter(|entry| entry["object"] == created["id"]).collect();
    assert_eq!(
        (&about[0]["action"], &about[1]["action"]),
        (&json!("token_revoked"), &json!("token_created"))
    );
    assert!(!json!(log).to_string().contains(&token));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_expires_and_a_revoked_one_ends_its_streams() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let expires_at = app.state.clock.now() + chrono::TimeDelta::hours(1);
    let form = json!({ "name": "for an hour", "scopes": ["account:read"], "expires_at": expires_at });
    let token = create(&app, &ada, &form).await["token"].as_str().unwrap().to_owned();
    ok(app.get("/api/v1/users/me").bearer_auth(&token)).await;
    let streaming = create(&app, &ada, &json!({ "name": "stream", "scopes": ["chats:write"] })).await;
    let key = streaming["token"].as_str().unwrap();
    let mut socket = Client::open(&app, "", Some(("x-api-key", key))).await.unwrap();
    let path = format!("/api/v1/users/me/tokens/{}", streaming["id"].as_str().unwrap());
    assert_eq!(status(app.request(Method::DELETE, &path).bearer_auth(&ada)).await, StatusCode::NO_CONTENT);
    let begin = Instant::now();
    while socket.receive().await != Err(4003) {}
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    app.pass(3600);
    problem(app.get("/api/v1/users/me").bearer_auth(&token), StatusCode::UNAUTHORIZED, "unauthorized").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_cannot_be_used_says_why() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let past = app.state.clock.now();
    for (form, code) in [
        (json!({ "name": "", "scopes": ["chats:read"] }), "name_invalid"),
        (json!({ "name": "x".repeat(101), "scopes": ["chats:read"] }), "name_invalid"),
        (json!({ "name": "a", "scopes": [] }), "scopes_invalid"),
        (json!({ "name": "a", "scopes": ["everything"] }), "unreadable_request"),
        (json!({ "name": "a", "scopes": ["chats:read"], "expires_at": past }), "expires_at_invalid"),
        (json!({ "name": "a", "scopes": ["chats:read"], "expire": past }), "unreadable_request"),
        (json!({ "name": "a", "scopes": ["admin"] }), "scope_refused"),
    ] {
        let request = app.post("/api/v1/users/me/tokens", &form).bearer_auth(&ada);
        problem(request, StatusCode::UNPROCESSABLE_ENTITY, code).await;
    }
    for nth in 0..100 {
        create(&app, &ada, &json!({ "name": nth.to_string(), "scopes": ["chats:read"] })).await;
    }
    let more = app.post("/api/v1/users/me/tokens", &json!({ "name": "more", "scopes": ["chats:read"] }));
    problem(more.bearer_auth(&ada), StatusCode::CONFLICT, "too_many_tokens").await;
    app.stop().await;
}

/// For each operation of the document that needs a login: its scope, if an API token may do it.
fn operations() -> Vec<(Method, String, Option<String>)> {
    let document = serde_json::to_value(backend::routes::openapi()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let security = operation["security"].as_array().unwrap();
            if security.contains(&json!({})) {
                continue;
            }
            let key = security.iter().find_map(|way| way["api_key"][0].as_str());
            let id = "00000000-0000-7000-8000-000000000000";
            let mut address = path.clone();
            while let Some((begin, end)) = address.find('{').zip(address.find('}')) {
                address.replace_range(begin..=end, id);
            }
            found.push((method.to_uppercase().parse().unwrap(), address, key.map(str::to_owned)));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn each_operation_asks_an_api_token_for_its_scope() {
    let app = TestApp::start().await;
    let root = app.superuser("root").await;
    let all = [
        "chats:read",
        "chats:write",
        "files:read",
        "files:write",
        "desktops:read",
        "desktops:write",
        "account:read",
        "account:write",
        "admin",
        "metrics",
    ];
    let mut tokens = Vec::new();
    for scope in all {
        tokens.push((scope, with_scopes(&app, &root, &[scope]).await));
    }
    let (mut scoped, mut closed) = (0, 0);
    for (method, path, needed) in operations() {
        for (scope, token) in &tokens {
            let answer = app.request(method.clone(), &path).header("x-api-key", token).send().await.unwrap();
            let status = answer.status();
            assert_ne!(status, StatusCode::UNAUTHORIZED, "{method} {path}");
            let text = answer.text().await.unwrap_or_default();
            let code = serde_json::from_str::<Value>(&text).unwrap_or_default()["code"].clone();
            let refused = status == StatusCode::FORBIDDEN;
            match needed.as_deref() {
                None => {
                    assert!(refused && code == "login_needed", "{method} {path} {scope}: {status} {code}")
                }
                Some(needed) => {
                    let includes = *scope == needed
                        || scope
                            .strip_suffix("write")
                            .is_some_and(|kind| needed.strip_suffix("read") == Some(kind));
                    assert_eq!(refused, !includes, "{method} {path} {scope} {needed}: {status} {text}");
                    assert!(includes || code == "scope_missing");
                }
            }
        }
        if needed.is_some() { scoped += 1 } else { closed += 1 }
    }
    assert!(scoped > 25 && closed >= 8, "{scoped} {closed}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_what_its_scopes_allow() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let (reads, writes) =
        (with_scopes(&app, &ada, &["chats:read"]).await, with_scopes(&app, &ada, &["chats:write"]).await);
    let chat = ok(app.post("/api/v1/chats", &json!({})).bearer_auth(&writes)).await;
    let path = format!("/api/v1/chats/{}", chat["id"].as_str().unwrap());
    for token in [&reads, &writes] {
        ok(app.get(&path).bearer_auth(token)).await;
        assert_eq!(status(app.request(Method::HEAD, &path).bearer_auth(token)).await, StatusCode::OK);
    }
    problem(
        app.post("/api/v1/chats", &json!({})).bearer_auth(&reads),
        StatusCode::FORBIDDEN,
        "scope_missing",
    )
    .await;
    for (method, path) in [
        (Method::POST, "/api/v1/users/me/password"),
        (Method::GET, "/api/v1/users/me/tokens"),
        (Method::POST, "/api/v1/users/me/tokens"),
        (Method::GET, "/api/v1/users/me/sessions"),
        (Method::POST, "/api/v1/auth/logout-everywhere"),
        (Method::POST, "/api/v1/auth/logout"),
    ] {
        problem(app.request(method, path).bearer_auth(&writes), StatusCode::FORBIDDEN, "login_needed").await;
    }
    app.stop().await;
}

async fn ticket(app: &TestApp, login: &str, form: &Value) -> String {
    let answer = ok(app.post("/api/v1/auth/ticket", form).bearer_auth(login)).await;
    assert_eq!(answer["expires_in"], 30);
    answer["ticket"].as_str().unwrap().to_owned()
}

async fn is_refused(app: &TestApp, query: &str, header: Option<(&'static str, &str)>, expected: u16) {
    match Client::open(app, query, header).await {
        Err(Error::Http(answer)) => assert_eq!(answer.status().as_u16(), expected),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it was opened"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_opens_one_websocket_within_30_seconds() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let first = ticket(&app, &ada, &json!({})).await;
    let mut socket = Client::open(&app, &format!("?ticket={first}"), None).await.unwrap();
    is_refused(&app, &format!("?ticket={first}"), None, 401).await;
    let late = ticket(&app, &ada, &json!({})).await;
    app.pass(30);
    is_refused(&app, &format!("?ticket={late}"), None, 401).await;
    for wrong in ["", "dht_", &ada] {
        is_refused(&app, &format!("?ticket={wrong}"), None, 401).await;
    }
    // Nothing but a WebSocket, and none of another site.
    let other = ticket(&app, &ada, &json!({})).await;
    problem(app.get(&format!("/api/v1/users/me?ticket={other}")), StatusCode::UNAUTHORIZED, "unauthorized")
        .await;
    is_refused(&app, &format!("?ticket={other}"), Some(("origin", "https://evil.example")), 403).await;
    // The socket ends with the login that asked for the ticket, not with the ticket.
    socket.send(&json!({ "id": "1", "type": "ping" })).await;
    assert_eq!(socket.receive().await.unwrap()["id"], "1");
    let logout = app.request(Method::POST, "/api/v1/auth/logout").bearer_auth(&ada);
    assert_eq!(status(logout).await, StatusCode::NO_CONTENT);
    while socket.receive().await != Err(4003) {}
    is_refused(&app, &format!("?ticket={other}"), None, 401).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_uses_of_a_ticket_at_once_open_one_websocket() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let query = format!("?ticket={}", ticket(&app, &ada, &json!({})).await);
    let opened = futures_util::future::join_all((0..20).map(|_| Client::open(&app, &query, None))).await;
    assert_eq!(opened.iter().filter(|one| one.is_ok()).count(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_for_one_purpose() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let chat = ok(app.post("/api/v1/chats", &json!({})).bearer_auth(&ada)).await["id"].clone();
    let live_view = ticket(&app, &ada, &json!({ "chat_id": chat })).await;
    is_refused(&app, &format!("?ticket={live_view}"), None, 401).await;
    let of_another = app.post("/api/v1/auth/ticket", &json!({ "chat_id": chat })).bearer_auth(&bob);
    problem(of_another, StatusCode::NOT_FOUND, "not_found").await;
    // It carries the scopes of the API token that asked for it.
    let reads = with_scopes(&app, &ada, &["chats:read"]).await;
    let weak = ticket(&app, &reads, &json!({})).await;
    is_refused(&app, &format!("?ticket={weak}"), None, 403).await;
    let writes = with_scopes(&app, &ada, &["chats:write"]).await;
    let strong = ticket(&app, &writes, &json!({})).await;
    Client::open(&app, &format!("?ticket={strong}"), None).await.unwrap();
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_for_superusers_and_comes_in_pages() {
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    problem(app.get("/api/v1/admin/audit").bearer_auth(&ada), StatusCode::FORBIDDEN, "superuser_required")
        .await;
    let wrong =
        |name: &str| app.post("/api/v1/auth/login", &json!({ "username": name, "password": "wrong horse" }));
    problem(wrong("ada"), StatusCode::UNAUTHORIZED, "wrong_credentials").await;
    problem(wrong("my secret password"), StatusCode::UNAUTHORIZED, "wrong_credentials").await;
    let log = audit(&app, &root).await;
    let failed: Vec<_> =
        log.iter().filter(|entry| entry["action"] == "login_failed").map(|entry| &entry["object"]).collect();
    assert_eq!(failed, [&Value::Null, &json!("ada")], "a password in the wrong field is not kept");
    let first = app.get("/api/v1/admin/audit?limit=2").bearer_auth(&root).send().await.unwrap();
    let link = first.headers()["link"].to_str().unwrap().to_owned();
    let query = link.split(['<', '>']).nth(1).unwrap().to_owned();
    let second = ok(app.get(&format!("/api/v1/admin/audit{query}")).bearer_auth(&root)).await;
    let mut both = first.json::<Value>().await.unwrap().as_array().unwrap().clone();
    both.extend(second.as_array().unwrap().iter().cloned());
    assert_eq!(both, log[..both.len()]);
    app.pass(366 * 24 * 60 * 60);
    app.state.retention.sweep().await.unwrap();
    let root = app.token("root").await;
    let left = audit(&app, &root).await;
    let actions: Vec<_> = left.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["login", "retention_applied"], "older ones are deleted after a year");
    app.stop().await;
}
