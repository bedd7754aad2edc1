//! Measures the time of model and desktop.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The accumulated time. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stopwatch(Arc<Mutex<Duration>>);

impl Stopwatch {
    /// Measures from now until the returned value is dropped.
    pub(crate) fn start(&self) -> Running {
        Running { watch: self.clone(), began: Instant::now() }
    }

    /// The time since the last call.
    pub(crate) fn take(&self) -> Duration {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A measurement in progress.
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
