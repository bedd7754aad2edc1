//! Adds up the time that others take.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Shared by those who take the time and the one who asks how much it was.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stopwatch(Arc<Mutex<Duration>>);

impl Stopwatch {
    /// Counts from now until what it returns is dropped.
    pub(crate) fn start(&self) -> Running {
        Running { watch: self.clone(), began: Instant::now() }
    }

    /// The time since the last call.
    pub(crate) fn take(&self) -> Duration {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Time that is being counted.
#[derive(Debug)]
pub(crate) struct Running {
    watch: Stopwatch,
    began: Instant,
}

impl Drop for Running {
    fn drop(&mut self) {
        *self.watch.0.lock().unwrap_or_else(PoisonError::into_inner) += self.began.elapsed();
    }
}
