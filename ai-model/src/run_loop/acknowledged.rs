//! Waiting until whoever keeps the transcript has written down what was told.

use tokio::sync::watch;

/// How many events have been taken by whoever keeps the transcript, as far as it says so.
#[derive(Debug, Clone)]
pub struct Acknowledged(Option<watch::Receiver<u64>>);

impl Acknowledged {
    /// Nobody says what is written down, so nothing waits for it.
    #[must_use]
    pub fn never() -> Self {
        Self(None)
    }

    /// The number of events taken is told here.
    #[must_use]
    pub fn by(taken: watch::Receiver<u64>) -> Self {
        Self(Some(taken))
    }

    /// Whether somebody says what is written down. Every call that began is in the transcript then.
    pub(super) fn is_told(&self) -> bool {
        self.0.is_some()
    }

    /// Waits until so many events have been taken; for ever, when nobody is left to say so.
    pub(super) async fn until(&mut self, told: u64) {
        let Some(taken) = &mut self.0 else { return };
        if taken.wait_for(|taken| *taken >= told).await.is_err() {
            std::future::pending().await
        }
    }
}
