//! Messages that meet others who write to the same chat.

use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl as _;
use protocol::ids::{ChatId, RunId};
use serde_json::{Value, json};

use crate::app::{TestApp, ok, until_waited_for};
use backend::store::events::{self, EventKind, NewEvent};
use backend::store::runs;

/// A message that is replaced while a transaction is open.
struct Replacing {
    app: TestApp,
    token: String,
    chat: ChatId,
    run: RunId,
    message: Value,
}

impl Replacing {
    async fn begin() -> Self {
        let app = TestApp::start().await;
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
        let body = json!({ "message": "hello again", "replaces": self.message });
        let path = format!("/api/v1/chats/{}/history", self.chat);
        ok(self.app.post(&path, &body).bearer_auth(&self.token)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_replaced_while_its_run_writes_to_the_log() {
    let replacing = Replacing::begin().await;
    let mut conn = replacing.app.state.database.connection().await.unwrap();
    diesel::sql_query("BEGIN").execute(&mut conn).await.unwrap();
    // As whoever drives it does first.
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
async fn a_message_is_replaced_while_something_is_made_that_belongs_to_its_chat() {
    let replacing = Replacing::begin().await;
    let mut conn = replacing.app.state.database.connection().await.unwrap();
    diesel::sql_query("BEGIN").execute(&mut conn).await.unwrap();
    // As a row does that refers to it.
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
