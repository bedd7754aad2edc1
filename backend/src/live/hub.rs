//! Fans live events out to the watchers of each chat on this replica. Nothing here is durable: a watcher that
//! falls behind is disconnected and resumes from its last `seq`.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::ids::ChatId;
use tokio::sync::{Notify, broadcast};

use crate::live::partial_turn::{PartialTurn, track_partial};
use crate::live::views::{DesktopView, EventView, RunProgress};

/// Number of events that a watcher may lag behind before it is disconnected.
const CAPACITY: usize = 512;

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
    /// Events may have been missed; read them from the log.
    CatchUp,
}

struct Channel {
    sender: broadcast::Sender<LiveEvent>,
    partial: Option<PartialTurn>,
    /// Whether this replica streams the partial turn.
    own: bool,
    /// The sequence number of the newest published event.
    last_seq: i64,
}

impl Default for Channel {
    fn default() -> Self {
        Self { sender: broadcast::channel(CAPACITY).0, partial: None, own: false, last_seq: 0 }
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
    pub fn subscribe(&self, chat_id: ChatId) -> (Option<PartialTurn>, broadcast::Receiver<LiveEvent>) {
        let mut channels = self.lock();
        let channel = channels.entry(chat_id).or_default();
        (channel.partial.clone(), channel.sender.subscribe())
    }

    /// Publishes an event to the chat's watchers.
    pub fn publish(&self, chat_id: ChatId, event: LiveEvent) {
        let mut channels = self.lock();
        if !channels.contains_key(&chat_id) && !matches!(event, LiveEvent::Run(_)) {
            return;
        }
        let channel = channels.entry(chat_id).or_default();
        if let LiveEvent::Durable(entry) = &event {
            // The notification of another replica may have arrived first.
            if entry.seq <= channel.last_seq {
                return;
            }
            channel.last_seq = entry.seq;
        }
        match &event {
            LiveEvent::Run(_) => channel.own = true,
            LiveEvent::Partial(_) => channel.own = false,
            _ => {}
        }
        if track_partial(&mut channel.partial, &event) && channel.own {
            self.streamed.chats.lock().unwrap_or_else(PoisonError::into_inner).insert(chat_id);
            self.streamed.more.notify_one();
        }
        let unwatched = channel.sender.send(event).is_err();
        if unwatched && channel.partial.is_none() {
            channels.remove(&chat_id);
        }
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
        self.lock().get(&chat_id).is_some_and(|channel| channel.last_seq < seq)
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
