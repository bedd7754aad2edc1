//! What administrators do with the desktops of everybody.

use std::time::{Duration, Instant};

use backend::live::hub::LiveEvent;
use backend::store::desktops::{self, ObservedState};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use protocol::ids::ChatId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::pool::{chat, row};
use crate::app::{TestApp, ok, problem, until_waited_for};

const DEADLINE: Duration = Duration::from_secs(120);

async fn listed(app: &TestApp, root: &str) -> Vec<Value> {
    let list = ok(app.get("/api/v1/admin/desktops").bearer_auth(root)).await;
    list.as_array().unwrap().clone()
}

async fn until_ended(app: &TestApp, chat: ChatId) {
    let deadline = Instant::now() + DEADLINE;
    while row(app, chat).await.observed != ObservedState::Failed {
        assert!(Instant::now() < deadline, "{:?}", row(app, chat).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn running_desktops_are_listed_with_whose_they_are_and_what_they_take() {
    let app = TestApp::start().await;
    let (root, ada, bob) = (app.superuser("root").await, app.user("ada").await, app.user("bob").await);
    assert_eq!(listed(&app, &root).await, Vec::<Value>::new());
    let (hers, his) = (chat(&app, &ada).await, chat(&app, &bob).await);
    app.state.desktops.ensure(hers).await.unwrap();
    app.state.desktops.ensure(his).await.unwrap();
    // It takes two looks to know what programs use of the processor.
    let deadline = Instant::now() + DEADLINE;
    let desktops = loop {
        app.state.desktops.sweep_idle().await.unwrap();
        let desktops = listed(&app, &root).await;
        if desktops.iter().all(|desktop| desktop["processor_share"].is_number()) {
            break desktops;
        }
        assert!(Instant::now() < deadline, "{desktops:?}");
    };
    let owners: Vec<_> = desktops.iter().map(|desktop| desktop["username"].as_str().unwrap()).collect();
    assert_eq!(owners, ["bob", "ada"]);
    for desktop in &desktops {
        assert_eq!(desktop["state"], "ready", "{desktop}");
        assert!(desktop["memory_bytes"].as_i64().unwrap() > 1 << 20, "{desktop}");
        assert!(desktop["processor_share"].as_f64().unwrap() >= 0.0, "{desktop}");
    }
    let path = format!("/api/v1/admin/desktops/{}/thumbnail", desktops[0]["id"].as_str().unwrap());
    let picture = app.get(&path).bearer_auth(&root).send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/jpeg");
    let picture = image::load_from_memory(&picture.bytes().await.unwrap()).unwrap();
    assert_eq!(picture.width(), 320);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_desktop_stays_stopped_until_its_owner_starts_it() {
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let chat = chat(&app, &ada).await;
    app.state.desktops.ensure(chat).await.unwrap();
    let id = row(&app, chat).await.id;
    let stop =
        |id: &str| app.request(Method::POST, &format!("/api/v1/admin/desktops/{id}/stop")).bearer_auth(&root);
    assert_eq!(stop(&id.to_string()).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let desktop = ok(app.get(&format!("/api/v1/chats/{chat}/desktop")).bearer_auth(&ada)).await;
    assert_eq!(desktop["state"], "failed", "{desktop}");
    assert!(desktop["reason"].as_str().unwrap().contains("An administrator ended"), "{desktop}");
    assert_eq!(listed(&app, &root).await, Vec::<Value>::new());
    // A window that still watches does not start it again.
    let screenshot = app.get(&format!("/api/v1/chats/{chat}/desktop/screenshot")).bearer_auth(&ada);
    problem(screenshot, StatusCode::CONFLICT, "desktop_not_running").await;
    let thumbnail = app.get(&format!("/api/v1/admin/desktops/{id}/thumbnail")).bearer_auth(&root);
    problem(thumbnail, StatusCode::CONFLICT, "desktop_not_shown").await;
    let audit = ok(app.get("/api/v1/admin/audit").bearer_auth(&root)).await;
    assert_eq!((&audit[0]["action"], &audit[0]["object"]), (&json!("desktop_stopped"), &json!(id)));
    // Its owner may.
    let start = app.request(Method::POST, &format!("/api/v1/chats/{chat}/desktop")).bearer_auth(&ada);
    assert_eq!(ok(start).await["state"], "ready");
    for absent in ["nonsense", "00000000-0000-7000-8000-000000000000"] {
        problem(stop(absent), StatusCode::NOT_FOUND, "not_found").await;
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_replica_that_runs_a_desktop_stops_it_when_another_is_asked() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let chat = chat(&app, &ada).await;
    app.state.desktops.ensure(chat).await.unwrap();
    let id = row(&app, chat).await.id;
    // All that another replica does.
    desktops::want_stopped(&mut app.state.database.connection().await.unwrap(), id).await.unwrap();
    until_ended(&app, chat).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_whose_stop_was_not_announced_is_stopped_by_the_next_sweep() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let chat = chat(&app, &ada).await;
    app.state.desktops.ensure(chat).await.unwrap();
    let mut conn = app.state.database.connection().await.unwrap();
    conn.batch_execute("ALTER TABLE desktops DISABLE TRIGGER desktops_tell_unwanted").await.unwrap();
    desktops::want_stopped(&mut conn, row(&app, chat).await.id).await.unwrap();
    drop(conn);
    app.state.desktops.sweep().await.unwrap();
    assert_eq!(row(&app, chat).await.observed, ObservedState::Failed);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_holds_up_no_notification() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let chat = chat(&app, &ada).await;
    let (_, mut live) = app.state.hub.subscribe(chat);
    let mut blocking = AsyncPgConnection::establish(app.state.database.url()).await.unwrap();
    blocking.batch_execute("BEGIN; LOCK TABLE chat_internet").await.unwrap();
    let meanwhile = async {
        until_waited_for(&mut blocking, "%chat_internet%").await;
        let path = format!("/api/v1/chats/{chat}");
        ok(app.request(Method::PATCH, &path).json(&json!({ "title": "Plans" })).bearer_auth(&ada)).await;
        while !matches!(live.next().await.unwrap(), LiveEvent::Title(title) if title == "Plans") {}
        assert_eq!(row(&app, chat).await.observed, ObservedState::Creating);
        blocking.batch_execute("ROLLBACK").await.unwrap();
    };
    let (started, ()) = tokio::join!(app.state.desktops.ensure(chat), meanwhile);
    started.unwrap();
    app.stop().await;
}
