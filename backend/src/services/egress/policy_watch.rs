//! Policies that somebody goes by while they may change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use protocol::ids::ChatId;
use tokio::sync::watch;

use crate::services::egress::policy::Effective;

/// The policies of those chats whose desktops have connections open.
#[derive(Clone, Default)]
pub struct Followed(Arc<Mutex<HashMap<ChatId, watch::Sender<Effective>>>>);

impl Followed {
    /// Tells those who follow a chat's policy what it is now.
    pub(super) fn tell(&self, chat_id: ChatId, policy: &Effective) {
        if let Some(told) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&chat_id) {
            told.send_if_modified(|known| {
                let changed = known != policy;
                known.clone_from(policy);
                changed
            });
        }
    }

    /// The chats whose policies are followed.
    pub(super) fn chats(&self) -> Vec<ChatId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    /// Follows a chat's policy, which is this now.
    pub(super) fn follow(&self, chat_id: ChatId, policy: Effective) -> watch::Receiver<Effective> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody follows any more.
        all.retain(|_, told| !told.is_closed());
        all.entry(chat_id).or_insert_with(|| watch::Sender::new(policy)).subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::super::policy::InternetPolicy;
    use super::*;

    fn policy(site: InternetPolicy) -> Effective {
        Effective { site, chat: None }
    }

    #[test]
    fn who_follows_a_chat_is_told_of_its_changes_and_of_no_others() {
        let (followed, chat, other) = (Followed::default(), ChatId::generate(), ChatId::generate());
        let mut follower = followed.follow(chat, policy(InternetPolicy::All));
        followed.tell(chat, &policy(InternetPolicy::All));
        followed.tell(other, &policy(InternetPolicy::None));
        assert!(!follower.has_changed().unwrap());
        followed.tell(chat, &policy(InternetPolicy::None));
        assert_eq!(*follower.borrow_and_update(), policy(InternetPolicy::None));
        drop(follower);
        let _another = followed.follow(other, policy(InternetPolicy::All));
        assert_eq!(followed.0.lock().unwrap().len(), 1, "nobody follows the first any more");
    }
}
