//! Signals to a run that this replica drives.

use tokio::sync::watch;

/// What a run is told to do. A later variant overrides an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunSignal {
    /// Continue.
    Continue,
    /// Pause before the next action.
    Pause,
    /// Pause soon, because a person has taken control of the desktop.
    Preempt,
    /// Release the lease before the next action, so that another supervisor continues the run.
    Release,
    /// End at once.
    Stop,
}

/// The sending half of a run's signals.
#[derive(Debug)]
pub struct SignalSender(watch::Sender<RunSignal>);

/// The receiving half of a run's signals.
#[derive(Debug, Clone)]
pub struct SignalReceiver(watch::Receiver<RunSignal>);

impl SignalSender {
    /// Creates a channel whose current signal is `Continue`.
    #[must_use]
    pub fn new() -> (Self, SignalReceiver) {
        let (sender, receiver) = watch::channel(RunSignal::Continue);
        (Self(sender), SignalReceiver(receiver))
    }

    /// Sends a signal, unless a stronger one was sent before.
    pub fn send(&self, signal: RunSignal) {
        self.0.send_if_modified(|current| {
            let outweighs = signal > *current;
            if outweighs {
                *current = signal;
            }
            outweighs
        });
    }
}

impl SignalReceiver {
    /// Waits for `Stop`.
    pub async fn stop(&mut self) {
        self.at_least(RunSignal::Stop).await;
    }

    /// Waits until the run may start no further action, and returns the reason.
    pub async fn suspend(&mut self) -> RunSignal {
        self.at_least(RunSignal::Pause).await
    }

    /// Waits for `Preempt` alone: on shutdown the action in flight is allowed to finish.
    pub async fn preempt(&mut self) {
        if self.0.wait_for(|signal| *signal == RunSignal::Preempt).await.is_err() {
            std::future::pending().await
        }
    }

    async fn at_least(&mut self, least: RunSignal) -> RunSignal {
        let signal = self.0.wait_for(|signal| *signal >= least).await.ok().map(|signal| *signal);
        match signal {
            Some(signal) => signal,
            // All senders are gone, so no signal will ever come.
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::{RunSignal, SignalSender};

    #[test]
    fn only_preempt_interrupts_an_action() {
        for (signal, interrupts) in [
            (RunSignal::Continue, false),
            (RunSignal::Pause, false),
            (RunSignal::Preempt, true),
            (RunSignal::Release, false),
        ] {
            let (sender, mut receiver) = SignalSender::new();
            sender.send(signal);
            assert_eq!(receiver.preempt().now_or_never().is_some(), interrupts, "{signal:?}");
        }
    }
}
