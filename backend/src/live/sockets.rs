//! Counts the WebSockets of each person on this replica.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use protocol::ids::UserId;

/// The open WebSockets. Cheap to clone.
#[derive(Clone)]
pub struct Sockets {
    open: Arc<Mutex<HashMap<UserId, u32>>>,
    per_person: u32,
}

/// An open WebSocket. Dropping it closes the count.
pub struct OpenSocket {
    sockets: Sockets,
    user_id: UserId,
}

impl Sockets {
    /// Allows each person so many.
    #[must_use]
    pub fn new(per_person: u32) -> Self {
        Self { open: Arc::default(), per_person }
    }

    /// Counts another one of a person; `None` if they have as many as they may.
    #[must_use]
    pub fn open(&self, user_id: UserId) -> Option<OpenSocket> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(user_id).or_default();
        if *count >= self.per_person {
            return None;
        }
        *count += 1;
        Some(OpenSocket { sockets: self.clone(), user_id })
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
        let sockets = Sockets::new(2);
        let (ada, eve) = (UserId::generate(), UserId::generate());
        let first = sockets.open(ada).unwrap();
        let _second = sockets.open(ada).unwrap();
        assert!(sockets.open(ada).is_none());
        let other = sockets.open(eve).unwrap();
        drop(first);
        let _third = sockets.open(ada).unwrap();
        drop(other);
        assert_eq!(sockets.open.lock().unwrap().len(), 1);
    }
}
