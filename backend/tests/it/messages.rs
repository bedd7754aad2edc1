//! Messages: concurrent writes to the same chat, and the table `messages`.

use diesel::QueryableByName;
use diesel::migration::MigrationVersion;
use diesel::sql_types::{Json, Uuid as SqlUuid};
use diesel_async::{AsyncConnection as _, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl as _};
use diesel_migrations::MigrationHarness as _;
use protocol::ids::{ChatId, RunId};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{TestApp, ok, until_waited_for};
use crate::claims::claim;
use crate::replicas::claim_nothing;
use backend::database::MIGRATIONS;
use backend::services::event_log;
use backend::store::events::{self, EventKind, NewEvent};
use backend::store::leases::RunsAtOnce;
use backend::store::runs;

/// A message that is replaced while another transaction is open.
struct Replacing {
    app: TestApp,
    token: String,
    chat: ChatId,
    run: RunId,
    message: Value,
}

impl Replacing {
    async fn begin() -> Self {
        Self::on(TestApp::start().await).await
    }

    async fn on(app: TestApp) -> Self {
        let token = app.user("ada").await;
        let body = json!({ "initial_message": "hello", "initial_role": "user" });
        let chat: Value = ok(app.post("/api/v1/chats/", &body).bearer_auth(&token)).await;
        let message = &chat["messages"][0];
        Self {
            chat: chat["id"].as_str().unwrap().parse().unwrap(),
            run: message["run_id"].as_str().unwrap().parse().unwrap(),
            message: message["id"].clone(),
            app,
            token,
        }
    }

    async fn replace(&self) -> Value {
        self.say(json!({ "message": "hello again", "replaces": self.message })).await
    }

    async fn say(&self, body: Value) -> Value {
        let path = format!("/api/v1/chats/{}/history", self.chat);
        ok(self.app.post(&path, &body).bearer_auth(&self.token)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_replaced_while_its_run_appends_an_event() {
    let replacing = Replacing::begin().await;
    let mut conn = replacing.app.state.database.connection().await.unwrap();
    diesel::sql_query("BEGIN").execute(&mut conn).await.unwrap();
    // A supervisor takes this lock first.
    runs::lock(&mut conn, replacing.run).await.unwrap();
    let mut replaced = Box::pin(replacing.replace());
    tokio::select! {
        answer = &mut replaced => panic!("it did not wait for the run: {answer}"),
        () = until_waited_for(&mut conn, r#"UPDATE "runs" SET "cancel_requested"%"#) => {}
    }
    let event = NewEvent { run_id: Some(replacing.run), kind: EventKind::AssistantTurn, payload: json!({}) };
    let now = replacing.app.state.clock.now();
    events::append(&mut conn, replacing.chat, event, now).await.unwrap();
    diesel::sql_query("COMMIT").execute(&mut conn).await.unwrap();
    assert_eq!(replaced.await["message"]["message"], "hello again");
    drop(conn);
    replacing.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_deleted_while_its_run_appends_an_event() {
    let app = TestApp::start().await;
    claim_nothing(&app).await;
    let Replacing { app, token, chat, run, .. } = Replacing::on(app).await;
    let at_once = RunsAtOnce { person: 1, installation: 1 };
    assert_eq!(claim(&app, at_once).await.map(|run| run.id), Some(run));
    let mut conn = app.state.database.connection().await.unwrap();
    diesel::sql_query("BEGIN").execute(&mut conn).await.unwrap();
    // Its supervisor takes this lock first.
    runs::lock(&mut conn, run).await.unwrap();
    let path = format!("/api/v1/chats/{chat}");
    let deletion = app.request(Method::DELETE, &path).bearer_auth(&token).send();
    let mut deletion = Box::pin(deletion);
    tokio::select! {
        answer = &mut deletion => panic!("it did not wait for the run: {answer:?}"),
        () = until_waited_for(&mut conn, "%") => {}
    }
    let event = NewEvent { run_id: Some(run), kind: EventKind::AssistantTurn, payload: json!({}) };
    events::append(&mut conn, chat, event, app.state.clock.now()).await.unwrap();
    diesel::sql_query("COMMIT").execute(&mut conn).await.unwrap();
    assert_eq!(deletion.await.unwrap().status(), StatusCode::NO_CONTENT);
    drop(conn);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_replaced_while_a_row_of_its_chat_is_inserted() {
    let replacing = Replacing::begin().await;
    let mut conn = replacing.app.state.database.connection().await.unwrap();
    diesel::sql_query("BEGIN").execute(&mut conn).await.unwrap();
    // The lock that inserting a row of the chat takes.
    let refer = diesel::sql_query("SELECT FROM chats WHERE id = $1 FOR KEY SHARE");
    refer.bind::<SqlUuid, _>(replacing.chat).execute(&mut conn).await.unwrap();
    tokio::select! {
        answer = replacing.replace() => assert_eq!(answer["message"]["message"], "hello again"),
        () = until_waited_for(&mut conn, "%") => panic!("it waits for what does not concern it"),
    }
    diesel::sql_query("COMMIT").execute(&mut conn).await.unwrap();
    drop(conn);
    replacing.app.stop().await;
}

/// The rows of `messages`, each with whether its run is withdrawn.
async fn kept(conn: &mut AsyncPgConnection) -> Vec<Value> {
    #[derive(QueryableByName)]
    struct Kept {
        #[diesel(sql_type = Json)]
        row: Value,
    }

    let query = "SELECT json_build_object('message', to_json(messages), 'withdrawn', withdrawn) AS row
        FROM messages JOIN runs ON runs.id = run_id ORDER BY seq";
    let rows: Vec<Kept> = diesel::sql_query(query).load(conn).await.unwrap();
    rows.into_iter().map(|kept| kept.row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_migration_copies_the_messages_out_of_the_log() {
    let replacing = Replacing::begin().await;
    let again = replacing.replace().await;
    let nul = "\0a\0\0 \\\0 \\u0000 \\\\u0000 \u{fffd} \"é\n";
    replacing.say(json!({ "message": nul, "extra_data": { nul: nul } })).await;
    let queued = replacing.say(json!({ "message": "never mind" })).await;
    let cancel = format!("/api/v1/runs/{}/cancel", queued["run"]["id"].as_str().unwrap());
    ok(replacing.app.post(&cancel, &json!({})).bearer_auth(&replacing.token)).await;
    let last: RunId = again["run"]["id"].as_str().unwrap().parse().unwrap();
    let text = |text: &str| json!({ "type": "text", "text": text });
    let thinking = json!({ "type": "thinking", "text": "hm" });
    let turns = [
        (replacing.run, vec![text("of a message that was replaced")]),
        (last, vec![text("one"), thinking.clone(), text(nul)]),
        (last, vec![thinking, text("")]),
        (last, vec![]),
    ];
    let mut conn = AsyncPgConnection::establish(replacing.app.state.database.url()).await.unwrap();
    let now = replacing.app.state.clock.now();
    for (run_id, content) in turns {
        let usage =
            json!({ "input_tokens": 1, "output_tokens": 1, "cache_read_tokens": 0, "cache_write_tokens": 0 });
        let payload = json!({
            "provider": "demo", "model": "demo", "raw": "[]", "content": content, "stop_reason": "end_turn", "usage": usage,
        });
        let event = NewEvent { run_id: Some(run_id), kind: EventKind::AssistantTurn, payload };
        event_log::append(&mut conn, replacing.chat, event, now).await.unwrap();
    }

    let before = kept(&mut conn).await;
    let mut harness = AsyncMigrationHarness::new(conn);
    while harness.revert_last_migration(MIGRATIONS).unwrap() != MigrationVersion::from("20261128000001") {}
    harness.run_pending_migrations(MIGRATIONS).unwrap();
    let mut conn = AsyncPgConnection::establish(replacing.app.state.database.url()).await.unwrap();
    assert_eq!(kept(&mut conn).await, before);
    let withdrawn: Vec<bool> = before.iter().map(|row| row["withdrawn"].as_bool().unwrap()).collect();
    assert_eq!(withdrawn, [true, false, false, true, true, false]);
    assert_eq!(before[5]["message"]["text"], format!("one\n\n{}", nul.replace('\0', "\u{fffd}")));
    replacing.app.stop().await;
}
