//! Registering: whether people may, with which invitations, and who learns what.

use backend::config::registration::RegistrationMode;
use backend::services::first_admin;
use chrono::TimeDelta;
use futures_util::future::join_all;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::app::{Options, PASSWORD, TestApp, ok, problem};

async fn start(mode: RegistrationMode) -> (TestApp, String) {
    let app = TestApp::start_with(Options { registration: Some(mode), ..Options::default() }).await;
    let root = app.superuser("root").await;
    (app, root)
}

fn form(username: &str, invitation: Option<&str>) -> Value {
    json!({ "username": username, "email": format!("{username}@example.com"), "password": PASSWORD,
            "invitation": invitation })
}

fn register(app: &TestApp, form: &Value) -> RequestBuilder {
    app.post("/api/v1/auth/register", form)
}

/// Creates an invitation and returns its token.
async fn invite(app: &TestApp, root: &str, invitation: &Value) -> String {
    let created = ok(app.post("/api/v1/admin/invitations", invitation).bearer_auth(root)).await;
    assert_eq!(created.get("token_sha256"), None);
    let url = created["url"].as_str().unwrap();
    let token = url.strip_prefix(&format!("{}/register#invitation=", app.base)).unwrap();
    token.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_is_closed_until_a_superuser_opens_it() {
    let app = TestApp::start().await;
    let settings = |token: &str| app.get("/api/v1/admin/settings").bearer_auth(token);
    let set = |token: &str, mode: &str| {
        let body = json!({ "registration": mode });
        app.request(Method::PATCH, "/api/v1/admin/settings").json(&body).bearer_auth(token)
    };
    let ways = || app.get("/api/v1/auth/ways");
    assert_eq!(ok(ways()).await, json!({ "password": true, "registration": "closed", "providers": [] }));
    // Before there is an administrator nobody registers, whatever is set.
    problem(register(&app, &form("ada", None)), StatusCode::FORBIDDEN, "registration_closed").await;
    let (root, eve) = (app.superuser("root").await, app.user("eve").await);
    for request in [settings(&eve), set(&eve, "open")] {
        problem(request, StatusCode::FORBIDDEN, "superuser_required").await;
    }
    assert_eq!(ok(settings(&root)).await["registration"], json!({ "value": "closed", "is_fixed": false }));
    problem(register(&app, &form("ada", None)), StatusCode::FORBIDDEN, "registration_closed").await;
    assert_eq!(ok(set(&root, "open")).await["registration"]["value"], "open");
    assert_eq!(ok(ways()).await["registration"], "open");
    let registered = ok(register(&app, &form("ada", None))).await;
    let token = registered["access_token"].as_str().unwrap();
    let me = ok(app.get("/api/v1/users/me").bearer_auth(token)).await;
    assert_eq!((&me["username"], &me["is_superuser"]), (&json!("ada"), &json!(false)));
    // Nobody gives themselves a role.
    let mut greedy = form("greedy", None);
    greedy["is_superuser"] = true.into();
    greedy["role"] = "superuser".into();
    let token = ok(register(&app, &greedy)).await["access_token"].as_str().unwrap().to_owned();
    assert_eq!(ok(app.get("/api/v1/users/me").bearer_auth(&token)).await["is_superuser"], false);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_wins_over_the_setting() {
    let (app, root) = start(RegistrationMode::Closed).await;
    let settings = ok(app.get("/api/v1/admin/settings").bearer_auth(&root)).await;
    assert_eq!(settings["registration"], json!({ "value": "closed", "is_fixed": true }));
    let set = app.request(Method::PATCH, "/api/v1/admin/settings").json(&json!({ "registration": "open" }));
    problem(set.bearer_auth(&root), StatusCode::CONFLICT, "setting_fixed").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_admits_exactly_as_many_as_it_says() {
    let (app, root) = start(RegistrationMode::Invite).await;
    let token = invite(&app, &root, &json!({ "uses": 3 })).await;
    // The test's own address may register ten times at once.
    let forms = (0..9).map(|guest| form(&format!("guest{guest}"), Some(&token)));
    let answers = join_all(forms.map(|form| register(&app, &form).send())).await;
    let statuses: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().status()).collect();
    let count = |status| statuses.iter().filter(|one| **one == status).count();
    assert_eq!((count(StatusCode::CREATED), count(StatusCode::FORBIDDEN)), (3, 6), "{statuses:?}");
    let invitations = ok(app.get("/api/v1/admin/invitations").bearer_auth(&root)).await;
    assert_eq!((&invitations[0]["used"], &invitations[0]["uses"]), (&json!(3), &json!(3)));
    assert_eq!(ok(app.get("/api/v1/users").bearer_auth(&root)).await.as_array().unwrap().len(), 4);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_invited_registers_and_learns_which_names_are_taken() {
    let (app, root) = start(RegistrationMode::Invite).await;
    problem(register(&app, &form("root", None)), StatusCode::FORBIDDEN, "invitation_needed").await;
    problem(register(&app, &form("root", Some("guess"))), StatusCode::FORBIDDEN, "invitation_refused").await;
    let token = invite(&app, &root, &json!({ "email": "Ada@example.com", "role": "superuser" })).await;
    problem(register(&app, &form("eve", Some(&token))), StatusCode::FORBIDDEN, "invitation_for_another")
        .await;
    let mut taken = form("root", Some(&token));
    taken["email"] = "ada@example.com".into();
    problem(register(&app, &taken), StatusCode::CONFLICT, "username_taken").await;
    // A refused form does not use it up.
    let registered = ok(register(&app, &form("ada", Some(&token)))).await;
    let me = app.get("/api/v1/users/me").bearer_auth(registered["access_token"].as_str().unwrap());
    assert_eq!(ok(me).await["is_superuser"], true, "as the invitation says");
    problem(register(&app, &form("bob", Some(&token))), StatusCode::FORBIDDEN, "invitation_refused").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_ends_when_it_expires_or_is_deleted() {
    let (app, root) = start(RegistrationMode::Invite).await;
    let eve = app.user("eve").await;
    let path = "/api/v1/admin/invitations";
    for (body, code) in [
        (json!({ "uses": 0 }), "uses_invalid"),
        (json!({ "uses": 1001 }), "uses_invalid"),
        (json!({ "email": "nobody" }), "email_invalid"),
        (json!({ "expires_at": app.state.clock.now() - TimeDelta::hours(1) }), "expiry_invalid"),
        (json!({ "expires_at": app.state.clock.now() + TimeDelta::days(400) }), "expiry_invalid"),
    ] {
        problem(app.post(path, &body).bearer_auth(&root), StatusCode::UNPROCESSABLE_ENTITY, code).await;
    }
    for request in [app.get(path), app.post(path, &json!({}))] {
        problem(request.bearer_auth(&eve), StatusCode::FORBIDDEN, "superuser_required").await;
    }
    let soon = app.state.clock.now() + TimeDelta::hours(1);
    let expiring = invite(&app, &root, &json!({ "expires_at": soon })).await;
    let deleted = invite(&app, &root, &json!({})).await;
    let listed = ok(app.get(path).bearer_auth(&root)).await;
    assert_eq!(listed[0]["created_by"], ok(app.get("/api/v1/users/me").bearer_auth(&root)).await["id"]);
    let delete = |token: &str| {
        let path = format!("{path}/{}", listed[0]["id"].as_str().unwrap());
        app.request(Method::DELETE, &path).bearer_auth(token)
    };
    problem(delete(&eve), StatusCode::FORBIDDEN, "superuser_required").await;
    assert_eq!(delete(&root).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    problem(delete(&root), StatusCode::NOT_FOUND, "not_found").await;
    let unknown = app.request(Method::DELETE, &format!("{path}/nothing")).bearer_auth(&root);
    problem(unknown, StatusCode::NOT_FOUND, "not_found").await;
    app.pass(60 * 60);
    for token in [expiring, deleted] {
        problem(register(&app, &form("ada", Some(&token))), StatusCode::FORBIDDEN, "invitation_refused")
            .await;
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_registers_often_is_slowed_down() {
    let (app, _) = start(RegistrationMode::Open).await;
    for _ in 0..10 {
        problem(register(&app, &form("root", None)), StatusCode::CONFLICT, "username_taken").await;
    }
    problem(register(&app, &form("ada", None)), StatusCode::TOO_MANY_REQUESTS, "too_many_attempts").await;
    app.pass(10);
    ok(register(&app, &form("ada", None))).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_comes_from_a_file_unless_somebody_is_there() {
    let app = TestApp::start().await;
    let file = app.data.path().join("password");
    std::fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    let first = |name: &str| format!("{name}:{}", file.display()).parse().unwrap();
    let accounts = &app.state.accounts;
    let missing = "ada:/nonexistent".parse().unwrap();
    let error = first_admin::create(accounts, &missing).await.unwrap_err();
    assert!(format!("{error:#}").contains("can't read the password in /nonexistent"), "{error:#}");
    assert!(first_admin::create(accounts, &first("ada")).await.unwrap());
    assert!(!first_admin::create(accounts, &first("eve")).await.unwrap());
    assert!(!first_admin::create(accounts, &missing).await.unwrap(), "the file is not even read");
    let login = app.post("/api/v1/auth/login", &json!({ "username": "ada", "password": PASSWORD }));
    let token = ok(login).await["access_token"].as_str().unwrap().to_owned();
    assert_eq!(ok(app.get("/api/v1/users/me").bearer_auth(&token)).await["is_superuser"], true);
    app.stop().await;
}
