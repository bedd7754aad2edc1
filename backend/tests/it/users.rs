//! Administering users: roles, disabling, deleting.

use backend::store::users::UserRole;
use backend::store::{runs, users};
use protocol::ids::{ChatId, UserId};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::app::{PASSWORD, TestApp, files_below, log_in, ok, problem};
use crate::replicas::claim_nothing;

async fn id_of(app: &TestApp, token: &str) -> String {
    ok(app.get("/api/v1/users/me").bearer_auth(token)).await["id"].as_str().unwrap().to_owned()
}

fn change(app: &TestApp, root: &str, id: &str, body: &Value) -> RequestBuilder {
    app.request(Method::PATCH, &format!("/api/v1/users/{id}")).json(body).bearer_auth(root)
}

fn delete(app: &TestApp, root: &str, id: &str) -> RequestBuilder {
    app.request(Method::DELETE, &format!("/api/v1/users/{id}")).bearer_auth(root)
}

async fn no_content(request: RequestBuilder) {
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT, "{}", response.text().await.unwrap());
}

fn login(app: &TestApp, username: &str) -> RequestBuilder {
    app.post("/api/v1/auth/login", &json!({ "username": username, "password": PASSWORD }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_superuser_changes_users_and_others_do_not() {
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    app.user("bob").await;
    let id = id_of(&app, &ada).await;
    let path = format!("/api/v1/users/{id}");
    for request in [
        app.get(&path).bearer_auth(&ada),
        change(&app, &ada, &id, &json!({ "role": "superuser" })),
        delete(&app, &ada, &id),
        app.get("/api/v1/users/nobody").bearer_auth(&ada),
    ] {
        problem(request, StatusCode::FORBIDDEN, "superuser_required").await;
    }
    for absent in ["nobody", "00000000-0000-7000-8000-000000000000"] {
        for request in [
            app.get(&format!("/api/v1/users/{absent}")).bearer_auth(&root),
            change(&app, &root, absent, &json!({ "disabled": true })),
            delete(&app, &root, absent),
        ] {
            problem(request, StatusCode::NOT_FOUND, "not_found").await;
        }
    }
    let names =
        json!({ "username": "ada.l", "first_name": "Augusta\u{202e}", "email": "augusta@example.com" });
    let changed = ok(change(&app, &root, &id, &names)).await;
    assert_eq!(
        (&changed["username"], &changed["first_name"], &changed["last_name"]),
        (&json!("ada.l"), &json!("Augusta"), &json!("Lovelace"))
    );
    assert_eq!(ok(app.get(&path).bearer_auth(&root)).await, changed);
    for (body, status, code) in [
        (json!({ "username": "BOB" }), StatusCode::CONFLICT, "username_taken"),
        (json!({ "email": "Bob@example.com" }), StatusCode::CONFLICT, "email_taken"),
        (json!({ "username": "a b" }), StatusCode::UNPROCESSABLE_ENTITY, "username_invalid"),
        (json!({ "email": "bob" }), StatusCode::UNPROCESSABLE_ENTITY, "email_invalid"),
        (json!({ "last_name": "\0" }), StatusCode::UNPROCESSABLE_ENTITY, "text_invalid"),
        (json!({ "role": "king" }), StatusCode::UNPROCESSABLE_ENTITY, "unreadable_request"),
        (json!({ "is_superuser": true }), StatusCode::UNPROCESSABLE_ENTITY, "unreadable_request"),
    ] {
        problem(change(&app, &root, &id, &body), status, code).await;
    }
    assert_eq!(ok(change(&app, &root, &id, &json!({}))).await, changed, "nothing to change");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_found_by_their_names_and_address() {
    let app = TestApp::start().await;
    let root = app.superuser("root").await;
    app.user("ada").await;
    app.user("bo_b").await;
    for (search, found) in [
        ("", vec!["root", "ada", "bo_b"]),
        ("DA@exam", vec!["ada"]),
        ("o_b", vec!["bo_b"]),
        ("ada%20lov", vec!["root", "ada", "bo_b"]),
        ("%25", vec![]),
    ] {
        let users = ok(app.get(&format!("/api/v1/users?search={search}")).bearer_auth(&root)).await;
        let names: Vec<_> = users.as_array().unwrap().iter().map(|user| user["username"].clone()).collect();
        assert_eq!(names, found, "{search}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_superuser_who_can_log_in_stays() {
    let app = TestApp::start().await;
    let (root, other) = (app.superuser("root").await, app.superuser("other").await);
    let (root_id, other_id) = (id_of(&app, &root).await, id_of(&app, &other).await);
    // A disabled superuser does not count.
    ok(change(&app, &root, &other_id, &json!({ "disabled": true }))).await;
    let own = || app.request(Method::DELETE, "/api/v1/users/me").json(&json!({ "password": PASSWORD }));
    for request in [
        change(&app, &root, &root_id, &json!({ "role": "user" })),
        change(&app, &root, &root_id, &json!({ "disabled": true })),
        delete(&app, &root, &root_id),
        own().bearer_auth(&root),
    ] {
        problem(request, StatusCode::CONFLICT, "last_superuser").await;
    }
    // Two who demote each other at once: one of them stays.
    ok(change(&app, &root, &other_id, &json!({ "disabled": false }))).await;
    let user = json!({ "role": "user" });
    let (first, second) = tokio::join!(
        change(&app, &root, &other_id, &user).send(),
        change(&app, &root, &root_id, &user).send()
    );
    let mut statuses = [first.unwrap().status(), second.unwrap().status()];
    statuses.sort();
    // The second to arrive is the last superuser, or already logged out or a user by the first change.
    let refusals = [StatusCode::CONFLICT, StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
    assert!(statuses[0] == StatusCode::OK && refusals.contains(&statuses[1]), "{statuses:?}");
    let mut conn = app.state.database.connection().await.unwrap();
    assert_eq!(users::lock_superusers(&mut conn).await.unwrap().len(), 1);
    drop(conn);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_user_can_not_log_in_and_their_runs_are_cancelled() {
    let app = TestApp::start().await;
    claim_nothing(&app).await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let id = id_of(&app, &ada).await;
    let (_, cookie) = log_in(&app, "ada").await;
    let message = json!({ "initial_message": "hello", "initial_role": "user" });
    let chat = ok(app.post("/api/v1/chats/", &message).bearer_auth(&ada)).await;
    let disabled = ok(change(&app, &root, &id, &json!({ "disabled": true }))).await;
    assert!(disabled["disabled_at"].is_string(), "{disabled}");
    for request in
        [app.get("/api/v1/users/me").bearer_auth(&ada), app.get("/api/v1/users/me").header("cookie", &cookie)]
    {
        problem(request, StatusCode::UNAUTHORIZED, "unauthorized").await;
    }
    problem(login(&app, "ada"), StatusCode::FORBIDDEN, "account_disabled").await;
    // Only who knows the password is told.
    let guess = app.post("/api/v1/auth/login", &json!({ "username": "ada", "password": "a guess" }));
    problem(guess, StatusCode::UNAUTHORIZED, "wrong_credentials").await;
    let run = chat["run"]["id"].as_str().unwrap().parse().unwrap();
    let mut conn = app.state.database.connection().await.unwrap();
    assert_eq!(runs::find(&mut conn, run).await.unwrap().unwrap().state, runs::RunState::Cancelled);
    drop(conn);

    // Again changes nothing; enabled again, they log in, and the session from before stays ended.
    assert_eq!(ok(change(&app, &root, &id, &json!({ "disabled": true }))).await, disabled);
    assert_eq!(ok(change(&app, &root, &id, &json!({ "disabled": false }))).await["disabled_at"], Value::Null);
    ok(login(&app, "ada")).await;
    let me = app.get("/api/v1/users/me").header("cookie", &cookie);
    problem(me, StatusCode::UNAUTHORIZED, "unauthorized").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_role_ends_the_sessions() {
    let app = TestApp::start().await;
    let root = app.superuser("root").await;
    let ada = app.user("ada").await;
    let id = id_of(&app, &ada).await;
    let (_, cookie) = log_in(&app, "ada").await;
    ok(change(&app, &root, &id, &json!({ "first_name": "Augusta" }))).await;
    let me = || app.get("/api/v1/users/me").header("cookie", &cookie);
    ok(me()).await;
    ok(change(&app, &root, &id, &json!({ "role": "superuser" }))).await;
    problem(me(), StatusCode::UNAUTHORIZED, "unauthorized").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_deleted_with_everything_while_it_runs() {
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let id = id_of(&app, &ada).await;
    app.upload(&ada, "notes.txt", "of Ada").await;
    let shared = "of both";
    app.upload(&ada, "shared.txt", shared).await;
    app.upload(&root, "shared.txt", shared).await;
    let chat = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(&ada)).await;
    let chat: ChatId = chat["id"].as_str().unwrap().parse().unwrap();
    app.state.desktops.ensure(chat).await.unwrap();
    ok(app.post(&format!("/api/v1/chats/{chat}/history"), &json!({ "message": "hello" })).bearer_auth(&ada))
        .await;
    no_content(delete(&app, &root, &id)).await;
    problem(app.get("/api/v1/users/me").bearer_auth(&ada), StatusCode::UNAUTHORIZED, "unauthorized").await;
    problem(delete(&app, &root, &id), StatusCode::NOT_FOUND, "not_found").await;
    assert!(
        app.state.desktops.provider.list().await.unwrap().is_empty(),
        "the desktop and its home are gone"
    );
    assert_eq!(files_below(&app.data.path().join("blobs")).len(), 1, "only what somebody else has too");
    // The names are free.
    app.user("ada").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_of_a_deleted_user_is_deleted_later() {
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let id: UserId = id_of(&app, &ada).await.parse().unwrap();
    ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(&ada)).await;
    // As if the process had died right after the account was marked.
    let mut conn = app.state.database.connection().await.unwrap();
    backend::store::users::mark_deleted(&mut conn, id, app.state.clock.now()).await.unwrap();
    drop(conn);
    problem(login(&app, "ada"), StatusCode::UNAUTHORIZED, "wrong_credentials").await;
    assert_eq!(ok(app.get("/api/v1/users/").bearer_auth(&root)).await.as_array().unwrap().len(), 1);
    app.state.users.finish_deletions().await.unwrap();
    let mut conn = app.state.database.connection().await.unwrap();
    assert!(backend::store::users::marked_deleted(&mut conn).await.unwrap().is_empty());
    drop(conn);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_change_their_names_and_delete_their_own_account() {
    let app = TestApp::start().await;
    app.superuser("root").await;
    let ada = app.user("ada").await;
    let me =
        |method: Method, body: &Value| app.request(method, "/api/v1/users/me").json(body).bearer_auth(&ada);
    let names = json!({ "first_name": "Augusta", "last_name": "King", "email": "king@example.com" });
    let changed = ok(me(Method::PATCH, &names)).await;
    for field in ["first_name", "last_name", "email"] {
        assert_eq!(changed[field], names[field]);
    }
    let taken = json!({ "email": "ROOT@example.com" });
    problem(me(Method::PATCH, &taken), StatusCode::CONFLICT, "email_taken").await;
    let malformed = json!({ "email": "king" });
    problem(me(Method::PATCH, &malformed), StatusCode::UNPROCESSABLE_ENTITY, "email_invalid").await;
    let guess = json!({ "password": "a guess" });
    for _ in 0..10 {
        problem(me(Method::DELETE, &guess), StatusCode::FORBIDDEN, "wrong_password").await;
    }
    let right = json!({ "password": PASSWORD });
    problem(me(Method::DELETE, &right), StatusCode::TOO_MANY_REQUESTS, "too_many_attempts").await;
    app.pass(10);
    no_content(me(Method::DELETE, &right)).await;
    problem(me(Method::PATCH, &names), StatusCode::UNAUTHORIZED, "unauthorized").await;
    problem(login(&app, "ada"), StatusCode::UNAUTHORIZED, "wrong_credentials").await;
    app.stop().await;
}

#[test]
fn a_role_has_one_word_everywhere() {
    assert_eq!(serde_json::to_value(UserRole::Superuser).unwrap(), "superuser");
    assert_eq!(UserRole::User.as_str(), "user");
}

async fn password_link(app: &TestApp, root: &str, id: &str) -> String {
    let path = format!("/api/v1/users/{id}/password-link");
    let link = ok(app.request(Method::POST, &path).bearer_auth(root)).await;
    let url = link["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with(&format!("{}/password#token=", app.base)), "{url}");
    url.split_once('=').unwrap().1.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_link_works_once_and_ends_all_sessions() {
    const NEW: &str = "battery staple";
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let id = id_of(&app, &ada).await;
    let (_, cookie) = log_in(&app, "ada").await;
    let issue = app.request(Method::POST, &format!("/api/v1/users/{id}/password-link"));
    problem(issue.bearer_auth(&ada), StatusCode::FORBIDDEN, "superuser_required").await;
    let absent =
        app.request(Method::POST, "/api/v1/users/00000000-0000-7000-8000-000000000000/password-link");
    problem(absent.bearer_auth(&root), StatusCode::NOT_FOUND, "not_found").await;
    let replaced = password_link(&app, &root, &id).await;
    let token = password_link(&app, &root, &id).await;
    let set = |token: &str, password: &str| {
        app.post("/api/v1/auth/password-link", &json!({ "token": token, "password": password }))
    };
    problem(set(&replaced, NEW), StatusCode::FORBIDDEN, "password_link_refused").await;
    problem(set(&token, "short"), StatusCode::UNPROCESSABLE_ENTITY, "password_invalid").await;
    // Used twice at once, it works once.
    let (first, second) = tokio::join!(set(&token, NEW).send(), set(&token, NEW).send());
    let mut statuses = [first.unwrap().status(), second.unwrap().status()];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::FORBIDDEN]);
    let me = app.get("/api/v1/users/me").header("cookie", &cookie);
    problem(me, StatusCode::UNAUTHORIZED, "unauthorized").await;
    problem(login(&app, "ada"), StatusCode::UNAUTHORIZED, "wrong_credentials").await;
    ok(app.post("/api/v1/auth/login", &json!({ "username": "ada", "password": NEW }))).await;

    // It expires.
    let late = password_link(&app, &root, &id).await;
    app.pass(24 * 60 * 60);
    problem(set(&late, NEW), StatusCode::FORBIDDEN, "password_link_refused").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_links_is_slowed_down() {
    let app = TestApp::start().await;
    let guess = || app.post("/api/v1/auth/password-link", &json!({ "token": "guess", "password": PASSWORD }));
    for _ in 0..10 {
        problem(guess(), StatusCode::FORBIDDEN, "password_link_refused").await;
    }
    problem(guess(), StatusCode::TOO_MANY_REQUESTS, "too_many_attempts").await;
    app.stop().await;
}
