//! What a replica hears from the others.

use std::time::{Duration, Instant};

use backend::live::hub::LiveEvent;
use backend::live::views::RunProgress;
use backend::store::live_turns;
use diesel::QueryableByName;
use diesel::sql_types::{Integer, Text, Uuid};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use protocol::ids::{ChatId, RunId};
use protocol::run::RunEvent;
use reqwest::Method;
use serde_json::json;

use crate::app::{TestApp, ok};

const DEADLINE: Duration = Duration::from_secs(120);

#[derive(QueryableByName)]
struct Session {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

/// The database sessions that hold the lock which proves that the replica is alive.
async fn present(app: &TestApp) -> Vec<i32> {
    let mut conn = app.state.database.connection().await.unwrap();
    let query = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
                 AND (classid::bigint << 32 | objid::bigint) = supervisor_key($1)";
    let id = app.state.supervisor.replica_id();
    let sessions: Vec<Session> = diesel::sql_query(query).bind::<Uuid, _>(id).load(&mut conn).await.unwrap();
    sessions.into_iter().map(|session| session.pid).collect()
}

/// Keeps the app from claiming runs.
pub(crate) async fn claim_nothing(app: &TestApp) {
    // It begins once the lock is held.
    while present(app).await.is_empty() {}
    app.state.supervisor.absent();
}

async fn notify(app: &TestApp, notice: &str) {
    let mut conn = app.state.database.connection().await.unwrap();
    diesel::sql_query("SELECT pg_notify('deskhand', $1)")
        .bind::<Text, _>(notice)
        .execute(&mut conn)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_that_cannot_be_handled_changes_nothing() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let deadline = Instant::now() + DEADLINE;
    while present(&app).await.is_empty() {
        assert!(Instant::now() < deadline, "the replica is not present");
    }
    let before = present(&app).await;
    let chat = ok(app.post("/api/v1/chats", &json!({})).bearer_auth(&ada)).await["id"].clone();
    let (_, mut live) = app.state.hub.subscribe(chat.as_str().unwrap().parse().unwrap());
    let deleted = ChatId::generate();
    let _watched = app.state.hub.subscribe(deleted);
    for notice in [
        "nonsense".to_owned(),
        "{}".to_owned(),
        json!({ "kind": "of a newer version" }).to_string(),
        json!({ "kind": "event", "chat_id": 7 }).to_string(),
        json!({ "kind": "event", "chat_id": deleted, "seq": 1 }).to_string(),
        json!({ "kind": "title", "chat_id": deleted }).to_string(),
        json!({ "kind": "desktop", "chat_id": deleted }).to_string(),
        json!({ "kind": "control", "chat_id": deleted }).to_string(),
    ] {
        notify(&app, &notice).await;
    }
    let path = format!("/api/v1/chats/{}", chat.as_str().unwrap());
    ok(app.request(Method::PATCH, &path).json(&json!({ "title": "Plans" })).bearer_auth(&ada)).await;
    let heard =
        async { while !matches!(live.next().await.unwrap(), LiveEvent::Title(title) if title == "Plans") {} };
    tokio::time::timeout(DEADLINE, heard).await.expect("it hears nothing more");
    assert_eq!(present(&app).await, before);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_knows_whether_others_listen() {
    let app = TestApp::start().await;
    let heard = async |expected| {
        let mut conn = app.state.database.connection().await.unwrap();
        let deadline = Instant::now() + DEADLINE;
        while live_turns::are_heard(&mut conn).await.unwrap() != expected {
            assert!(Instant::now() < deadline, "expected {expected}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    heard(false).await;
    let mut own = AsyncPgConnection::establish(app.state.database.url()).await.unwrap();
    let mut another = AsyncPgConnection::establish(app.state.database.url()).await.unwrap();
    live_turns::begin_listening(&mut own).await.unwrap();
    live_turns::begin_listening(&mut another).await.unwrap();
    heard(true).await;
    drop(another);
    drop(own);
    heard(false).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_new_of_a_turn_is_written() {
    let app = TestApp::start().await;
    claim_nothing(&app).await;
    let ada = app.user("ada").await;
    let chat = ok(app.request(Method::POST, "/api/v1/chats").json(&json!({})).bearer_auth(&ada)).await;
    let chat_id: ChatId = chat["id"].as_str().unwrap().parse().unwrap();
    let path = format!("/api/v1/chats/{chat_id}/history");
    let said =
        ok(app.request(Method::POST, &path).json(&json!({ "message": "Hello" })).bearer_auth(&ada)).await;
    let run_id: RunId = said["run"]["id"].as_str().unwrap().parse().unwrap();
    let mut conn = app.state.database.connection().await.unwrap();
    diesel::sql_query("UPDATE runs SET state = 'running'").execute(&mut conn).await.unwrap();
    let mut another = AsyncPgConnection::establish(app.state.database.url()).await.unwrap();
    live_turns::begin_listening(&mut another).await.unwrap();

    let publish =
        |event| app.state.hub.publish(chat_id, LiveEvent::Run(RunProgress { run_id, event }.into()));
    let say = |text: &str| publish(RunEvent::TextDelta { turn: 1, text: text.to_owned() });
    let mut stored = async |expected: &[(bool, &str)]| {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let pieces = live_turns::after(&mut conn, chat_id, 0).await.unwrap();
            let texts = pieces.iter().map(|piece| (piece.is_first, piece.piece["text"].as_str().unwrap()));
            let texts: Vec<_> = texts.collect();
            if texts == expected {
                break;
            }
            assert!(Instant::now() < deadline, "stored: {texts:?}, expected: {expected:?}");
        }
    };
    publish(RunEvent::TurnStarted { turn: 1 });
    say("Once");
    stored(&[(true, "Once")]).await;
    say(" upon");
    stored(&[(true, "Once"), (false, " upon")]).await;
    say(" a time");
    stored(&[(true, "Once"), (false, " upon"), (false, " a time")]).await;
    publish(RunEvent::Retrying {
        turn: 1,
        reason: String::new(),
        code: "overloaded".into(),
        facts: None,
        delay_ms: 1,
    });
    stored(&[(true, "")]).await;
    say("Once more");
    stored(&[(true, ""), (false, "Once more")]).await;
    app.stop().await;
}
