//! Fans live events out to the watchers of each chat on this replica. Nothing here is durable: a watcher that
//! falls behind is disconnected and resumes from its last `seq`.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::ids::ChatId;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, broadcast};

use crate::live::partial_turn::{PartialTurn, assemble, track_partial};
use crate::live::views::{DesktopView, EventView, RunProgress};
use crate::store::live_turns::Piece;

/// Number of events that a watcher may lag behind before it is disconnected.
const CAPACITY: usize = 512;

/// Number of skipped events that a channel remembers.
const MAX_SKIPPED: usize = 128;

/// A live event of a chat.
#[derive(Debug, Clone)]
pub enum LiveEvent {
    /// An event of the log.
    Durable(Arc<EventView>),
    /// A transient event of a run.
    Run(Arc<RunProgress>),
    /// The desktop's state has changed.
    Desktop(DesktopView),
    /// The title has changed.
    Title(String),
    /// The partial turn streamed by another replica.
    Partial(Arc<PartialTurn>),
    /// The chat was deleted.
    Deleted,
    /// Events may have been missed; read them from the log.
    CatchUp,
}

/// A subscription to a chat. Dropping the last one of a chat frees what the hub keeps for it.
pub struct Subscription {
    hub: Hub,
    chat_id: ChatId,
    /// Taken when dropped.
    receiver: Option<broadcast::Receiver<LiveEvent>>,
}

impl Subscription {
    /// The next event.
    ///
    /// # Errors
    /// When events were missed, because they were not received in time.
    pub async fn next(&mut self) -> Result<LiveEvent, RecvError> {
        match &mut self.receiver {
            Some(receiver) => receiver.recv().await,
            None => Err(RecvError::Closed),
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut channels = self.hub.lock();
        self.receiver = None;
        if channels.get(&self.chat_id).is_some_and(Channel::is_unused) {
            channels.remove(&self.chat_id);
        }
    }
}

struct Channel {
    sender: broadcast::Sender<LiveEvent>,
    partial: Option<PartialTurn>,
    /// Whether this replica streams the partial turn.
    own: bool,
    /// The newest piece of a turn streamed by another replica that was published here.
    last_piece: i64,
    /// The sequence number of the newest published event.
    last_seq: i64,
    /// Earlier events that have not been published: commits may be announced out of order.
    skipped: BTreeSet<i64>,
}

impl Channel {
    /// Whether the event has not been published yet; it counts as published from now on.
    fn is_new(&mut self, seq: i64) -> bool {
        if seq <= self.last_seq {
            return self.skipped.remove(&seq);
        }
        if self.last_seq > 0 {
            self.skipped.extend((self.last_seq + 1..seq).rev().take(MAX_SKIPPED));
            while self.skipped.len() > MAX_SKIPPED {
                self.skipped.pop_first();
            }
        }
        self.last_seq = seq;
        true
    }

    fn is_unused(&self) -> bool {
        self.partial.is_none() && self.sender.receiver_count() == 0
    }
}

impl Default for Channel {
    fn default() -> Self {
        let sender = broadcast::channel(CAPACITY).0;
        Self { sender, partial: None, own: false, last_piece: 0, last_seq: 0, skipped: BTreeSet::new() }
    }
}

/// The channels of all chats that are watched or have a partial turn. Cheap to clone.
#[derive(Clone, Default)]
pub struct Hub {
    channels: Arc<Mutex<HashMap<ChatId, Channel>>>,
    streamed: Arc<Streamed>,
}

/// The chats whose turns, streamed by this replica, have progressed.
#[derive(Default)]
struct Streamed {
    chats: Mutex<HashSet<ChatId>>,
    more: Notify,
}

impl Hub {
    /// Subscribes to a chat; also returns its current partial turn.
    #[must_use]
    pub fn subscribe(&self, chat_id: ChatId) -> (Option<PartialTurn>, Subscription) {
        let mut channels = self.lock();
        let channel = channels.entry(chat_id).or_default();
        let receiver = Some(channel.sender.subscribe());
        (channel.partial.clone(), Subscription { hub: self.clone(), chat_id, receiver })
    }

    /// Publishes an event to the chat's watchers.
    pub fn publish(&self, chat_id: ChatId, event: LiveEvent) {
        let mut channels = self.lock();
        if !channels.contains_key(&chat_id) && !matches!(event, LiveEvent::Run(_)) {
            return;
        }
        let channel = channels.entry(chat_id).or_default();
        if let LiveEvent::Durable(entry) = &event
            // The notification may have arrived before the announcement.
            && !channel.is_new(entry.seq)
        {
            return;
        }
        if matches!(event, LiveEvent::Run(_)) {
            channel.own = true;
        }
        if track_partial(&mut channel.partial, &event) && channel.own {
            self.streamed.chats.lock().unwrap_or_else(PoisonError::into_inner).insert(chat_id);
            self.streamed.more.notify_one();
        }
        // Fails if nobody watches, which is fine.
        let _ = channel.sender.send(event);
        if channel.is_unused() {
            channels.remove(&chat_id);
        }
    }

    /// The newest piece of another replica's turn that the chat's watchers have received; `None` if there are no watchers.
    #[must_use]
    pub fn last_piece(&self, chat_id: ChatId) -> Option<i64> {
        let channels = self.lock();
        let channel = channels.get(&chat_id)?;
        (channel.sender.receiver_count() > 0).then_some(channel.last_piece)
    }

    /// Publishes pieces of a turn that another replica streams.
    ///
    /// # Errors
    /// When a piece does not decode.
    pub fn publish_pieces(&self, chat_id: ChatId, pieces: Vec<Piece>) -> serde_json::Result<()> {
        let mut channels = self.lock();
        let (Some(channel), Some(last)) = (channels.get_mut(&chat_id), pieces.last()) else { return Ok(()) };
        channel.own = false;
        channel.last_piece = last.id;
        assemble(&mut channel.partial, pieces)?;
        if let Some(turn) = channel.partial.clone() {
            // Fails if nobody watches, which is fine.
            let _ = channel.sender.send(LiveEvent::Partial(turn.into()));
        }
        Ok(())
    }

    /// Publishes an event to the watchers of all chats.
    pub fn publish_to_all(&self, event: &LiveEvent) {
        for channel in self.lock().values() {
            // Fails if nobody watches, which is fine.
            let _ = channel.sender.send(event.clone());
        }
    }

    /// Whether the chat's watchers have not yet received the event `seq`.
    #[must_use]
    pub fn lacks(&self, chat_id: ChatId, seq: i64) -> bool {
        let channels = self.lock();
        let channel = channels.get(&chat_id);
        channel.is_some_and(|channel| channel.last_seq < seq || channel.skipped.contains(&seq))
    }

    /// The number of chats that the hub keeps anything for.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.lock().len()
    }

    /// Whether the chat has watchers.
    #[must_use]
    pub fn is_watched(&self, chat_id: ChatId) -> bool {
        self.lock().get(&chat_id).is_some_and(|channel| channel.sender.receiver_count() > 0)
    }

    /// The partial turn of a chat.
    #[must_use]
    pub fn partial(&self, chat_id: ChatId) -> Option<PartialTurn> {
        self.lock().get(&chat_id)?.partial.clone()
    }

    /// Waits until a turn streamed by this replica has progressed.
    pub async fn streamed(&self) {
        self.streamed.more.notified().await;
    }

    /// Takes the chats whose turns, streamed by this replica, have progressed since the last call.
    #[must_use]
    pub fn take_streamed(&self) -> HashSet<ChatId> {
        std::mem::take(&mut *self.streamed.chats.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ChatId, Channel>> {
        // The map is consistent whenever the lock is released, so a poisoned lock can be used.
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use protocol::ids::EventId;

    use super::*;
    use crate::store::events::EventKind;

    fn durable(seq: i64) -> LiveEvent {
        let (id, created_at, payload) = (EventId::generate(), DateTime::UNIX_EPOCH, serde_json::json!({}));
        let view = EventView { seq, id, run_id: None, created_at, kind: EventKind::File, payload };
        LiveEvent::Durable(view.into())
    }

    #[tokio::test]
    async fn each_event_is_delivered_once_in_whatever_order_they_are_announced() {
        let (hub, chat) = (Hub::default(), ChatId::generate());
        let (_, mut live) = hub.subscribe(chat);
        for seq in [7, 9, 9, 8, 8, 7, 12, 10, 11] {
            hub.publish(chat, durable(seq));
            assert!(!hub.lacks(chat, seq));
        }
        assert!(hub.lacks(chat, 13));
        hub.publish(chat, LiveEvent::CatchUp);
        let mut received = Vec::new();
        while let LiveEvent::Durable(event) = live.next().await.unwrap() {
            received.push(event.seq);
        }
        assert_eq!(received, [7, 9, 8, 12, 10, 11]);
        // What is remembered of a long gap is bounded.
        hub.publish(chat, durable(1_000_000));
        assert_eq!(hub.lock()[&chat].skipped.len(), MAX_SKIPPED);
        assert!(hub.lacks(chat, 999_999));
    }

    #[test]
    fn a_chat_that_nobody_watches_any_more_is_forgotten() {
        let hub = Hub::default();
        for _ in 0..1000 {
            let chat = ChatId::generate();
            let (first, second) = (hub.subscribe(chat), hub.subscribe(chat));
            drop(first);
            assert!(hub.is_watched(chat));
            drop(second);
        }
        assert_eq!(hub.channels(), 0);
    }
}
