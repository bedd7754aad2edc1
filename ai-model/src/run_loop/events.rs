//! Turns a future that emits events into a stream of them. The future continues only once its event has been taken from
//! the stream, so nothing that follows the event has begun when it is sent.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::Stream;
use protocol::run::RunEvent;

/// Where the loop emits its events.
#[derive(Debug, Clone, Default)]
pub(super) struct Events(Arc<Mutex<Slot>>);

#[derive(Debug, Default)]
struct Slot {
    /// An event that has not been taken yet.
    event: Option<RunEvent>,
    /// How many events were emitted, including that one.
    emitted: u64,
}

impl Events {
    /// Emits an event, and completes once it has been taken.
    pub(super) fn emit(&self, event: RunEvent) -> Emit<'_> {
        Emit { events: self, event: Some(event) }
    }

    /// How many events were emitted.
    pub(super) fn emitted(&self) -> u64 {
        self.slot().emitted
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An event that has not been taken yet.
pub(super) struct Emit<'a> {
    events: &'a Events,
    event: Option<RunEvent>,
}

impl Future for Emit<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        let event = self.event.take();
        let events = self.events;
        let mut slot = events.slot();
        if event.is_some() {
            slot.event = event;
            slot.emitted += 1;
        }
        // No waker is needed: whoever polls the stream takes the event and polls again.
        if slot.event.is_some() { Poll::Pending } else { Poll::Ready(()) }
    }
}

/// The events of a future. Dropping it drops the future.
pub(super) struct EventStream<F> {
    events: Events,
    work: Option<Pin<Box<F>>>,
}

/// The events that `work` emits.
pub(super) fn stream_of<F: Future<Output = ()>>(work: impl FnOnce(Events) -> F) -> EventStream<F> {
    let events = Events::default();
    EventStream { work: Some(Box::pin(work(events.clone()))), events }
}

impl<F: Future<Output = ()>> Stream for EventStream<F> {
    type Item = RunEvent;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<RunEvent>> {
        let Some(work) = self.work.as_mut() else { return Poll::Ready(None) };
        let ended = work.as_mut().poll(context).is_ready();
        if ended {
            self.work = None;
        }
        let event = self.events.slot().event.take();
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

    use super::{RunEvent, stream_of};

    #[tokio::test]
    async fn the_future_waits_until_its_event_is_taken() {
        let done = AtomicU32::new(0);
        let mut events = Box::pin(stream_of(|events| {
            let done = &done;
            async move {
                for turn in 0..3 {
                    events.emit(RunEvent::TurnStarted { turn }).await;
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
