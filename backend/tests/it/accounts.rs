//! Creating accounts and logging in.

use backend::auth::password::Passwords;
use backend::config::proxy::ProxyConfig;
use backend::services::accounts::{self, Accounts};
use backend::services::audit::Actor;
use backend::store::users::UserRole;
use futures_util::StreamExt as _;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Options, PASSWORD, TestApp, log_in, ok, problem};

fn form(token: &str) -> Value {
    json!({ "token": token, "username": "ada", "email": "ada@example.com", "password": PASSWORD,
            "first_name": "Ada", "last_name": "Lovelace" })
}

async fn setup_token(app: &TestApp) -> String {
    accounts::new_setup_token(&app.state.database, &app.state.clock).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_one_time_link_creates_the_first_administrator_once() {
    let app = TestApp::start().await;
    assert_eq!(ok(app.get("/api/v1/setup")).await["needed"], true);
    let old = setup_token(&app).await;
    let token = setup_token(&app).await;
    problem(app.post("/api/v1/setup", &form(&old)), StatusCode::FORBIDDEN, "setup_token_refused").await;
    // An invalid form does not use the link up.
    let mut short = form(&token);
    short["password"] = "short".into();
    problem(app.post("/api/v1/setup", &short), StatusCode::UNPROCESSABLE_ENTITY, "password_invalid").await;
    let made = ok(app.post("/api/v1/setup", &form(&token))).await;
    assert_eq!(made["is_superuser"], true);
    assert_eq!(made.get("password_hash"), None);
    problem(app.post("/api/v1/setup", &form(&token)), StatusCode::CONFLICT, "already_set_up").await;
    assert_eq!(ok(app.get("/api/v1/setup")).await["needed"], false);
    assert!(accounts::new_setup_token(&app.state.database, &app.state.clock).await.unwrap().is_none());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_name_get_the_same_answer() {
    let app = TestApp::start().await;
    app.user("ada").await;
    for (username, password) in [("ada", "wrong password"), ("bob", PASSWORD), ("a\0", PASSWORD)] {
        let credentials = json!({ "username": username, "password": password });
        for path in ["/api/v1/auth/login", "/api/v1/auth/session"] {
            let detail =
                problem(app.post(path, &credentials), StatusCode::UNAUTHORIZED, "wrong_credentials").await;
            assert_eq!(detail, "Wrong username or password.");
        }
    }
    // Case does not matter, because usernames are unique without regard to it.
    let token = ok(app.post("/api/v1/auth/login", &json!({ "username": "ADA", "password": PASSWORD }))).await;
    // Nor does it in the scheme, which `token_type` names in lower case.
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let header = format!("{scheme} {}", token["access_token"].as_str().unwrap());
        assert_eq!(ok(app.get("/api/v1/users/me").header("authorization", header)).await["username"], "ada");
    }
    let refused = app.get("/api/v1/users/me").send().await.unwrap();
    assert_eq!(refused.headers()["www-authenticate"], "Bearer");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_session_lasts_until_logout() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let credentials = json!({ "username": "ada", "password": PASSWORD });
    let response = app.post("/api/v1/auth/session", &credentials).send().await.unwrap();
    let set_cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(set_cookie.contains("HttpOnly") && set_cookie.contains("SameSite=Lax"), "{set_cookie}");
    let cookie = set_cookie.split(';').next().unwrap().to_owned();
    let me = ok(app.get("/api/v1/users/me").header("cookie", &cookie)).await;
    assert_eq!(me["username"], "ada");
    // Another site's page can't use it.
    let ridden = app
        .post("/api/v1/chats", &json!({}))
        .header("cookie", &cookie)
        .header("origin", "http://evil.example");
    problem(ridden, StatusCode::FORBIDDEN, "cross_origin").await;
    let logout =
        app.request(Method::DELETE, "/api/v1/auth/session").header("cookie", &cookie).send().await.unwrap();
    assert_eq!(logout.status(), StatusCode::NO_CONTENT);
    problem(app.get("/api/v1/users/me").header("cookie", &cookie), StatusCode::UNAUTHORIZED, "unauthorized")
        .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_once_it_has_not_been_used_for_two_weeks() {
    const A_DAY: i64 = 24 * 60 * 60;
    let app = TestApp::start().await;
    app.user("ada").await;
    let (response, cookie) = log_in(&app, "ada").await;
    assert!(response.contains("Max-Age=1209600"), "{response}");
    let me = || app.get("/api/v1/users/me").header("cookie", &cookie);
    for _ in 0..3 {
        app.pass(13 * A_DAY);
        let used = me().send().await.unwrap();
        assert_eq!(used.status(), StatusCode::OK);
        assert!(used.headers().contains_key("set-cookie"), "the browser keeps it longer too");
        assert!(!me().send().await.unwrap().headers().contains_key("set-cookie"), "not with every request");
    }
    app.pass(15 * A_DAY);
    problem(me(), StatusCode::UNAUTHORIZED, "unauthorized").await;
    let (_, other) = log_in(&app, "ada").await;
    backend::services::expired::delete(&app.state.database, &app.state.clock).await.unwrap();
    let mut conn = app.state.database.connection().await.unwrap();
    assert_eq!(backend::store::sessions::delete_expired(&mut conn, app.state.clock.now()).await.unwrap(), 0);
    drop(conn);
    ok(app.get("/api/v1/users/me").header("cookie", &other)).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_believed_only_if_it_is_named() {
    let named = ProxyConfig { trusted_proxies: vec!["127.0.0.1".parse().unwrap()], public_url: None };
    for (proxy, is_secure) in [(named, true), (ProxyConfig::default(), false)] {
        let app = TestApp::start_with(Options { proxy, ..Options::default() }).await;
        app.user("ada").await;
        let credentials = json!({ "username": "ada", "password": PASSWORD });
        let login = app
            .post("/api/v1/auth/session", &credentials)
            .header("origin", "https://desk.example")
            .header("x-forwarded-proto", "https")
            .header("x-forwarded-host", "desk.example");
        let response = login.send().await.unwrap();
        // Without the proxy's word for the host, the page is another site's.
        assert_eq!(response.status() == StatusCode::OK, is_secure);
        let cookie = response.headers().get("set-cookie").map(|cookie| cookie.to_str().unwrap().to_owned());
        assert_eq!(cookie.is_some_and(|cookie| cookie.ends_with("; Secure")), is_secure);
        let (plain, _) = log_in(&app, "ada").await;
        assert!(!plain.contains("Secure"), "plain HTTP goes on working: {plain}");
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_superusers_manage_users() {
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    problem(app.get("/api/v1/users/").bearer_auth(&ada), StatusCode::FORBIDDEN, "superuser_required").await;
    let form = json!({ "username": "bob", "email": "bob@example.com", "password": PASSWORD });
    ok(app.post("/api/v1/users/", &form).bearer_auth(&root)).await;
    for (field, value, code) in
        [("email", "b@example.com", "username_taken"), ("username", "bo", "email_taken")]
    {
        let mut taken = form.clone();
        taken[field] = value.into();
        problem(app.post("/api/v1/users/", &taken).bearer_auth(&root), StatusCode::CONFLICT, code).await;
    }
    let users = ok(app.get("/api/v1/users/").bearer_auth(&root)).await;
    let names: Vec<&str> =
        users.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect();
    assert_eq!(names, ["root", "ada", "bob"]);
    app.stop().await;
}

/// An app that hashes no password, as if all turns were taken, and has room for `waiting` callers.
async fn busy(waiting: usize) -> TestApp {
    let passwords = Some(Passwords::new(0, waiting));
    TestApp::start_with(Options { passwords, ..Options::default() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn setup_without_a_valid_link_hashes_nothing() {
    let app = busy(0).await;
    setup_token(&app).await;
    problem(app.post("/api/v1/setup", &form("guess")), StatusCode::FORBIDDEN, "setup_token_refused").await;
    let accounts = Accounts::new(app.state.database.clone(), app.state.clock.clone());
    accounts
        .create(serde_json::from_value(form("")).unwrap(), UserRole::Superuser, &Actor::Installation)
        .await
        .unwrap();
    problem(app.post("/api/v1/setup", &form("guess")), StatusCode::CONFLICT, "already_set_up").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_that_wait_for_a_hash_hold_no_connection_and_are_bounded() {
    // More callers of `/setup` than the pool has connections.
    let waiting = 60;
    let app = busy(waiting).await;
    let token = setup_token(&app).await;
    let start = |number: usize| {
        let credentials = json!({ "username": format!("u{number}"), "password": PASSWORD });
        let request = match number % 5 {
            0 => app.post("/api/v1/auth/login", &credentials),
            1 => app.post("/api/v1/auth/session", &credentials),
            _ => app.post("/api/v1/setup", &form(&token)),
        };
        request.send()
    };
    let mut pending: futures_util::stream::FuturesUnordered<_> = (0..waiting + 10).map(start).collect();
    // As many as do not fit are refused at once.
    for _ in 0..10 {
        let refused = pending.next().await.unwrap().unwrap();
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.headers()["retry-after"], "1");
        assert_eq!(refused.json::<Value>().await.unwrap()["code"], "busy");
    }
    assert_eq!(ok(app.get("/api/v1/setup")).await["needed"], true);
    assert_eq!(ok(app.get("/api/v1/health")).await["status"], "ok");
    drop(pending);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_passwords_is_slowed_down() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let login =
        |path: &str, password: &str| app.post(path, &json!({ "username": "ada", "password": password }));
    let paths = ["/api/v1/auth/login", "/api/v1/auth/session"];
    let guesses = (0..30).map(|guess| login(paths[guess % 2], "guess").send());
    let answers = futures_util::future::join_all(guesses).await;
    let statuses: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().status()).collect();
    let count = |status| statuses.iter().filter(|one| **one == status).count();
    assert_eq!((count(StatusCode::UNAUTHORIZED), count(StatusCode::TOO_MANY_REQUESTS)), (10, 20));
    // The right password is not tried either, which would tell it.
    let refused = login(paths[0], PASSWORD).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: i64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "too_many_attempts");
    // Somebody else is not affected, nor is the account by way of a proxy.
    app.user("bob").await;
    ok(login(paths[0], PASSWORD).header("x-forwarded-for", "192.0.2.1")).await;
    app.pass(wait);
    ok(login(paths[1], PASSWORD)).await;
    app.stop().await;
}
