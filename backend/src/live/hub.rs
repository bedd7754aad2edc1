//! Live fan-out: what happens in a chat, to everybody who watches it now. Nothing durable lives here; a
//! watcher that falls behind is cut off and comes back by `seq`.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::ids::ChatId;
use tokio::sync::{Notify, broadcast};

use crate::live::partial_turn::{PartialTurn, track_partial};
use crate::live::views::{DesktopView, EventView, RunProgress};

/// Events that a slow watcher may lag behind before it is cut off.
const CAPACITY: usize = 512;

/// Something that happens in a chat.
#[derive(Debug, Clone)]
pub enum LiveEvent {
    /// An entry of the log.
    Durable(Arc<EventView>),
    /// A short-lived event of a run.
    Run(Arc<RunProgress>),
    /// The desktop changed its state.
    Desktop(DesktopView),
    /// The chat got a title.
    Title(String),
    /// The turn being streamed through another service, so far.
    Partial(Arc<PartialTurn>),
    /// Some entries may have been missed: the log has them.
    CatchUp,
}

struct Channel {
    sender: broadcast::Sender<LiveEvent>,
    partial: Option<PartialTurn>,
    /// Whether that is streamed through this service.
    own: bool,
    /// The newest entry that was published.
    last_seq: i64,
}

impl Default for Channel {
    fn default() -> Self {
        Self { sender: broadcast::channel(CAPACITY).0, partial: None, own: false, last_seq: 0 }
    }
}

/// The channels of all chats that are watched or at work.
#[derive(Clone, Default)]
pub struct Hub {
    channels: Arc<Mutex<HashMap<ChatId, Channel>>>,
    streamed: Arc<Streamed>,
}

/// The chats whose turns have come further here.
#[derive(Default)]
struct Streamed {
    chats: Mutex<HashSet<ChatId>>,
    more: Notify,
}

impl Hub {
    /// Watches a chat from now on, with the turn that is being streamed.
    #[must_use]
    pub fn subscribe(&self, chat_id: ChatId) -> (Option<PartialTurn>, broadcast::Receiver<LiveEvent>) {
        let mut channels = self.lock();
        let channel = channels.entry(chat_id).or_default();
        (channel.partial.clone(), channel.sender.subscribe())
    }

    /// Tells the chat's watchers.
    pub fn publish(&self, chat_id: ChatId, event: LiveEvent) {
        let mut channels = self.lock();
        if !channels.contains_key(&chat_id) && !matches!(event, LiveEvent::Run(_)) {
            return;
        }
        let channel = channels.entry(chat_id).or_default();
        if let LiveEvent::Durable(entry) = &event {
            // Another service's notice of it may have come first.
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

    /// Tells everybody who watches any chat.
    pub fn publish_to_all(&self, event: &LiveEvent) {
        for channel in self.lock().values() {
            // Nobody may be watching; that is fine.
            let _ = channel.sender.send(event.clone());
        }
    }

    /// Whether somebody watches a chat who has not been told of that entry.
    #[must_use]
    pub fn lacks(&self, chat_id: ChatId, seq: i64) -> bool {
        self.lock().get(&chat_id).is_some_and(|channel| channel.last_seq < seq)
    }

    /// Whether somebody watches a chat.
    #[must_use]
    pub fn is_watched(&self, chat_id: ChatId) -> bool {
        self.lock().get(&chat_id).is_some_and(|channel| channel.sender.receiver_count() > 0)
    }

    /// The turn being streamed in a chat.
    #[must_use]
    pub fn partial(&self, chat_id: ChatId) -> Option<PartialTurn> {
        self.lock().get(&chat_id)?.partial.clone()
    }

    /// Waits until a turn has come further through this service.
    pub async fn streamed(&self) {
        self.streamed.more.notified().await;
    }

    /// The chats whose turns have come further through this service since the last call.
    #[must_use]
    pub fn take_streamed(&self) -> HashSet<ChatId> {
        std::mem::take(&mut *self.streamed.chats.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ChatId, Channel>> {
        // Every change under the lock leaves the map whole, so a panic elsewhere does not spoil it.
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
