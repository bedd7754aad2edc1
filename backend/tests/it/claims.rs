//! Which runs are claimed, and how many at once.

use backend::store::leases::{self, RunsAtOnce};
use backend::store::runs::{self, Run};
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use protocol::ids::{ChatId, RunId};
use protocol::reason::Reason;
use serde_json::json;
use uuid::Uuid;

use crate::app::{TestApp, ok};
use crate::replicas::claim_nothing;

async fn chats(app: &TestApp, token: &str, count: usize) -> Vec<ChatId> {
    let mut made = Vec::new();
    for _ in 0..count {
        let chat = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(token)).await;
        made.push(chat["id"].as_str().unwrap().parse().unwrap());
    }
    made
}

async fn queue(app: &TestApp, chat: ChatId) -> RunId {
    let mut conn = app.state.database.connection().await.unwrap();
    runs::insert(&mut conn, chat, app.state.clock.now()).await.unwrap().id
}

pub(crate) async fn claim(app: &TestApp, at_once: RunsAtOnce) -> Option<Run> {
    let (mut conn, now) = (app.state.database.connection().await.unwrap(), app.state.clock.now());
    // A replica that is there, so that its leases are not taken over.
    let replica = app.state.supervisor.replica_id();
    conn.transaction(async |conn| leases::claim(conn, replica, at_once, now).await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_and_the_installation_have_only_so_many_runs_at_once() {
    let app = TestApp::start().await;
    claim_nothing(&app).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let mut order = Vec::new();
    for chat in chats(&app, &ada, 3).await {
        order.push(queue(&app, chat).await);
    }
    for chat in chats(&app, &bob, 2).await {
        order.push(queue(&app, chat).await);
    }
    let [ada_1, ada_2, ada_3, bob_1, bob_2] = order[..] else { panic!("five runs") };
    let at_once = RunsAtOnce { person: 2, installation: 3 };
    let mut claimed = Vec::new();
    while let Some(run) = claim(&app, at_once).await {
        claimed.push(run.id);
    }
    assert_eq!(claimed, [ada_1, ada_2, bob_1], "two of Ada's, then nobody's beyond three");
    let finish = async |id| {
        let mut conn = app.state.database.connection().await.unwrap();
        let now = app.state.clock.now();
        runs::finish(&mut conn, id, runs::RunState::Succeeded, &Reason::silent("end_turn"), now)
            .await
            .unwrap();
    };
    finish(bob_1).await;
    assert_eq!(claim(&app, at_once).await.map(|run| run.id), Some(bob_2), "Ada has two already");
    finish(ada_1).await;
    assert_eq!(claim(&app, at_once).await.map(|run| run.id), Some(ada_3));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_claimed_in_the_order_of_the_queue_whatever_their_ids() {
    let app = TestApp::start().await;
    claim_nothing(&app).await;
    let ada = app.user("ada").await;
    let [chat] = chats(&app, &ada, 1).await[..] else { panic!("one chat") };
    let (first, second) = (queue(&app, chat).await, queue(&app, chat).await);
    assert!(first < second);
    // As if the replica that queued the first were an hour ahead.
    let later = Uuid::now_v7();
    let mut conn = app.state.database.connection().await.unwrap();
    diesel::sql_query(format!("UPDATE runs SET id = '{later}' WHERE id = '{}'", first.0))
        .execute(&mut conn)
        .await
        .unwrap();
    drop(conn);
    let at_once = RunsAtOnce { person: 9, installation: 9 };
    let claimed = claim(&app, at_once).await.unwrap();
    assert_eq!(claimed.id.0, later, "the one that was queued first");
    assert!(claim(&app, at_once).await.is_none(), "the other waits for it");
    app.stop().await;
}
