//! Logins of programs: access tokens, refresh tokens, and what ends them.

use std::time::{Duration, Instant};

use backend::config::tokens::TokenConfig;
use backend::store::schema::refresh_tokens;
use diesel::QueryDsl as _;
use diesel::dsl::count_star;
use diesel_async::RunQueryDsl as _;
use futures_util::future::join_all;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::app::{Options, PASSWORD, TestApp, log_in, ok, problem};
use crate::socket::Client;

/// How soon streams end with their login.
const SOON: Duration = Duration::from_secs(5);

/// An app with the usual lifetimes.
async fn start() -> TestApp {
    TestApp::start_with(Options { tokens: TokenConfig::default(), ..Options::default() }).await
}

pub(crate) async fn tokens(app: &TestApp, username: &str) -> Value {
    ok(app.post("/api/v1/auth/login", &json!({ "username": username, "password": PASSWORD }))).await
}

fn refresh(app: &TestApp, token: &Value) -> RequestBuilder {
    app.post("/api/v1/auth/refresh", &json!({ "refresh_token": token }))
}

fn me(app: &TestApp, tokens: &Value) -> RequestBuilder {
    app.get("/api/v1/users/me").bearer_auth(tokens["access_token"].as_str().unwrap())
}

async fn is_refused(request: RequestBuilder, code: &str) {
    problem(request, StatusCode::UNAUTHORIZED, code).await;
}

/// The actions in the audit log, the newest first.
pub(crate) async fn audit(app: &TestApp, root: &str) -> Vec<Value> {
    let entries = ok(app.get("/api/v1/admin/audit").bearer_auth(root)).await;
    entries.as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_answers_in_the_words_of_every_client() {
    let app = start().await;
    app.superuser("root").await;
    let answer = tokens(&app, "root").await;
    assert_eq!((&answer["token_type"], &answer["success"]), (&json!("bearer"), &json!(true)));
    assert_eq!((&answer["expires_in"], &answer["refresh_expires_in"]), (&json!(1800), &json!(604_800)));
    assert_eq!(answer["token"], answer["access_token"]);
    let user = json!({
        "id": answer["user"]["id"], "username": "root", "email": "root@example.com", "full_name": "Ada Lovelace",
        "role": "admin", "is_admin": true,
    });
    assert_eq!(answer["user"], user);
    ok(me(&app, &answer)).await;
    let access_token = answer["access_token"].as_str().unwrap();
    let user_token = |token: &str| app.get("/api/v1/users/me").header("x-user-token", token);
    ok(user_token(access_token)).await;
    for wrong in ["", "dh_", &access_token[1..]] {
        let (_, cookie) = log_in(&app, "root").await;
        is_refused(user_token(wrong).header("cookie", &cookie), "unauthorized").await;
    }

    let form = app
        .request(Method::POST, "/api/v1/auth/login")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("username=Root%40Example.com&password={}", PASSWORD.replace(' ', "+")));
    ok(me(&app, &ok(form).await)).await;
    let form = app
        .request(Method::POST, "/api/v1/auth/refresh")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("refresh_token={}", answer["refresh_token"].as_str().unwrap()));
    ok(form).await;
    let text =
        app.request(Method::POST, "/api/v1/auth/login").header("content-type", "text/plain").body("{}");
    problem(text, StatusCode::UNSUPPORTED_MEDIA_TYPE, "unreadable_request").await;
    for incomplete in [json!({ "username": "root" }), json!([]), json!({ "username": 1, "password": 2 })] {
        problem(
            app.post("/api/v1/auth/login", &incomplete),
            StatusCode::UNPROCESSABLE_ENTITY,
            "unreadable_request",
        )
        .await;
    }
    let long = json!({ "username": "root", "password": PASSWORD, "label": "x".repeat(101) });
    problem(app.post("/api/v1/auth/login", &long), StatusCode::UNPROCESSABLE_ENTITY, "label_too_long").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_expires_and_is_refreshed() {
    let app = start().await;
    app.user("ada").await;
    let first = tokens(&app, "ada").await;
    app.pass(29 * 60);
    ok(me(&app, &first)).await;
    app.pass(60);
    is_refused(me(&app, &first), "unauthorized").await;
    let second = ok(refresh(&app, &first["refresh_token"])).await;
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    ok(me(&app, &second)).await;
    // Each use begins the seven days anew.
    app.pass(6 * 24 * 60 * 60);
    let third = ok(refresh(&app, &second["refresh_token"])).await;
    app.pass(7 * 24 * 60 * 60);
    is_refused(refresh(&app, &third["refresh_token"]), "refresh_invalid").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_refreshes_at_once_get_one_successor() {
    let app = start().await;
    app.user("ada").await;
    let first = tokens(&app, "ada").await;
    let answers = join_all((0..20).map(|_| ok(refresh(&app, &first["refresh_token"])))).await;
    let second = &answers[0]["refresh_token"];
    for answer in &answers {
        assert_eq!(&answer["refresh_token"], second);
        ok(me(&app, answer)).await;
    }
    let mut conn = app.state.database.connection().await.unwrap();
    let number: i64 = refresh_tokens::table.select(count_star()).first(&mut conn).await.unwrap();
    // One more login was that of the helper which created the account.
    assert_eq!(number, 3);
    drop(conn);
    app.pass(5);
    assert_eq!(&ok(refresh(&app, &first["refresh_token"])).await["refresh_token"], second);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_used_again_later_ends_the_login() {
    let app = start().await;
    let root = app.superuser("root").await;
    app.user("ada").await;
    let (first, other) = (tokens(&app, "ada").await, tokens(&app, "ada").await);
    let second = ok(refresh(&app, &first["refresh_token"])).await;
    app.pass(11);
    let mut socket = Client::open(
        &app,
        "",
        Some(("authorization", &format!("Bearer {}", second["access_token"].as_str().unwrap()))),
    )
    .await
    .unwrap();
    is_refused(refresh(&app, &first["refresh_token"]), "refresh_reused").await;
    // At once, for whoever has which token.
    is_refused(me(&app, &second), "unauthorized").await;
    is_refused(refresh(&app, &second["refresh_token"]), "refresh_invalid").await;
    is_refused(refresh(&app, &first["refresh_token"]), "refresh_invalid").await;
    let begin = Instant::now();
    while socket.receive().await != Err(4003) {}
    assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
    ok(me(&app, &other)).await;
    let entry = &audit(&app, &root).await[0];
    assert_eq!((&entry["action"], &entry["actor_id"]), (&json!("refresh_reused"), &Value::Null));
    assert_eq!(entry["detail"]["username"], "ada");
    assert_eq!(entry["address"], "127.0.0.1");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_token_before_gives_the_same_successor() {
    let app = start().await;
    app.user("ada").await;
    let first = tokens(&app, "ada").await;
    let second = ok(refresh(&app, &first["refresh_token"])).await;
    let third = ok(refresh(&app, &second["refresh_token"])).await;
    // The successor of the first was used, so somebody else has it.
    is_refused(refresh(&app, &first["refresh_token"]), "refresh_reused").await;
    is_refused(refresh(&app, &third["refresh_token"]), "refresh_invalid").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_refresh_token_is_refused() {
    let app = start().await;
    let ada = app.user("ada").await;
    let first = tokens(&app, "ada").await;
    let text = first["refresh_token"].as_str().unwrap();
    for token in [
        "",
        "dhr_",
        &ada,
        &text[1..],
        &text.replace("dhr_", "dh_"),
        &text.to_uppercase(),
        &format!("{text} "),
    ] {
        is_refused(refresh(&app, &json!(token)), "refresh_invalid").await;
    }
    is_refused(app.get("/api/v1/users/me").bearer_auth(text), "unauthorized").await;
    ok(refresh(&app, &first["refresh_token"])).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_database_has_no_tokens() {
    let app = start().await;
    app.user("ada").await;
    let first = tokens(&app, "ada").await;
    let second = ok(refresh(&app, &first["refresh_token"])).await;
    let mut conn = app.state.database.connection().await.unwrap();
    type Row = (Vec<u8>, Option<Vec<u8>>);
    let rows: Vec<Row> = refresh_tokens::table
        .select((refresh_tokens::sha256, refresh_tokens::successor_sealed))
        .load(&mut conn)
        .await
        .unwrap();
    for token in [&first, &second] {
        let text = token["refresh_token"].as_str().unwrap().as_bytes();
        for (sha256, sealed) in &rows {
            assert!(!sha256.windows(8).any(|part| part == &text[4..12]));
            assert!(
                !sealed
                    .iter()
                    .flatten()
                    .copied()
                    .collect::<Vec<u8>>()
                    .windows(8)
                    .any(|part| part == &text[4..12])
            );
        }
    }
    assert!(rows.iter().any(|(_, sealed)| sealed.is_some()));
    drop(conn);
    // What was sealed goes as soon as nobody needs it.
    ok(refresh(&app, &second["refresh_token"])).await;
    let mut conn = app.state.database.connection().await.unwrap();
    let sealed: Vec<Option<Vec<u8>>> =
        refresh_tokens::table.select(refresh_tokens::successor_sealed).load(&mut conn).await.unwrap();
    assert_eq!(sealed.iter().flatten().count(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_ends_one_login_at_once() {
    let app = start().await;
    app.user("ada").await;
    let logout = |tokens: &Value| {
        app.request(Method::POST, "/api/v1/auth/logout").bearer_auth(tokens["access_token"].as_str().unwrap())
    };
    let (one, other) = (tokens(&app, "ada").await, tokens(&app, "ada").await);
    assert_eq!(logout(&one).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    is_refused(me(&app, &one), "unauthorized").await;
    is_refused(refresh(&app, &one["refresh_token"]), "refresh_invalid").await;
    ok(me(&app, &other)).await;
    // By the refresh token, whose access token may have expired; also by one that was used.
    app.pass(3600);
    let next = ok(refresh(&app, &other["refresh_token"])).await;
    for _ in 0..2 {
        let by_token = app.post("/api/v1/auth/logout", &json!({ "refresh_token": other["refresh_token"] }));
        assert_eq!(by_token.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    }
    is_refused(me(&app, &next), "unauthorized").await;
    is_refused(app.request(Method::POST, "/api/v1/auth/logout"), "unauthorized").await;
    let unknown = app.post("/api/v1/auth/logout", &json!({ "refresh_token": "dhr_unknown" }));
    assert_eq!(unknown.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    // A browser logs out in the same way.
    let (_, cookie) = log_in(&app, "ada").await;
    let browser = app.request(Method::POST, "/api/v1/auth/logout").header("cookie", &cookie);
    assert_eq!(browser.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    is_refused(app.get("/api/v1/users/me").header("cookie", &cookie), "unauthorized").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_everywhere_ends_all_logins_and_their_streams() {
    let app = start().await;
    app.user("ada").await;
    let bob = app.user("bob").await;
    let (one, other) = (tokens(&app, "ada").await, tokens(&app, "ada").await);
    let (_, cookie) = log_in(&app, "ada").await;
    let bearer = format!("Bearer {}", other["access_token"].as_str().unwrap());
    let mut program = Client::open(&app, "", Some(("authorization", &bearer))).await.unwrap();
    let mut browser = Client::open(&app, "", Some(("cookie", &cookie))).await.unwrap();
    let everywhere = app.request(Method::POST, "/api/v1/auth/logout-everywhere");
    let everywhere = everywhere.bearer_auth(one["access_token"].as_str().unwrap());
    assert_eq!(everywhere.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let begin = Instant::now();
    for socket in [&mut program, &mut browser] {
        while socket.receive().await != Err(4003) {}
    }
    assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
    for request in [me(&app, &one), me(&app, &other), app.get("/api/v1/users/me").header("cookie", &cookie)] {
        is_refused(request, "unauthorized").await;
    }
    ok(app.get("/api/v1/users/me").bearer_auth(&bob)).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_outlasts_the_access_token_that_opened_it() {
    let app = start().await;
    app.user("ada").await;
    let one = tokens(&app, "ada").await;
    let bearer = format!("Bearer {}", one["access_token"].as_str().unwrap());
    let mut socket = Client::open(&app, "", Some(("authorization", &bearer))).await.unwrap();
    app.pass(3600);
    let next = ok(refresh(&app, &one["refresh_token"])).await;
    // Whatever concerns the user lets it look its login up.
    let form = json!({ "old": PASSWORD, "new": "another horse" });
    let changed =
        app.post("/api/v1/users/me/password", &form).bearer_auth(next["access_token"].as_str().unwrap());
    assert_eq!(changed.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    socket.send(&json!({ "id": "1", "type": "ping" })).await;
    assert_eq!(socket.receive().await.unwrap()["id"], "1");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lifetimes_are_settings() {
    let mut options = Options::default();
    (options.tokens.access_token_expire_minutes, options.tokens.refresh_token_expire_days) = (2, 1);
    let app = TestApp::start_with(options).await;
    app.user("ada").await;
    let one = tokens(&app, "ada").await;
    assert_eq!((&one["expires_in"], &one["refresh_expires_in"]), (&json!(120), &json!(86_400)));
    app.pass(120);
    is_refused(me(&app, &one), "unauthorized").await;
    app.stop().await;
}
