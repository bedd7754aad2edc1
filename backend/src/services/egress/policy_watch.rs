//! Publishes policy changes to open connections.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use protocol::ids::ChatId;
use tokio::sync::watch;

use crate::services::egress::policy::EffectivePolicy;

/// The policies of chats whose desktops have open connections.
#[derive(Clone, Default)]
pub struct PolicyWatch(Arc<Mutex<HashMap<ChatId, watch::Sender<EffectivePolicy>>>>);

impl PolicyWatch {
    /// Publishes a chat's current policy to its watchers.
    pub(super) fn tell(&self, chat_id: ChatId, policy: &EffectivePolicy) {
        if let Some(told) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&chat_id) {
            told.send_if_modified(|known| {
                let changed = known != policy;
                known.clone_from(policy);
                changed
            });
        }
    }

    /// The chats whose policies are watched.
    pub(super) fn chats(&self) -> Vec<ChatId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    /// Watches a chat's policy, starting from its current value.
    pub(super) fn follow(
        &self,
        chat_id: ChatId,
        policy: EffectivePolicy,
    ) -> watch::Receiver<EffectivePolicy> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Drop entries that have no watchers left.
        all.retain(|_, told| !told.is_closed());
        all.entry(chat_id).or_insert_with(|| watch::Sender::new(policy)).subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::super::policy::EgressPolicy;
    use super::*;

    fn policy(installation: EgressPolicy) -> EffectivePolicy {
        EffectivePolicy { installation, chat: None, reachable: Arc::default() }
    }

    #[test]
    fn followers_see_only_changes_of_their_chat() {
        let (watch, chat, other) = (PolicyWatch::default(), ChatId::generate(), ChatId::generate());
        let mut follower = watch.follow(chat, policy(EgressPolicy::All));
        watch.tell(chat, &policy(EgressPolicy::All));
        watch.tell(other, &policy(EgressPolicy::None));
        assert!(!follower.has_changed().unwrap());
        watch.tell(chat, &policy(EgressPolicy::None));
        assert_eq!(*follower.borrow_and_update(), policy(EgressPolicy::None));
        drop(follower);
        let _another = watch.follow(other, policy(EgressPolicy::All));
        assert_eq!(watch.0.lock().unwrap().len(), 1, "nobody follows the first any more");
    }
}
