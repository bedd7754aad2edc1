//! Several services on one Postgres: each hears what the others commit, shows that it is there, and tells how far the
//! turns that it streams have come.
//!
//! Triggers send a notice with each commit (`migrations/`), so whatever writes is heard, and nothing is heard before it
//! is committed. The session that listens also holds the advisory lock that shows the others that this service is there;
//! when it breaks, the next one catches up from the log.

use std::sync::Arc;
use std::time::Duration;

use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use futures_util::StreamExt as _;
use protocol::ids::{ChatId, RunId};
use serde::Deserialize;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::clock::Clock;
use crate::database::Database;
use crate::live::hub::{Hub, LiveEvent};
use crate::live::views::EventView;
use crate::services::desktops::Desktops;
use crate::services::runs::signals::RunSignal;
use crate::services::runs::supervisor::Supervisor;
use crate::store::live_turns::LiveTurn;
use crate::store::{chats, control_leases, events, live_turns};

/// How long to wait before a lost connection is tried again.
const RECONNECT_DELAY: Duration = Duration::from_millis(250);
/// How often a connection on which nothing is heard is tried.
const PROBE_EVERY: Duration = Duration::from_secs(5);
/// How often at most the others are told how far a turn has come.
const PUBLISH_EVERY: Duration = Duration::from_millis(100);

/// Hears and tells.
#[derive(Clone)]
pub struct Replicas {
    /// This replica.
    pub replica_id: Uuid,
    /// Where all meet.
    pub database: Database,
    /// Who watches here.
    pub hub: Hub,
    /// What is driven here.
    pub supervisor: Supervisor,
    /// What each desktop looks like.
    pub desktops: Desktops,
    /// Tells the time.
    pub clock: Clock,
    /// Says that somebody's control has run out.
    pub control_expired: Arc<Notify>,
    /// Ends it all.
    pub shutdown: CancellationToken,
}

/// What a trigger says.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Notice {
    /// A log has a new entry.
    Event { chat_id: ChatId, seq: i64 },
    /// A run has changed, or somebody wants something of it.
    Run { run_id: RunId, cancel: bool, pause: bool },
    /// A turn has come further.
    LiveTurn { chat_id: ChatId, origin: Uuid },
    /// A chat has another title.
    Title { chat_id: ChatId },
    /// A desktop is in another state.
    Desktop { chat_id: ChatId },
    /// A desktop is controlled by somebody else, or by nobody any more.
    Control { chat_id: ChatId },
}

impl Replicas {
    /// Hears what the others commit until the service has ended.
    pub async fn listen(self, ended: CancellationToken) {
        loop {
            let heard = tokio::select! {
                heard = self.listen_once() => heard,
                () = ended.cancelled() => return,
            };
            self.supervisor.absent();
            let error = heard.err().map(|error| format!("{error:#}"));
            tracing::warn!(error, "the connection on which other services are heard broke");
            tokio::select! {
                () = tokio::time::sleep(RECONNECT_DELAY) => {}
                () = ended.cancelled() => return,
            }
        }
    }

    async fn listen_once(&self) -> anyhow::Result<()> {
        let mut conn = AsyncPgConnection::establish(self.database.url()).await?;
        diesel::sql_query("SELECT pg_advisory_lock(supervisor_key($1))")
            .bind::<diesel::sql_types::Uuid, _>(self.replica_id)
            .execute(&mut conn)
            .await?;
        diesel::sql_query("LISTEN deskhand").execute(&mut conn).await?;
        self.supervisor.present();
        // What was said while nobody listened here.
        self.hub.publish_to_all(&LiveEvent::CatchUp);
        loop {
            let heard = {
                let mut notices = std::pin::pin!(conn.notifications_stream());
                tokio::time::timeout(PROBE_EVERY, notices.next()).await
            };
            match heard {
                Ok(Some(notice)) => self.handle(&notice?.payload).await?,
                Ok(None) => return Ok(()),
                Err(_) => {
                    diesel::sql_query("SELECT 1").execute(&mut conn).await?;
                }
            }
        }
    }

    async fn handle(&self, notice: &str) -> anyhow::Result<()> {
        match serde_json::from_str(notice)? {
            Notice::Event { chat_id, seq } => {
                if self.hub.lacks(chat_id, seq) {
                    let mut conn = self.database.connection().await?;
                    if let Some(row) = events::after(&mut conn, chat_id, seq - 1, 1).await?.pop() {
                        self.hub.publish(chat_id, LiveEvent::Durable(EventView::from(row).into()));
                    }
                }
            }
            Notice::Run { run_id, cancel, pause } => {
                if pause {
                    self.supervisor.signal(run_id, RunSignal::Pause);
                }
                if cancel {
                    self.supervisor.signal(run_id, RunSignal::Stop);
                }
                self.supervisor.wake();
            }
            Notice::LiveTurn { chat_id, origin } => {
                if origin != self.replica_id && self.hub.is_watched(chat_id) {
                    let mut conn = self.database.connection().await?;
                    if let Some(turn) = live_turns::find(&mut conn, chat_id).await? {
                        let turn = serde_json::from_value(turn)?;
                        self.hub.publish(chat_id, LiveEvent::Partial(Arc::new(turn)));
                    }
                }
            }
            Notice::Title { chat_id } => {
                if self.hub.is_watched(chat_id) {
                    let mut conn = self.database.connection().await?;
                    let title = chats::get(&mut conn, chat_id).await?.title;
                    self.hub.publish(chat_id, LiveEvent::Title(title));
                }
            }
            Notice::Desktop { chat_id } => self.publish_desktop(chat_id).await?,
            Notice::Control { chat_id } => {
                let lease = {
                    let mut conn = self.database.connection().await?;
                    control_leases::find(&mut conn, chat_id).await?
                };
                match lease {
                    Some(lease) if lease.expires_at <= self.clock.now() => self.control_expired.notify_one(),
                    Some(_) => self.supervisor.signal_chat(chat_id, RunSignal::Preempt),
                    None => self.supervisor.wake(),
                }
                self.publish_desktop(chat_id).await?;
            }
        }
        Ok(())
    }

    async fn publish_desktop(&self, chat_id: ChatId) -> anyhow::Result<()> {
        if self.hub.is_watched(chat_id) {
            let view = self.desktops.view(chat_id).await?;
            self.hub.publish(chat_id, LiveEvent::Desktop(view));
        }
        Ok(())
    }

    /// Tells how far the turns that are streamed here have come, until shutdown.
    pub async fn publish_live_turns(self) {
        loop {
            tokio::select! {
                () = self.hub.streamed() => {}
                () = self.shutdown.cancelled() => return,
            }
            for chat_id in self.hub.take_streamed() {
                if let Err(error) = self.publish_live_turn(chat_id).await {
                    // The chat may be gone by now.
                    tracing::debug!(chat.id = %chat_id, error = format!("{error:#}"), "a live turn was not told");
                }
            }
            tokio::time::sleep(PUBLISH_EVERY).await;
        }
    }

    async fn publish_live_turn(&self, chat_id: ChatId) -> anyhow::Result<()> {
        let mut conn = self.database.connection().await?;
        match self.hub.partial(chat_id) {
            Some(turn) => {
                let (run_id, turn) = (turn.run_id, serde_json::to_value(turn)?);
                live_turns::put(&mut conn, &LiveTurn { chat_id, run_id, replica_id: self.replica_id, turn })
                    .await?;
            }
            None => live_turns::remove(&mut conn, chat_id).await?,
        }
        Ok(())
    }
}
