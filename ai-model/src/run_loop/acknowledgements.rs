//! Waits until the caller, who keeps the transcript, has stored the events of the run.

use tokio::sync::watch;

/// How many events the caller has stored.
#[derive(Debug, Clone)]
pub struct Acknowledgements(Option<watch::Receiver<u64>>);

impl Acknowledgements {
    /// The caller does not acknowledge events, so nothing waits for it.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// The caller's count of stored events arrives here.
    #[must_use]
    pub fn from_counts(stored: watch::Receiver<u64>) -> Self {
        Self(Some(stored))
    }

    /// Whether the caller acknowledges events. Every call that has started is in its transcript then.
    pub(super) fn are_expected(&self) -> bool {
        self.0.is_some()
    }

    /// Waits until this many events are stored; for ever when the caller is gone.
    pub(super) async fn wait_for(&mut self, count: u64) {
        let Some(stored) = &mut self.0 else { return };
        if stored.wait_for(|stored| *stored >= count).await.is_err() {
            std::future::pending().await
        }
    }
}
