//! Follows a chat: replays its log after a given event, then delivers live updates, in order and without
//! gaps.
//!
//! Independent of the transport, so that server-sent events, WebSockets and others can share it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use async_stream::stream;
use futures_util::Stream;
use protocol::ids::{ChatId, RunId};
use protocol::run::RunEvent;
use tokio_util::sync::CancellationToken;

use crate::database::{Database, DatabaseError, from_database};
use crate::live::hub::{Hub, LiveEvent, Subscription};
use crate::live::partial_turn::{PartialTurn, assemble};
use crate::live::views::{DesktopView, EventView, RunProgress};
use crate::store::events::{self, EventKind, EventRow};
use crate::store::live_turns;

/// Maximum size of one read from the log, in bytes of payload.
const PAGE_BYTES: i64 = 256 << 10;

/// How often in a row reading the log may fail, such as while Postgres restarts, before the follower is disconnected.
const MAX_FAILURES: u32 = 20;
/// Delay before reading it again.
const RETRY_DELAY: Duration = Duration::from_millis(500);

/// The number of events of a chat's tail.
const TAIL: i64 = 1000;

/// Where a follower begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// After the event of this number.
    After(i64),
    /// With the chat's newest events, and what they belong to.
    Tail,
}

/// An update that a follower receives.
#[derive(Debug, Clone)]
pub enum ChatUpdate {
    /// The replay begins with the event of this number. Of those before it, only what is needed to understand the rest
    /// is delivered.
    Tail(i64),
    /// An event of the log. Each is delivered once, in order.
    Event(Arc<EventView>),
    /// The current state of the desktop.
    Desktop(DesktopView),
    /// The partial turn being streamed; empty once it is over.
    PartialTurn(Arc<PartialTurn>),
    /// The replay is complete; live updates follow.
    Ready,
    /// A transient event of a run.
    Progress(Arc<RunProgress>),
    /// The chat's new title.
    Title(String),
    /// The chat was deleted. This is the last update.
    Deleted,
    /// The log could not be read. This is the last update; reconnect after the last event.
    Interrupted,
    /// The follower was too slow. This is the last update; reconnect after the last event.
    Behind,
    /// This replica is shutting down. This is the last update; reconnect to another replica after the last
    /// event.
    Shutdown,
}

/// Why a chat can't be followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The partial turn of another replica could not be read.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// The partial turn of another replica does not decode.
    #[error("reading the turn that is being streamed")]
    PartialTurn(#[from] serde_json::Error),
}

from_database!(FollowError);

/// The sources that followers read. Cheap to clone.
#[derive(Clone)]
pub struct Feed {
    /// Holds the log.
    pub database: Database,
    /// Delivers live events.
    pub hub: Hub,
    /// Ends all followers.
    pub shutdown: CancellationToken,
}

impl Feed {
    /// Starts following a chat. Subscribes at once, so that nothing from now on is missed.
    #[must_use]
    pub fn follow(&self, chat_id: ChatId, from: Start) -> Follower {
        let (partial, live) = self.hub.subscribe(chat_id);
        let (last_seq, from_tail) = match from {
            Start::After(seq) => (seq, false),
            Start::Tail => (0, true),
        };
        Follower { feed: self.clone(), chat_id, last_seq, from_tail, partial, live }
    }
}

/// A subscription to one chat.
pub struct Follower {
    feed: Feed,
    chat_id: ChatId,
    last_seq: i64,
    from_tail: bool,
    partial: Option<PartialTurn>,
    live: Subscription,
}

impl Follower {
    /// Streams all updates after the follower's start. `desktop` must have been read after the follower was
    /// created.
    ///
    /// # Errors
    /// When the beginning of the tail or the partial turn of another replica can't be read.
    pub async fn updates(
        mut self,
        desktop: DesktopView,
    ) -> Result<impl Stream<Item = ChatUpdate> + Send, FollowError> {
        let partial = match self.partial.take() {
            Some(partial) => Some(partial),
            None => self.streamed_elsewhere().await?,
        };
        let tail = if self.from_tail { self.tail().await? } else { None };
        Ok(stream! {
            if let Some((start, context)) = tail {
                yield ChatUpdate::Tail(start);
                for row in context {
                    yield ChatUpdate::Event(Arc::new(row.into()));
                }
            }
            for await update in self.catch_up() {
                let is_last = matches!(update, ChatUpdate::Interrupted);
                yield update;
                if is_last {
                    return;
                }
            }
            yield ChatUpdate::Desktop(desktop);
            let mut streamed = StreamedTurn(partial.as_ref().map(|turn| (turn.run_id, turn.turn)));
            let mut relayed = None;
            if let Some(partial) = partial.map(Arc::new) {
                relayed = Some(partial.clone());
                yield ChatUpdate::PartialTurn(partial);
            }
            yield ChatUpdate::Ready;
            loop {
                let event = tokio::select! {
                    event = self.live.next() => event,
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
                    // A gap: events were published out of order, or one was missed. Read the log.
                    LiveEvent::Durable(_) | LiveEvent::CatchUp => {
                        for await update in self.catch_up() {
                            let is_last = matches!(update, ChatUpdate::Interrupted);
                            yield update;
                            if is_last {
                                return;
                            }
                        }
                    }
                    LiveEvent::Run(progress) => {
                        streamed.follow(&progress);
                        relayed = None;
                        yield ChatUpdate::Progress(progress);
                    }
                    LiveEvent::Partial(turn) => {
                        for update in relay(&turn, relayed.replace(turn.clone())) {
                            yield update;
                        }
                    }
                    LiveEvent::Desktop(desktop) => yield ChatUpdate::Desktop(desktop),
                    LiveEvent::Title(title) => yield ChatUpdate::Title(title),
                    LiveEvent::Deleted => {
                        yield ChatUpdate::Deleted;
                        break;
                    }
                }
            }
        })
    }

    /// Skips to the chat's tail. Returns its first number and what its events belong to, unless the tail is everything.
    async fn tail(&mut self) -> Result<Option<(i64, Vec<EventRow>)>, DatabaseError> {
        let mut conn = self.feed.database.connection().await?;
        let start = events::tail(&mut conn, self.chat_id, TAIL).await?;
        if start == 1 {
            return Ok(None);
        }
        self.last_seq = start - 1;
        Ok(Some((start, essential(events::context(&mut conn, self.chat_id, start).await?))))
    }

    /// The turn being streamed by another replica.
    async fn streamed_elsewhere(&self) -> Result<Option<PartialTurn>, FollowError> {
        let mut conn = self.feed.database.connection().await?;
        let mut turn = None;
        assemble(&mut turn, live_turns::after(&mut conn, self.chat_id, 0).await?)?;
        Ok(turn)
    }

    /// The events of the log that were not yet delivered, read at the pace of the follower. Ends with
    /// [`ChatUpdate::Interrupted`] if reading fails.
    fn catch_up(&mut self) -> impl Stream<Item = ChatUpdate> + Send {
        stream! {
            let mut failures = 0;
            loop {
                let page = match self.page().await {
                    Ok(page) if page.is_empty() => break,
                    Ok(page) => page,
                    Err(error) if failures < MAX_FAILURES => {
                        tracing::debug!(chat.id = %self.chat_id, ?error, "could not read the log of a chat");
                        failures += 1;
                        tokio::time::sleep(RETRY_DELAY).await;
                        continue;
                    }
                    Err(error) => {
                        tracing::warn!(chat.id = %self.chat_id, ?error, "could not read the log of a chat");
                        yield ChatUpdate::Interrupted;
                        break;
                    }
                };
                failures = 0;
                for row in page {
                    self.last_seq = row.seq;
                    yield ChatUpdate::Event(Arc::new(row.into()));
                }
            }
        }
    }

    async fn page(&self) -> Result<Vec<EventRow>, DatabaseError> {
        // Returns the connection to the pool before the page is sent, so that a slow follower does not occupy
        // it.
        let mut conn = self.feed.database.connection().await?;
        Ok(events::page(&mut conn, self.chat_id, self.last_seq, PAGE_BYTES).await?)
    }
}

/// What to send of a turn that another replica streams: what has been added, or all of it if it does not continue the
/// `last` one.
fn relay(turn: &Arc<PartialTurn>, last: Option<Arc<PartialTurn>>) -> Vec<ChatUpdate> {
    match last.and_then(|last| turn.progress_since(&last)) {
        Some(events) => {
            let progress = |event| ChatUpdate::Progress(RunProgress { run_id: turn.run_id, event }.into());
            events.into_iter().map(progress).collect()
        }
        None => vec![ChatUpdate::PartialTurn(turn.clone())],
    }
}

/// Of the states of a run, only when it was running first, and the last.
fn essential(context: Vec<EventRow>) -> Vec<EventRow> {
    let mut last = HashMap::new();
    for row in context.iter().filter(|row| row.kind == EventKind::RunState) {
        last.insert(row.run_id, row.seq);
    }
    let mut started = HashSet::new();
    let is_essential = |row: &EventRow| {
        let is_running = || row.payload["state"] == "running";
        row.kind == EventKind::Message
            || last.get(&row.run_id) == Some(&row.seq)
            || (is_running() && started.insert(row.run_id))
    };
    context.into_iter().filter(is_essential).collect()
}

/// The partial turn that the follower currently shows.
struct StreamedTurn(Option<(RunId, u32)>);

impl StreamedTurn {
    fn follow(&mut self, progress: &RunProgress) {
        if let RunEvent::TurnStarted { turn } | RunEvent::Retrying { turn, .. } = progress.event {
            self.0 = Some((progress.run_id, turn));
        }
    }

    /// The update to send for an event that the replay has delivered already. If it ended the partial turn
    /// that is shown, an empty one clears it.
    fn ended_by(&mut self, event: &EventView) -> Option<PartialTurn> {
        if !matches!(event.kind, EventKind::AssistantTurn | EventKind::ModelChanged | EventKind::RunState) {
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
    fn a_partial_turn_completed_by_the_replay_is_cleared() {
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
