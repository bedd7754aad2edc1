//! Following a chat: the replay of its log, then live updates without a gap.

use std::pin::Pin;
use std::time::Duration;

use backend::live::follow::ChatUpdate;
use backend::live::hub::LiveEvent;
use backend::store::events::{self, EventKind, NewEvent};
use diesel_async::AsyncConnection as _;
use futures_util::{Stream, StreamExt as _};
use protocol::ids::ChatId;
use serde_json::json;

use crate::app::{TestApp, ok};

/// How long a test waits for an update.
const LIMIT: Duration = Duration::from_secs(30);

type Updates = Pin<Box<dyn Stream<Item = ChatUpdate> + Send>>;

fn said(text: &str) -> NewEvent {
    NewEvent { run_id: None, kind: EventKind::UsageTotal, payload: json!({ "text": text }) }
}

async fn chat(app: &TestApp) -> ChatId {
    let ada = app.user("ada").await;
    let chat = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(&ada)).await;
    chat["id"].as_str().unwrap().parse().unwrap()
}

async fn follow(app: &TestApp, chat: ChatId, after: i64) -> Updates {
    let follower = app.state.feed.follow(chat, after);
    let desktop = app.state.desktops.view(chat).await.unwrap();
    Box::pin(follower.updates(desktop).await.unwrap())
}

async fn next(updates: &mut Updates) -> Option<ChatUpdate> {
    tokio::time::timeout(LIMIT, updates.next()).await.unwrap()
}

/// The sequence numbers of the next events, and the names of other updates.
async fn names(updates: &mut Updates, count: usize) -> Vec<String> {
    let mut told = Vec::new();
    while told.len() < count {
        told.push(match next(updates).await.unwrap() {
            ChatUpdate::Event(event) => event.seq.to_string(),
            ChatUpdate::Desktop(_) => "desktop".to_owned(),
            ChatUpdate::Ready => "ready".to_owned(),
            other => format!("{other:?}"),
        });
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_replayed_before_live_events() {
    let app = TestApp::start().await;
    let chat = chat(&app).await;
    for text in ["one", "two", "three"] {
        app.state.event_log.append(chat, said(text)).await.unwrap();
    }
    let mut updates = follow(&app, chat, 1).await;
    assert_eq!(names(&mut updates, 4).await, ["2", "3", "desktop", "ready"]);
    app.state.event_log.append(chat, said("four")).await.unwrap();
    assert_eq!(names(&mut updates, 1).await, ["4"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_is_filled_from_the_log_without_duplicates() {
    let app = TestApp::start().await;
    let chat = chat(&app).await;
    let mut updates = follow(&app, chat, 0).await;
    assert_eq!(names(&mut updates, 2).await, ["desktop", "ready"]);
    // Both are committed before either is announced, and the second is announced first.
    let mut conn = app.state.database.connection().await.unwrap();
    let now = app.state.clock.now();
    let rows = conn
        .transaction(async |conn| {
            let first = events::append(conn, chat, said("one"), now).await?;
            diesel::QueryResult::Ok([events::append(conn, chat, said("two"), now).await?, first])
        })
        .await
        .unwrap();
    drop(conn);
    rows.into_iter().for_each(|row| app.state.event_log.announce(row));
    app.state.event_log.append(chat, said("three")).await.unwrap();
    assert_eq!(names(&mut updates, 3).await, ["1", "2", "3"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_receives_behind_and_is_disconnected() {
    let app = TestApp::start().await;
    let chat = chat(&app).await;
    let mut updates = follow(&app, chat, 0).await;
    assert_eq!(names(&mut updates, 2).await, ["desktop", "ready"]);
    for nth in 0..1000 {
        app.state.hub.publish(chat, LiveEvent::Title(nth.to_string()));
    }
    assert!(matches!(next(&mut updates).await, Some(ChatUpdate::Behind)));
    assert!(next(&mut updates).await.is_none());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_is_announced() {
    let app = TestApp::start().await;
    let chat = chat(&app).await;
    let mut updates = follow(&app, chat, 0).await;
    assert_eq!(names(&mut updates, 2).await, ["desktop", "ready"]);
    app.stop().await;
    assert!(matches!(next(&mut updates).await, Some(ChatUpdate::Shutdown)));
    assert!(next(&mut updates).await.is_none());
}
