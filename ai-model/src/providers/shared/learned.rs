//! What servers turned out to accept or to reject, so that it is found out once.

use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indexmap::IndexMap;

/// The most entries; people may name any number of addresses and models.
const LIMIT: usize = 1000;

/// Facts by what they are about, which includes the server's address. Clones share them. The oldest is forgotten first.
#[derive(Debug)]
pub struct Learned<K, V>(Arc<Mutex<IndexMap<K, V>>>);

impl<K: Hash + Eq, V: Copy> Learned<K, V> {
    /// The fact about a subject.
    pub fn get(&self, subject: &K) -> Option<V> {
        self.known().get(subject).copied()
    }

    /// Remembers a fact, and returns the one that it replaces.
    pub fn insert(&self, subject: K, fact: V) -> Option<V> {
        let mut known = self.known();
        let replaced = known.insert(subject, fact);
        if known.len() > LIMIT {
            known.shift_remove_index(0);
        }
        replaced
    }

    fn known(&self) -> MutexGuard<'_, IndexMap<K, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V> Clone for Learned<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, V> Default for Learned<K, V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_facts_are_forgotten() {
        let learned = Learned::default();
        for subject in 0..=LIMIT {
            assert_eq!(learned.insert(subject, subject), None);
        }
        assert_eq!((learned.get(&0), learned.get(&1), learned.get(&LIMIT)), (None, Some(1), Some(LIMIT)));
        assert_eq!(learned.clone().insert(1, 7), Some(1));
        assert_eq!(learned.get(&1), Some(7));
    }
}
