//! Waits until the caller, who keeps the transcript, has stored the run's events.

use tokio::sync::watch;

/// How many events the caller has stored.
#[derive(Debug, Clone)]
pub struct Acknowledgements(Option<watch::Receiver<u64>>);

impl Acknowledgements {
    /// For a caller that does not acknowledge events: nothing waits.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// For a caller whose count of stored events arrives here.
    #[must_use]
    pub fn from_counts(stored: watch::Receiver<u64>) -> Self {
        Self(Some(stored))
    }

    /// Whether the caller acknowledges events, so that its transcript has the start of every call.
    pub(super) fn are_expected(&self) -> bool {
        self.0.is_some()
    }

    /// Waits until this many events are stored; forever when the caller is gone.
    pub(super) async fn wait_for(&mut self, count: u64) {
        let Some(stored) = &mut self.0 else { return };
        if stored.wait_for(|stored| *stored >= count).await.is_err() {
            std::future::pending().await
        }
    }
}
