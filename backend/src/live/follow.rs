//! Follows a chat: everything in its log after an entry, then what happens, in order and without a gap.
//!
//! Knows nothing of how a reader is reached, so that server-sent events, WebSockets and others share it.

use std::sync::Arc;

use async_stream::stream;
use futures_util::Stream;
use protocol::ids::{ChatId, RunId};
use protocol::run::RunEvent;
use tokio::sync::broadcast::Receiver;
use tokio_util::sync::CancellationToken;

use crate::database::{Database, DatabaseError, from_database};
use crate::live::hub::{Hub, LiveEvent};
use crate::live::partial_turn::PartialTurn;
use crate::live::views::{DesktopView, EventView, RunProgress};
use crate::store::events::{self, EventKind, EventRow};
use crate::store::live_turns;

/// Bytes read from the log at once.
const PAGE_BYTES: i64 = 256 << 10;

/// What somebody who follows a chat is told.
#[derive(Debug, Clone)]
pub enum ChatUpdate {
    /// An entry of the log. Each comes once, in order.
    Event(Arc<EventView>),
    /// The desktop as it is now.
    Desktop(DesktopView),
    /// The turn that is being streamed, as far as it has come; empty when it is over.
    PartialTurn(Arc<PartialTurn>),
    /// The log has been replayed: what follows happens now.
    Ready,
    /// A short-lived event of a run.
    Progress(Arc<RunProgress>),
    /// The chat has another title.
    Title(String),
    /// The reader was too slow. The last update: begin again after the last entry.
    Behind,
    /// The service ends. The last update: begin again after the last entry, at another replica.
    Shutdown,
}

/// Why a chat can't be followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The turn that another replica streams could not be read.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// The turn that another replica streams is not of the expected shape.
    #[error("reading the turn that is being streamed")]
    PartialTurn(#[from] serde_json::Error),
}

from_database!(FollowError);

/// What followers read.
#[derive(Clone)]
pub struct Feed {
    /// The log.
    pub database: Database,
    /// What happens now.
    pub hub: Hub,
    /// Ends all followers.
    pub shutdown: CancellationToken,
}

impl Feed {
    /// Begins to follow a chat after an entry of its log. What happens from now on is seen.
    #[must_use]
    pub fn follow(&self, chat_id: ChatId, after: i64) -> Follower {
        let (partial, live) = self.hub.subscribe(chat_id);
        Follower { feed: self.clone(), chat_id, last_seq: after, partial, live }
    }
}

/// Somebody who follows a chat.
pub struct Follower {
    feed: Feed,
    chat_id: ChatId,
    last_seq: i64,
    partial: Option<PartialTurn>,
    live: Receiver<LiveEvent>,
}

impl Follower {
    /// Everything from the follower's entry on. `desktop` is the chat's desktop, looked at after the following began.
    ///
    /// # Errors
    /// When it can't be read what turn another replica streams.
    pub async fn updates(
        mut self,
        desktop: DesktopView,
    ) -> Result<impl Stream<Item = ChatUpdate> + Send, FollowError> {
        let partial = match self.partial.take() {
            Some(partial) => Some(partial),
            None => self.streamed_elsewhere().await?,
        };
        Ok(stream! {
            for await event in self.catch_up() {
                yield event;
            }
            yield ChatUpdate::Desktop(desktop);
            let mut streamed = StreamedTurn(partial.as_ref().map(|turn| (turn.run_id, turn.turn)));
            if let Some(partial) = partial {
                yield ChatUpdate::PartialTurn(partial.into());
            }
            yield ChatUpdate::Ready;
            loop {
                let event = tokio::select! {
                    event = self.live.recv() => event,
                    () = self.feed.shutdown.cancelled() => {
                        yield ChatUpdate::Shutdown;
                        break;
                    }
                };
                let Ok(event) = event else {
                    yield ChatUpdate::Behind;
                    break;
                };
                match event {
                    LiveEvent::Durable(event) if event.seq <= self.last_seq => {
                        if let Some(over) = streamed.ended_by(&event) {
                            yield ChatUpdate::PartialTurn(over.into());
                        }
                    }
                    LiveEvent::Durable(event) if event.seq == self.last_seq + 1 => {
                        self.last_seq = event.seq;
                        yield ChatUpdate::Event(event);
                    }
                    // A gap: two writers announced out of order, or something was missed. The log has it.
                    LiveEvent::Durable(_) | LiveEvent::CatchUp => {
                        for await event in self.catch_up() {
                            yield event;
                        }
                    }
                    LiveEvent::Run(progress) => {
                        streamed.follow(&progress);
                        yield ChatUpdate::Progress(progress);
                    }
                    LiveEvent::Partial(turn) => yield ChatUpdate::PartialTurn(turn),
                    LiveEvent::Desktop(desktop) => yield ChatUpdate::Desktop(desktop),
                    LiveEvent::Title(title) => yield ChatUpdate::Title(title),
                }
            }
        })
    }

    /// The turn that another replica streams.
    async fn streamed_elsewhere(&self) -> Result<Option<PartialTurn>, FollowError> {
        let mut conn = self.feed.database.connection().await?;
        let turn = live_turns::find(&mut conn, self.chat_id).await?;
        Ok(turn.map(serde_json::from_value).transpose()?)
    }

    /// Everything in the log that the reader has not seen, as fast as it reads. What can't be read now comes with the
    /// next event.
    fn catch_up(&mut self) -> impl Stream<Item = ChatUpdate> + Send {
        stream! {
            loop {
                let page = self.page().await.unwrap_or_default();
                if page.is_empty() {
                    break;
                }
                for row in page {
                    self.last_seq = row.seq;
                    yield ChatUpdate::Event(Arc::new(row.into()));
                }
            }
        }
    }

    async fn page(&self) -> Result<Vec<EventRow>, DatabaseError> {
        // Given back before the page is sent: a slow reader must not keep a connection of the pool.
        let mut conn = self.feed.database.connection().await?;
        Ok(events::page(&mut conn, self.chat_id, self.last_seq, PAGE_BYTES).await?)
    }
}

/// The turn that a reader sees being streamed.
struct StreamedTurn(Option<(RunId, u32)>);

impl StreamedTurn {
    fn follow(&mut self, progress: &RunProgress) {
        if let RunEvent::TurnStarted { turn } | RunEvent::Retrying { turn, .. } = progress.event {
            self.0 = Some((progress.run_id, turn));
        }
    }

    /// What to tell of an entry that came with the replay already: it ended the turn that is shown as being streamed,
    /// which is void then.
    fn ended_by(&mut self, event: &EventView) -> Option<PartialTurn> {
        if !matches!(event.kind, EventKind::AssistantTurn | EventKind::RunState) {
            return None;
        }
        let (run_id, turn) = self.0.take_if(|(run_id, _)| event.run_id == Some(*run_id))?;
        Some(PartialTurn { run_id, turn, text: String::new(), thinking: String::new(), tool: None })
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use protocol::ids::EventId;

    use super::*;

    fn entry(run_id: RunId, kind: EventKind) -> EventView {
        let payload = serde_json::json!({});
        let created_at = DateTime::UNIX_EPOCH;
        EventView { seq: 1, id: EventId::generate(), run_id: Some(run_id), created_at, kind, payload }
    }

    #[test]
    fn a_streamed_turn_that_the_replay_brought_whole_is_void() {
        let (run_id, other) = (RunId::generate(), RunId::generate());
        let mut streamed = StreamedTurn(None);
        assert!(streamed.ended_by(&entry(run_id, EventKind::AssistantTurn)).is_none());
        streamed.follow(&RunProgress { run_id, event: RunEvent::TurnStarted { turn: 3 } });
        assert!(streamed.ended_by(&entry(run_id, EventKind::ToolResult)).is_none());
        assert!(streamed.ended_by(&entry(other, EventKind::AssistantTurn)).is_none());
        let nothing = streamed.ended_by(&entry(run_id, EventKind::AssistantTurn)).unwrap();
        assert_eq!((nothing.run_id, nothing.turn, nothing.text.as_str()), (run_id, 3, ""));
        assert!(streamed.ended_by(&entry(run_id, EventKind::RunState)).is_none());
    }
}
