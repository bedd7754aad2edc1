//! Following a chat: the replay of its log, then live updates without a gap.

use std::pin::Pin;
use std::time::Duration;

use backend::live::follow::{ChatUpdate, Start};
use backend::live::hub::LiveEvent;
use backend::store::chats;
use backend::store::events::{self, EventKind, EventRow, NewEvent};
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use futures_util::{Stream, StreamExt as _};
use protocol::ids::{ChatId, EventId, RunId};
use serde_json::json;

use crate::app::{TestApp, ok};

/// How long a test waits for an update.
const LIMIT: Duration = Duration::from_secs(120);

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
    follow_from(app, chat, Start::After(after)).await
}

async fn follow_from(app: &TestApp, chat: ChatId, start: Start) -> Updates {
    let follower = app.state.feed.follow(chat, start);
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
            ChatUpdate::Tail(from) => format!("tail from {from}"),
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

/// Posts a message, whose run fails for want of a model service, and returns the run and the number of its last event.
async fn failed_run(app: &TestApp, token: &str, chat: ChatId) -> (RunId, i64) {
    let said = json!({ "message": "hello" });
    let post = app.post(&format!("/api/v1/chats/{chat}/history"), &said).header("prefer", "wait=30");
    let answer = ok(post.bearer_auth(token)).await;
    assert_eq!(answer["run"]["state"], "failed");
    let mut conn = app.state.database.connection().await.unwrap();
    let last = chats::last_seq(&mut conn, chat).await.unwrap().unwrap();
    (answer["run"]["id"].as_str().unwrap().parse().unwrap(), last)
}

/// Appends events at once.
async fn append(app: &TestApp, chat: ChatId, run_id: Option<RunId>, kinds: impl Iterator<Item = EventKind>) {
    let mut conn = app.state.database.connection().await.unwrap();
    let last = chats::last_seq(&mut conn, chat).await.unwrap().unwrap();
    let now = app.state.clock.now();
    let rows: Vec<EventRow> = (last + 1..)
        .zip(kinds)
        .map(|(seq, kind)| {
            let (id, payload) = (EventId::generate(), json!({ "state": "running" }));
            EventRow { id, chat_id: chat, seq, run_id, kind, payload, created_at: now }
        })
        .collect();
    events::insert_numbered(&mut conn, &rows).await.unwrap();
    chats::set_last_seq(&mut conn, chat, rows.last().unwrap().seq).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tail_comes_with_what_it_belongs_to() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let chat = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(&ada)).await;
    let chat = chat["id"].as_str().unwrap().parse().unwrap();
    // Belongs to nothing that follows.
    append(&app, chat, None, [EventKind::Message].into_iter()).await;
    let (run_id, first) = failed_run(&app, &ada, chat).await;
    let mut updates = follow_from(&app, chat, Start::Tail).await;
    let all: Vec<String> =
        (1..=first).map(|seq| seq.to_string()).chain(["desktop".into(), "ready".into()]).collect();
    assert_eq!(names(&mut updates, all.len()).await, all, "a short log is replayed whole");

    // Of its 1500 states before the tail only the first and the last tell something.
    append(&app, chat, Some(run_id), std::iter::repeat_n(EventKind::RunState, 1500)).await;
    append(&app, chat, Some(run_id), std::iter::repeat_n(EventKind::UsageTotal, 1000)).await;
    let mut conn = app.state.database.connection().await.unwrap();
    let of_run = events::after(&mut conn, chat, 0, first).await.unwrap();
    let mut of_run = of_run.iter().filter(|event| event.run_id == Some(run_id));
    let message = of_run.next().unwrap();
    assert_eq!(message.kind, EventKind::Message);
    let running = of_run.find(|event| event.payload["state"] == "running").unwrap();
    let mut updates = follow_from(&app, chat, Start::Tail).await;
    let start = first + 1501;
    let expected = [
        format!("tail from {start}"),
        message.seq.to_string(),
        running.seq.to_string(),
        (start - 1).to_string(),
        start.to_string(),
        (start + 1).to_string(),
    ];
    assert_eq!(names(&mut updates, expected.len()).await, expected);

    // A run that waits for a decision is replayed from the turn that asks for it, however much has happened since.
    append(&app, chat, Some(run_id), [EventKind::AssistantTurn, EventKind::ApprovalRequest].into_iter())
        .await;
    append(&app, chat, None, std::iter::repeat_n(EventKind::File, 1200)).await;
    let turn = start + 1000;
    diesel::sql_query("UPDATE runs SET state = 'awaiting_approval' WHERE id = $1")
        .bind::<diesel::sql_types::Uuid, _>(run_id.0)
        .execute(&mut conn)
        .await
        .unwrap();
    let mut updates = follow_from(&app, chat, Start::Tail).await;
    let told = names(&mut updates, 5).await;
    assert_eq!((&*told[0], &*told[4]), (&*format!("tail from {turn}"), &*turn.to_string()), "{told:?}");
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
