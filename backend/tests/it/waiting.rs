//! Waiting for the end of a run.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::app::{TestApp, ok};
use crate::replicas::claim_nothing;

/// More than the pool has connections.
const WAITING: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn those_who_wait_hold_no_database_connection() {
    let app = TestApp::start().await;
    claim_nothing(&app).await;
    let ada = app.user("ada").await;
    let message = json!({ "initial_message": "hello" });
    let requests = (0..WAITING).map(|_| app.post("/api/v1/chats?wait=60", &message).bearer_auth(&ada).send());
    let waiting = join_all(requests.collect::<Vec<_>>());
    let others = async {
        while ok(app.get("/api/v1/chats").bearer_auth(&ada)).await.as_array().unwrap().len() < WAITING {}
        app.stop().await;
    };
    let (answers, ()) = tokio::join!(waiting, others);
    for answer in answers {
        let chat: Value = answer.unwrap().error_for_status().unwrap().json().await.unwrap();
        assert_eq!(chat["run"]["state"], "queued", "the end of the service ends the wait");
    }
}
