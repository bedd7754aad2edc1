//! Signals to a run that is being driven here.

use tokio::sync::watch;

/// What a run is to do; a later one in this list outweighs the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RunSignal {
    /// Continue.
    Continue,
    /// Pause before the next action.
    Pause,
    /// Pause soon, because a person has taken the mouse.
    Preempt,
    /// Be left to another supervisor before the next action.
    Release,
    /// End at once.
    Stop,
}

/// Sends signals to a run.
#[derive(Debug)]
pub struct SignalSender(watch::Sender<RunSignal>);

/// Receives a run's signals.
#[derive(Debug, Clone)]
pub struct SignalReceiver(watch::Receiver<RunSignal>);

impl SignalSender {
    /// A sender and its receiver, which has been told to continue.
    #[must_use]
    pub fn new() -> (Self, SignalReceiver) {
        let (sender, receiver) = watch::channel(RunSignal::Continue);
        (Self(sender), SignalReceiver(receiver))
    }

    /// Sends a signal, unless one was sent that outweighs it.
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
    /// Waits until the run has to end at once.
    pub async fn stop(&mut self) {
        self.at_least(RunSignal::Stop).await;
    }

    /// Waits until the run may begin no further action, and says why.
    pub async fn suspend(&mut self) -> RunSignal {
        self.at_least(RunSignal::Pause).await
    }

    /// Waits until a person has taken the mouse. A service that ends lets the action in flight come to its end.
    pub async fn preempt(&mut self) {
        if self.0.wait_for(|signal| *signal == RunSignal::Preempt).await.is_err() {
            std::future::pending().await
        }
    }

    async fn at_least(&mut self, least: RunSignal) -> RunSignal {
        let signal = self.0.wait_for(|signal| *signal >= least).await.ok().map(|signal| *signal);
        match signal {
            Some(signal) => signal,
            // No sender is left.
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::{RunSignal, SignalSender};

    #[test]
    fn only_a_person_who_takes_the_mouse_interrupts_an_action() {
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
