//! Where a user is logged in, and changes of the password.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{PASSWORD, TestApp, log_in, ok, problem};
use crate::program_logins::{audit, tokens};
use crate::socket::Client;

async fn sessions(app: &TestApp, cookie: &str) -> Vec<Value> {
    let list = ok(app.get("/api/v1/users/me/sessions").header("cookie", cookie)).await;
    list.as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_and_programs_are_in_one_list_and_end_alone() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let bob = app.user("bob").await;
    let credentials = json!({ "username": "ada", "password": PASSWORD, "label": "backup \u{202e}of desk" });
    let program = ok(app.post("/api/v1/auth/login", &credentials).header("user-agent", "curl/8")).await;
    app.pass(60);
    let login = app.post("/api/v1/auth/session", &json!({ "username": "ada", "password": PASSWORD }));
    let login = login.header("user-agent", "Mozilla/5.0 (X11) Firefox/150").send().await.unwrap();
    let cookie = login.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let (_, other) = log_in(&app, "ada").await;

    let list = sessions(&app, &cookie).await;
    // The helper that created the account has logged in too.
    assert_eq!(list.len(), 4);
    let current: Vec<_> = list.iter().filter(|session| session["current"] == true).collect();
    assert_eq!(current.len(), 1);
    assert_eq!(
        (&current[0]["kind"], &current[0]["client"]),
        (&json!("browser"), &json!("Mozilla/5.0 (X11) Firefox/150"))
    );
    assert_eq!(current[0]["address"], "127.0.0.1");
    let listed = list.iter().find(|session| session["client"] == "curl/8").unwrap();
    assert_eq!((&listed["kind"], &listed["label"]), (&json!("program"), &json!("backup of desk")));
    let own =
        ok(app.get("/api/v1/users/me/sessions").bearer_auth(program["access_token"].as_str().unwrap())).await;
    let own: Vec<_> = own.as_array().unwrap().iter().filter(|session| session["current"] == true).collect();
    assert_eq!((own.len(), &own[0]["id"]), (1, &listed["id"]));

    let end = |id: &Value| {
        let path = format!("/api/v1/users/me/sessions/{}", id.as_str().unwrap());
        app.request(Method::DELETE, &path)
    };
    problem(end(&listed["id"]).bearer_auth(&bob), StatusCode::NOT_FOUND, "not_found").await;
    let mut socket = Client::open(&app, "", Some(("cookie", &other))).await.unwrap();
    let browser =
        sessions(&app, &other).await.into_iter().find(|session| session["current"] == true).unwrap();
    for id in [&listed["id"], &browser["id"]] {
        assert_eq!(end(id).header("cookie", &cookie).send().await.unwrap().status(), StatusCode::NO_CONTENT);
        problem(end(id).header("cookie", &cookie), StatusCode::NOT_FOUND, "not_found").await;
    }
    let begin = Instant::now();
    while socket.receive().await != Err(4003) {}
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    let me = app.get("/api/v1/users/me");
    problem(
        me.bearer_auth(program["access_token"].as_str().unwrap()),
        StatusCode::UNAUTHORIZED,
        "unauthorized",
    )
    .await;
    let me = app.get("/api/v1/users/me");
    problem(me.header("cookie", &other), StatusCode::UNAUTHORIZED, "unauthorized").await;
    assert_eq!(sessions(&app, &cookie).await.len(), 2);
    for id in ["nonsense", "00000000-0000-7000-8000-000000000000"] {
        problem(end(&json!(id)).header("cookie", &cookie), StatusCode::NOT_FOUND, "not_found").await;
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_use_is_noted_within_a_minute() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let program = tokens(&app, "ada").await;
    let (_, cookie) = log_in(&app, "ada").await;
    let token = program["access_token"].as_str().unwrap();
    let used = |list: Vec<Value>, kind: &str| {
        let last = list
            .iter()
            .filter(|session| session["kind"] == kind)
            .map(|session| session["last_used_at"].to_string());
        last.max().unwrap()
    };
    let before = sessions(&app, &cookie).await;
    app.pass(90);
    ok(app.get("/api/v1/users/me").bearer_auth(token)).await;
    let after = sessions(&app, &cookie).await;
    for kind in ["browser", "program"] {
        assert!(used(after.clone(), kind) > used(before.clone(), kind), "{kind}");
    }
    app.pass(30);
    ok(app.get("/api/v1/users/me").bearer_auth(token)).await;
    assert_eq!(
        used(sessions(&app, &cookie).await, "program"),
        used(after, "program"),
        "not with each request"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_password_ends_all_other_sessions() {
    let app = TestApp::start().await;
    let root = app.superuser("root").await;
    app.user("ada").await;
    let program = tokens(&app, "ada").await;
    let (_, cookie) = log_in(&app, "ada").await;
    let (_, other) = log_in(&app, "ada").await;
    let change = |old: &str, new: &str| {
        app.post("/api/v1/users/me/password", &json!({ "old": old, "new": new })).header("cookie", &cookie)
    };
    problem(change("wrong horse", "staple horse"), StatusCode::UNPROCESSABLE_ENTITY, "old_password_wrong")
        .await;
    problem(change(PASSWORD, "short"), StatusCode::UNPROCESSABLE_ENTITY, "password_invalid").await;
    ok(app.get("/api/v1/users/me").header("cookie", &other)).await;
    let mut streams = [
        Client::open(&app, "", Some(("cookie", &other))).await.unwrap(),
        Client::open(
            &app,
            "",
            Some(("authorization", &format!("Bearer {}", program["access_token"].as_str().unwrap()))),
        )
        .await
        .unwrap(),
    ];

    let changed = change(PASSWORD, "staple horse").send().await.unwrap();
    assert_eq!(changed.status(), StatusCode::NO_CONTENT);
    let begin = Instant::now();
    for stream in &mut streams {
        while stream.receive().await != Err(4003) {}
    }
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    // The session goes on under a new id.
    let renewed = changed.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert_ne!(renewed, cookie);
    ok(app.get("/api/v1/users/me").header("cookie", &renewed)).await;
    for old in [&cookie, &other] {
        problem(app.get("/api/v1/users/me").header("cookie", old), StatusCode::UNAUTHORIZED, "unauthorized")
            .await;
    }
    let refresh = app.post("/api/v1/auth/refresh", &json!({ "refresh_token": program["refresh_token"] }));
    problem(refresh, StatusCode::UNAUTHORIZED, "refresh_invalid").await;
    let list = sessions(&app, &renewed).await;
    assert_eq!((list.len(), &list[0]["current"]), (1, &json!(true)));
    let login =
        |password: &str| app.post("/api/v1/auth/login", &json!({ "username": "ada", "password": password }));
    problem(login(PASSWORD), StatusCode::UNAUTHORIZED, "wrong_credentials").await;
    ok(login("staple horse")).await;
    let actions: Vec<_> = audit(&app, &root).await.iter().map(|entry| entry["action"].clone()).collect();
    assert_eq!(actions[..4], ["login", "login_failed", "password_changed", "login_failed"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_the_old_password_is_slowed_down() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let change = || {
        app.post("/api/v1/users/me/password", &json!({ "old": "guess", "new": "staple horse" }))
            .bearer_auth(&ada)
    };
    for _ in 0..10 {
        problem(change(), StatusCode::UNPROCESSABLE_ENTITY, "old_password_wrong").await;
    }
    problem(change(), StatusCode::TOO_MANY_REQUESTS, "too_many_attempts").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_ended_does_not_come_back() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let (_, cookie) = log_in(&app, "ada").await;
    // The next request would extend the session, and store it anew.
    app.pass(2 * 24 * 60 * 60);
    let mut conn = app.state.database.connection().await.unwrap();
    let id: backend::store::sessions::SessionRow = {
        let user = ok(app.get("/api/v1/users/me").header("cookie", &cookie)).await;
        let user = user["id"].as_str().unwrap().parse().unwrap();
        backend::store::sessions::list(&mut conn, user, app.state.clock.now()).await.unwrap().remove(0)
    };
    backend::store::sessions::delete(&mut conn, &id.id).await.unwrap();
    let (user, at) = (id.user_id, id.expires_at);
    backend::store::sessions::update(&mut conn, &id.id, user, &id.data, at).await.unwrap();
    problem(app.get("/api/v1/users/me").header("cookie", &cookie), StatusCode::UNAUTHORIZED, "unauthorized")
        .await;
    app.stop().await;
}
