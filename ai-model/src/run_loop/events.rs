//! Turns a future that tells events into a stream of them. An event is out before the future goes on: what comes
//! after it has not begun when it is sent.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::Stream;
use protocol::run::RunEvent;

/// Where the loop tells its events.
#[derive(Debug, Clone, Default)]
pub(super) struct Events(Arc<Mutex<Outlet>>);

#[derive(Debug, Default)]
struct Outlet {
    /// An event that has not been taken yet.
    event: Option<RunEvent>,
    /// How many were told, that one included.
    told: u64,
}

impl Events {
    /// Tells an event, and goes on once it has been taken.
    pub(super) fn tell(&self, event: RunEvent) -> Tell<'_> {
        Tell { events: self, event: Some(event) }
    }

    /// How many events were told.
    pub(super) fn told(&self) -> u64 {
        self.outlet().told
    }

    fn outlet(&self) -> MutexGuard<'_, Outlet> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An event on its way out.
pub(super) struct Tell<'a> {
    events: &'a Events,
    event: Option<RunEvent>,
}

impl Future for Tell<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        let event = self.event.take();
        let events = self.events;
        let mut outlet = events.outlet();
        if event.is_some() {
            outlet.event = event;
            outlet.told += 1;
        }
        // No waker is needed: whoever polls the stream takes the event and polls again.
        if outlet.event.is_some() { Poll::Pending } else { Poll::Ready(()) }
    }
}

/// The events of a future. Dropping it drops the future.
pub(super) struct Told<F> {
    events: Events,
    work: Option<Pin<Box<F>>>,
}

/// The events that `work` tells.
pub(super) fn told<F: Future<Output = ()>>(work: impl FnOnce(Events) -> F) -> Told<F> {
    let events = Events::default();
    Told { work: Some(Box::pin(work(events.clone()))), events }
}

impl<F: Future<Output = ()>> Stream for Told<F> {
    type Item = RunEvent;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<RunEvent>> {
        let Some(work) = self.work.as_mut() else { return Poll::Ready(None) };
        let ended = work.as_mut().poll(context).is_ready();
        if ended {
            self.work = None;
        }
        let event = self.events.outlet().event.take();
        match event {
            Some(event) => Poll::Ready(Some(event)),
            None if ended => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::StreamExt as _;

    use super::{RunEvent, told};

    #[tokio::test]
    async fn nothing_is_done_after_an_event_before_it_is_taken() {
        let done = AtomicU32::new(0);
        let mut events = Box::pin(told(|events| {
            let done = &done;
            async move {
                for turn in 0..3 {
                    events.tell(RunEvent::TurnStarted { turn }).await;
                    done.fetch_add(1, Ordering::SeqCst);
                }
            }
        }));
        for expected in 0..3 {
            let event = events.next().await;
            assert!(matches!(event, Some(RunEvent::TurnStarted { turn }) if turn == expected));
            assert_eq!(done.load(Ordering::SeqCst), expected);
        }
        assert!(events.next().await.is_none());
        assert_eq!(done.load(Ordering::SeqCst), 3);
        assert!(events.next().await.is_none());
    }
}
