//! The pool, and desktops that have no row or are not held by a replica.

use backend::store::desktops::{self, ObservedState};
use backend::store::pool_desktops;
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use protocol::ids::{ChatId, DesktopId};
use serde_json::{Value, json};

use crate::app::{Options, TestApp, ok};

pub(super) async fn chat(app: &TestApp, token: &str) -> ChatId {
    let chat: Value = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(token)).await;
    chat["id"].as_str().unwrap().parse().unwrap()
}

pub(super) async fn row(app: &TestApp, chat: ChatId) -> desktops::DesktopRow {
    let mut conn = app.state.database.connection().await.unwrap();
    desktops::find_by_chat(&mut conn, chat).await.unwrap().unwrap()
}

/// Waits until the pool has a desktop.
pub(super) async fn filled(app: &TestApp) -> DesktopId {
    loop {
        if let [id, ..] = *app.state.desktops.pool.waiting() {
            return id;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_chat_takes_a_pool_desktop_and_the_pool_is_refilled() {
    let app = TestApp::start_with(Options { desktop_pool: Some(1), ..Options::default() }).await;
    let token = app.user("ada").await;
    let warm = filled(&app).await;
    let chat = chat(&app, &token).await;
    app.state.desktops.ensure(chat).await.unwrap();
    let row = row(&app, chat).await;
    assert_eq!((row.id, row.observed), (warm, ObservedState::Ready));
    assert_ne!(filled(&app).await, warm);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_chat_gets_its_desktop_before_the_first_message() {
    let app = TestApp::start_with(Options { desktop_pool: Some(1), ..Options::default() }).await;
    let token = app.user("ada").await;
    let warm = filled(&app).await;
    let chat = chat(&app, &token).await;
    while app.state.desktops.running(chat).await.is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(row(&app, chat).await.id, warm);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_desktop_taken_by_another_replica_is_not_used() {
    let app = TestApp::start_with(Options { desktop_pool: Some(1), ..Options::default() }).await;
    let token = app.user("ada").await;
    let warm = filled(&app).await;
    let mut conn = app.state.database.connection().await.unwrap();
    assert!(pool_desktops::take(&mut conn, warm).await.unwrap());
    let chat = chat(&app, &token).await;
    app.state.desktops.ensure(chat).await.unwrap();
    assert_ne!(row(&app, chat).await.id, warm);
    app.stop().await;
}

/// Starts a desktop and records it in the pool of another replica.
async fn of_the_pool_of(app: &TestApp, host: uuid::Uuid) -> DesktopId {
    let id = DesktopId::generate();
    let mut conn = app.state.database.connection().await.unwrap();
    pool_desktops::insert(&mut conn, id, host, app.state.clock.now()).await.unwrap();
    app.state.desktops.provider.start(id).await.unwrap();
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pool_of_another_replica_is_kept_until_that_replica_dies() {
    let app = TestApp::start().await;
    let host = uuid::Uuid::now_v7();
    let mut other = AsyncPgConnection::establish(app.state.database.url()).await.unwrap();
    diesel::sql_query("SELECT pg_advisory_lock(supervisor_key($1))")
        .bind::<diesel::sql_types::Uuid, _>(host)
        .execute(&mut other)
        .await
        .unwrap();
    let theirs = of_the_pool_of(&app, host).await;
    app.pass(121);
    let listed = async || {
        let listed = app.state.desktops.provider.list().await.unwrap();
        listed.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    app.state.desktops.sweep().await.unwrap();
    app.state.desktops.reconcile().await.unwrap();
    assert_eq!(listed().await, [theirs]);
    diesel::sql_query("SELECT pg_advisory_unlock_all()").execute(&mut other).await.unwrap();
    app.state.desktops.sweep().await.unwrap();
    assert_eq!(listed().await, []);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_removes_the_pool() {
    let app = TestApp::start_with(Options { desktop_pool: Some(1), ..Options::default() }).await;
    filled(&app).await;
    let provider = app.state.desktops.provider.clone();
    let data = app.stop_and_keep_data().await;
    assert_eq!(provider.list().await.unwrap(), []);
    drop(data);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_without_a_row_is_removed_after_two_minutes_unless_it_is_pooled() {
    let app = TestApp::start_with(Options { desktop_pool: Some(1), ..Options::default() }).await;
    let warm = filled(&app).await;
    let orphan = DesktopId::generate();
    app.state.desktops.provider.start(orphan).await.unwrap();
    let listed = async || {
        let listed = app.state.desktops.provider.list().await.unwrap();
        listed.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    app.state.desktops.sweep().await.unwrap();
    assert!(listed().await.contains(&orphan), "it may be about to get its row");
    app.pass(121);
    app.state.desktops.sweep().await.unwrap();
    assert_eq!(listed().await, [warm]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_without_a_desktop_are_forgotten() {
    let app = TestApp::start().await;
    let token = app.user("ada").await;
    let slots = || app.state.desktops.slots.lock().unwrap().len();
    let (idle, used, up) = (chat(&app, &token).await, chat(&app, &token).await, chat(&app, &token).await);
    for chat in [idle, used, up] {
        assert!(app.state.desktops.running(chat).await.is_none());
        app.state.desktops.view(chat).await.unwrap();
    }
    app.state.desktops.ensure(up).await.unwrap();
    let guard = app.state.desktops.keep_in_use(used);
    app.state.desktops.sweep().await.unwrap();
    assert_eq!(slots(), 2);
    drop(guard);
    app.state.desktops.sweep().await.unwrap();
    assert_eq!(slots(), 1);
    assert!(app.state.desktops.running(up).await.is_some());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_listing_removes_and_marks_nothing() {
    let app = TestApp::start().await;
    let token = app.user("ada").await;
    let chat = chat(&app, &token).await;
    app.state.desktops.ensure(chat).await.unwrap();
    let orphan = DesktopId::generate();
    app.state.desktops.provider.start(orphan).await.unwrap();
    app.pass(121);
    let (folder, away) = (app.data.path().join("desktops"), app.data.path().join("away"));
    std::fs::rename(&folder, &away).unwrap();
    assert!(app.state.desktops.sweep().await.is_err());
    std::fs::rename(&away, &folder).unwrap();
    assert_eq!(row(&app, chat).await.observed, ObservedState::Ready);
    assert_eq!(app.state.desktops.provider.list().await.unwrap().len(), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_desktop_that_is_up_but_not_held_is_stopped() {
    let app = TestApp::start().await;
    let token = app.user("ada").await;
    let (held, left) = (chat(&app, &token).await, chat(&app, &token).await);
    app.state.desktops.ensure(held).await.unwrap();
    let mut conn = app.state.database.connection().await.unwrap();
    let id = DesktopId::generate();
    desktops::want_ready(&mut conn, left, id, app.state.clock.now()).await.unwrap();
    desktops::set_replica(&mut conn, id, app.state.desktops.replica_id).await.unwrap();
    app.state.desktops.provider.start(id).await.unwrap();
    app.state.desktops.sweep().await.unwrap();
    let up = async |id| app.state.desktops.provider.endpoint(id).await.unwrap().is_some();
    assert!(!up(id).await);
    assert!(up(row(&app, held).await.id).await);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_desktop_is_marked_and_restarted_when_needed() {
    let app = TestApp::start().await;
    let token = app.user("ada").await;
    let chat = chat(&app, &token).await;
    let mut conn = app.state.database.connection().await.unwrap();
    let now = app.state.clock.now();
    let made = desktops::want_ready(&mut conn, chat, DesktopId::generate(), now).await.unwrap();
    desktops::set_replica(&mut conn, made.id, app.state.desktops.replica_id).await.unwrap();
    desktops::observe(&mut conn, made.id, ObservedState::Ready, None, now).await.unwrap();
    app.state.desktops.sweep().await.unwrap();
    let lost = row(&app, chat).await;
    assert_eq!(lost.observed, ObservedState::Failed);
    assert!(lost.reason.unwrap().contains("Its home folder is kept."));
    app.state.desktops.ensure(chat).await.unwrap();
    assert_eq!(row(&app, chat).await.observed, ObservedState::Ready);
    app.stop().await;
}
