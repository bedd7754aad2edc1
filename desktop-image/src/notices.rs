//! What the agent has done to the desktop without being asked. Added to the next result, where the model and the person
//! read it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// The most notices that wait; older ones are dropped.
const MAX_NOTICES: usize = 10;

/// The notices that nobody has been given yet. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Notices(Arc<Mutex<VecDeque<String>>>);

impl Notices {
    /// Adds a notice, in one sentence.
    pub fn add(&self, notice: String) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() == MAX_NOTICES {
            waiting.pop_front();
        }
        waiting.push_back(notice);
    }

    /// Takes all notices, oldest first.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect()
    }
}
