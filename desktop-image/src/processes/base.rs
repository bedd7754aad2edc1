//! The programs that every desktop runs.

use std::sync::{Arc, Mutex, PoisonError};

use nix::unistd::Pid;

/// The processes that every desktop runs: X server, window manager, panel and session bus. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct BaseProcesses(Arc<Mutex<Vec<Pid>>>);

impl BaseProcesses {
    /// These processes.
    #[must_use]
    pub fn new(pids: Vec<Pid>) -> Self {
        Self(Arc::new(Mutex::new(pids)))
    }

    /// The processes that are running now.
    #[must_use]
    pub fn pids(&self) -> Vec<Pid> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces a process that was restarted.
    pub fn replace(&self, old: Pid, new: Pid) {
        let mut pids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pids.iter_mut().filter(|pid| **pid == old).for_each(|pid| *pid = new);
    }
}
