//! What is spent without a turn to show for it is counted once, whoever records it.

use backend::database::MIGRATIONS;
use backend::services::event_log::{AppendError, HeldWrite};
use backend::store::events::{self, EventKind, NewEvent};
use backend::store::leases::{Lease, RunsAtOnce};
use backend::store::spending;
use diesel_async::{AsyncConnection as _, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl as _};
use diesel_migrations::MigrationHarness as _;
use protocol::ids::ChatId;
use protocol::spending::Spending;
use protocol::transcript::TokenUsage;
use serde_json::{Value, json};

use crate::app::{TestApp, ok};
use crate::claims::claim;
use crate::replicas::claim_nothing;

const ONE: RunsAtOnce = RunsAtOnce { person: 1, installation: 1 };

/// A run that this test drives.
struct Driven {
    app: TestApp,
    ada: String,
    chat: ChatId,
    lease: Lease,
}

impl Driven {
    async fn begin() -> Self {
        let app = TestApp::start().await;
        claim_nothing(&app).await;
        let ada = app.user("ada").await;
        let chat = app.post("/api/v1/chats/", &json!({ "initial_message": "hello" })).bearer_auth(&ada);
        let chat = ok(chat).await["id"].as_str().unwrap().parse().unwrap();
        let lease = claimed(&app).await;
        Self { app, ada, chat, lease }
    }

    async fn write(&self, lease: Lease, write: HeldWrite<'_>) -> Result<bool, AppendError> {
        self.app.state.event_log.append_held(lease, write).await
    }

    async fn note(&self, microdollars: u64) {
        let spending = spending(microdollars);
        assert!(!self.write(self.lease, HeldWrite::SpentSoFar(&spending)).await.unwrap(), "no event");
    }

    async fn append(&self, kind: EventKind, payload: Value) {
        let event = NewEvent { run_id: Some(self.lease.run_id), kind, payload };
        self.write(self.lease, HeldWrite::Event(self.chat, event)).await.unwrap();
    }

    async fn settle(&self) -> bool {
        self.write(self.lease, HeldWrite::Settle).await.unwrap()
    }

    /// What the run has spent, event by event.
    async fn spent(&self) -> Vec<u64> {
        let mut conn = self.app.state.database.connection().await.unwrap();
        let rows = events::of_run(&mut conn, self.lease.run_id, &[EventKind::Spent]).await.unwrap();
        rows.iter().map(|row| row.payload["microdollars"].as_u64().unwrap()).collect()
    }

    /// The turns and the cost that the person is charged with, and what counts for the month.
    async fn charged(&self) -> (Value, Value, Value) {
        let get = async |path: &str| ok(self.app.get(path).bearer_auth(&self.ada)).await;
        let total = get("/api/v1/users/me/usage/models").await["total"].clone();
        let month = get("/api/v1/users/me/usage").await["microdollars_this_month"]["used"].clone();
        (total["turns"].clone(), total["microdollars"].clone(), month)
    }
}

async fn claimed(app: &TestApp) -> Lease {
    let run = claim(app, ONE).await.unwrap();
    Lease { run_id: run.id, replica_id: app.state.supervisor.replica_id(), attempt: run.attempt }
}

fn spending(microdollars: u64) -> Spending {
    Spending {
        provider: "anthropic".into(),
        model: "large".into(),
        connection: None,
        usage: TokenUsage { input_tokens: microdollars, ..TokenUsage::default() },
        microdollars: Some(microdollars),
    }
}

fn turn(microdollars: u64) -> Value {
    json!({
        "provider": "anthropic", "model": "large", "raw": "[]", "stop_reason": "end_turn",
        "content": [{ "type": "text", "text": "hi" }],
        "usage": { "input_tokens": 1, "cache_read_tokens": 0, "cache_write_tokens": 0, "output_tokens": 1 },
        "cost": { "elapsed_ms": 1, "microdollars": microdollars },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_spent_only_if_its_attempt_does_not_end() {
    let driven = Driven::begin().await;
    driven.note(5).await;
    driven.note(7).await;
    assert_eq!(driven.charged().await, (json!(0), json!(0), json!(0)));
    driven.append(EventKind::AssistantTurn, turn(9)).await;
    assert!(!driven.settle().await, "the turn has replaced the notes");
    driven.note(11).await;
    driven.append(EventKind::Spent, serde_json::to_value(spending(13)).unwrap()).await;
    assert!(!driven.settle().await, "the end of the attempt has replaced the note");
    driven.note(17).await;
    assert!(driven.settle().await);
    assert!(!driven.settle().await, "once");
    assert_eq!(driven.spent().await, [13, 17]);
    let all = json!(9 + 13 + 17);
    assert_eq!(driven.charged().await, (json!(1), all.clone(), all));
    driven.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_lost_the_run_notes_and_spends_nothing() {
    let driven = Driven::begin().await;
    driven.note(5).await;
    let mut conn = driven.app.state.database.connection().await.unwrap();
    diesel::sql_query("UPDATE runs SET lease_expires_at = '2000-01-01'").execute(&mut conn).await.unwrap();
    let next = claimed(&driven.app).await;
    let late = spending(50);
    for write in [HeldWrite::SpentSoFar(&late), HeldWrite::Settle] {
        assert!(matches!(driven.write(driven.lease, write).await, Err(AppendError::LeaseLost)));
    }
    assert!(driven.write(next, HeldWrite::Settle).await.unwrap());
    assert!(!driven.write(next, HeldWrite::Settle).await.unwrap());
    assert_eq!(driven.spent().await, [5]);
    assert_eq!(driven.charged().await, (json!(0), json!(5), json!(5)));
    drop(conn);
    driven.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_reads_what_was_spent_as_tokens() {
    let driven = Driven::begin().await;
    driven.append(EventKind::Spent, serde_json::to_value(spending(5)).unwrap()).await;
    let conn = AsyncPgConnection::establish(driven.app.state.database.url()).await.unwrap();
    let mut harness = AsyncMigrationHarness::new(conn);
    while harness.revert_last_migration(MIGRATIONS).unwrap().to_string() != "20261201000091" {}
    let mut conn = driven.app.state.database.connection().await.unwrap();
    let rows = events::of_run(&mut conn, driven.lease.run_id, &[EventKind::UsageTotal]).await.unwrap();
    assert_eq!(rows[0].payload["usage"]["input_tokens"], 5);
    harness.run_pending_migrations(MIGRATIONS).unwrap();
    assert_eq!(spending::noted(&mut conn, driven.lease.run_id).await.unwrap(), None);
    drop(conn);
    driven.app.stop().await;
}
