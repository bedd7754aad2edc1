//! Counts the WebSockets of each person on this replica.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use protocol::ids::UserId;

/// The open WebSockets. Cheap to clone.
#[derive(Clone, Default)]
pub struct Sockets {
    open: Arc<Mutex<HashMap<UserId, u32>>>,
}

/// An open WebSocket. Dropping it closes the count.
pub struct OpenSocket {
    sockets: Sockets,
    user_id: UserId,
}

impl Sockets {
    /// Counts another one of a person; `None` if they have `limit` already.
    #[must_use]
    pub fn open(&self, user_id: UserId, limit: u32) -> Option<OpenSocket> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(user_id).or_default();
        if *count >= limit {
            if *count == 0 {
                open.remove(&user_id);
            }
            return None;
        }
        *count += 1;
        Some(OpenSocket { sockets: self.clone(), user_id })
    }

    /// How many of a person are open.
    #[must_use]
    pub fn count(&self, user_id: UserId) -> u32 {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).get(&user_id).copied().unwrap_or_default()
    }
}

impl Drop for OpenSocket {
    fn drop(&mut self) {
        let mut open = self.sockets.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.user_id) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.user_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_person_has_a_number_of_their_own() {
        let sockets = Sockets::default();
        let (ada, eve) = (UserId::generate(), UserId::generate());
        let first = sockets.open(ada, 2).unwrap();
        let _second = sockets.open(ada, 2).unwrap();
        assert!(sockets.open(ada, 2).is_none());
        let other = sockets.open(eve, 2).unwrap();
        drop(first);
        let _third = sockets.open(ada, 2).unwrap();
        drop(other);
        assert!(sockets.open(UserId::generate(), 0).is_none());
        assert_eq!((sockets.count(ada), sockets.count(eve)), (2, 0));
        assert_eq!(sockets.open.lock().unwrap().len(), 1);
    }
}
