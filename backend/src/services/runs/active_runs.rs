//! The runs that this replica drives.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::ids::{ChatId, RunId};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::services::runs::signals::{RunSignal, SignalSender};
use crate::store::leases::Lease;

/// The runs that this replica drives, by claim: a run whose lease was released may be claimed again before the task of the
/// earlier claim has ended. Clones share one state.
#[derive(Clone, Default)]
pub(super) struct ActiveRuns(Arc<Mutex<HashMap<Claim, Active>>>);

/// A run and the number of its claim.
type Claim = (RunId, i32);

struct Active {
    chat_id: ChatId,
    /// Sends it requests of people and the shutdown.
    signals: Arc<SignalSender>,
    /// Cancelled when this replica no longer drives it.
    left: CancellationToken,
}

/// An entry of [`ActiveRuns`]. Dropping it removes the entry and wakes whoever waits for that.
pub(super) struct ActiveRun {
    runs: ActiveRuns,
    claim: Claim,
    // Dropped after the entry is removed.
    _left: DropGuard,
}

impl Drop for ActiveRun {
    fn drop(&mut self) {
        self.runs.lock().remove(&self.claim);
    }
}

impl ActiveRuns {
    /// Adds a claimed run.
    #[must_use]
    pub(super) fn add(&self, lease: Lease, chat_id: ChatId, signals: Arc<SignalSender>) -> ActiveRun {
        let claim = (lease.run_id, lease.attempt);
        let left = CancellationToken::new();
        self.lock().insert(claim, Active { chat_id, signals, left: left.clone() });
        ActiveRun { runs: self.clone(), claim, _left: left.drop_guard() }
    }

    /// Sends a signal to a run, if it is driven here.
    pub(super) fn signal(&self, run_id: RunId, signal: RunSignal) {
        let runs = self.lock();
        let claims = runs.iter().filter(|((claimed, _), _)| *claimed == run_id);
        claims.for_each(|(_, active)| active.signals.send(signal));
    }

    /// Sends a signal to a chat's runs that are driven here. Returns tokens that are cancelled once they no longer are.
    pub(super) fn signal_chat(&self, chat_id: ChatId, signal: RunSignal) -> Vec<CancellationToken> {
        let runs = self.lock();
        let of_chat = runs.values().filter(|active| active.chat_id == chat_id);
        of_chat.inspect(|active| active.signals.send(signal)).map(|active| active.left.clone()).collect()
    }

    /// How many are driven here.
    pub(super) fn count(&self) -> usize {
        self.lock().len()
    }

    /// Waits until no run is driven here.
    pub(super) async fn none_left(&self) {
        loop {
            let left = self.lock().values().next().map(|active| active.left.clone());
            match left {
                Some(left) => left.cancelled().await,
                None => return,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Claim, Active>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use uuid::Uuid;

    use super::*;
    use crate::services::runs::signals::SignalReceiver;

    fn claim(runs: &ActiveRuns, run_id: RunId, chat_id: ChatId, attempt: i32) -> (ActiveRun, SignalReceiver) {
        let (signals, receiver) = SignalSender::new();
        let lease = Lease { run_id, replica_id: Uuid::nil(), attempt };
        (runs.add(lease, chat_id, Arc::new(signals)), receiver)
    }

    #[tokio::test]
    async fn the_end_of_an_earlier_claim_leaves_the_later_one_reachable() {
        let (runs, run_id, chat_id) = (ActiveRuns::default(), RunId::generate(), ChatId::generate());
        let (first, _) = claim(&runs, run_id, chat_id, 1);
        let (second, mut signals) = claim(&runs, run_id, chat_id, 2);
        drop(first);
        runs.signal(run_id, RunSignal::Pause);
        assert_eq!(signals.suspend().now_or_never(), Some(RunSignal::Pause));
        let left = runs.signal_chat(chat_id, RunSignal::Stop);
        assert_eq!((left.len(), signals.stop().now_or_never()), (1, Some(())));
        assert!(runs.none_left().now_or_never().is_none());
        drop(second);
        assert!(left[0].is_cancelled());
        assert!(runs.none_left().now_or_never().is_some());
    }

    #[test]
    fn others_are_not_signalled() {
        let (runs, run_id) = (ActiveRuns::default(), RunId::generate());
        let (_active, mut signals) = claim(&runs, run_id, ChatId::generate(), 1);
        runs.signal(RunId::generate(), RunSignal::Stop);
        assert!(runs.signal_chat(ChatId::generate(), RunSignal::Stop).is_empty());
        assert_eq!(signals.suspend().now_or_never(), None);
    }
}
