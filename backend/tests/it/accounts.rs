//! Creating accounts and logging in.

use backend::services::accounts;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{PASSWORD, TestApp, ok, problem};

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
    ok(app.post("/api/v1/auth/login", &json!({ "username": "ADA", "password": PASSWORD }))).await;
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
