//! Publishes the turns that this replica streams to the other replicas, in pieces.

use std::collections::HashMap;
use std::time::Duration;

use protocol::ids::ChatId;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::database::Database;
use crate::live::hub::Hub;
use crate::live::partial_turn::PartialTurn;
use crate::store::live_turns::{self, NewPiece};

/// Minimum interval between two publications.
const PUBLISH_EVERY: Duration = Duration::from_millis(100);
/// How often to count the replicas that listen, at most.
const COUNT_EVERY: Duration = Duration::from_secs(1);

/// Publishes live turns while other replicas listen.
pub struct LiveTurns {
    replica_id: Uuid,
    database: Database,
    hub: Hub,
    audience: Audience,
    /// The turns as they were last published.
    published: HashMap<ChatId, PartialTurn>,
}

/// Whether other replicas listened when that was last counted.
#[derive(Default)]
struct Audience {
    counted: Option<Instant>,
    listens: bool,
}

impl LiveTurns {
    /// Nothing is published yet.
    #[must_use]
    pub fn new(replica_id: Uuid, database: Database, hub: Hub) -> Self {
        Self { replica_id, database, hub, audience: Audience::default(), published: HashMap::new() }
    }

    /// Publishes turns as they progress, until shutdown.
    pub async fn publish(mut self, shutdown: CancellationToken) {
        loop {
            tokio::select! {
                () = self.hub.streamed() => {}
                () = shutdown.cancelled() => return,
            }
            let progressed = self.hub.take_streamed();
            if self.has_audience().await {
                for chat_id in progressed {
                    self.try_publish_turn(chat_id).await;
                }
            } else {
                // Whoever listens next needs whole turns.
                self.published.clear();
            }
            tokio::time::sleep(PUBLISH_EVERY).await;
        }
    }

    /// Whether other replicas listen, or have listened a moment ago.
    async fn has_audience(&mut self) -> bool {
        if self.audience.counted.is_none_or(|counted| counted.elapsed() > COUNT_EVERY) {
            let listens: anyhow::Result<bool> =
                async { Ok(live_turns::are_heard(&mut *self.database.connection().await?).await?) }.await;
            self.audience = Audience { counted: Some(Instant::now()), listens: listens.unwrap_or(true) };
        }
        self.audience.listens
    }

    async fn try_publish_turn(&mut self, chat_id: ChatId) {
        // Removed first: after a failure the whole turn is published.
        let published = self.published.remove(&chat_id);
        match self.publish_turn(chat_id, published).await {
            Ok(Some(turn)) => {
                self.published.insert(chat_id, turn);
            }
            Ok(None) => {}
            Err(error) => {
                // The chat may have been deleted.
                tracing::debug!(chat.id = %chat_id, error = format!("{error:#}"), "could not publish a live turn");
            }
        }
    }

    /// Publishes what is new in a chat's turn; returns the turn, unless it is over.
    async fn publish_turn(
        &self,
        chat_id: ChatId,
        published: Option<PartialTurn>,
    ) -> anyhow::Result<Option<PartialTurn>> {
        let mut conn = self.database.connection().await?;
        let Some(turn) = self.hub.partial(chat_id) else {
            live_turns::remove(&mut conn, chat_id).await?;
            return Ok(None);
        };
        let since = published.and_then(|published| turn.since(&published));
        let is_first = since.is_none();
        let piece = serde_json::to_value(since.as_ref().unwrap_or(&turn))?;
        let (run_id, replica_id) = (turn.run_id, self.replica_id);
        live_turns::append(&mut conn, &NewPiece { chat_id, run_id, replica_id, is_first, piece }).await?;
        Ok(Some(turn))
    }
}
