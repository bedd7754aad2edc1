//! Records what a person does while in control, and returns it when the takeover ends.
//!
//! A takeover outlives its connections, so a person who reconnects continues the same one. [`observer`] turns one
//! viewer's input into steps, [`keys`] separates keys that may be named from characters, which are only counted, and
//! [`steps`] merges related steps.

mod keys;
mod observer;
mod steps;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::ids::TakeoverId;
use protocol::takeover::{PersonStep, PersonSteps};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

pub(crate) use observer::Observer;
use steps::Steps;

/// Most takeovers kept: the current one, and some whose end may be requested again.
const MAX_TAKEOVERS: usize = 16;

/// The takeovers of a desktop, oldest first.
#[derive(Debug, Default)]
pub struct Takeovers(Mutex<VecDeque<(TakeoverId, Arc<Takeover>)>>);

/// One takeover.
#[derive(Debug, Default)]
pub struct Takeover {
    state: Mutex<TakeoverState>,
    ended: CancellationToken,
    viewers: TaskTracker,
}

#[derive(Debug, Default)]
struct TakeoverState {
    steps: Steps,
    has_ended: bool,
}

impl Takeovers {
    /// The takeover with an id, created if it is unknown.
    pub fn join(&self, id: TakeoverId) -> Arc<Takeover> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, takeover)) = known.iter().find(|(known, _)| *known == id) {
            return Arc::clone(takeover);
        }
        let takeover = Arc::new(Takeover::default());
        known.push_back((id, Arc::clone(&takeover)));
        if known.len() > MAX_TAKEOVERS {
            known.pop_front();
        }
        takeover
    }

    /// Ends a takeover and returns its steps. After that its input is dropped, and its keys and buttons are released.
    /// An unknown takeover is created as ended, so that it can't begin later.
    pub async fn end(&self, id: TakeoverId) -> PersonSteps {
        let takeover = self.join(id);
        takeover.lock().has_ended = true;
        takeover.ended.cancel();
        takeover.viewers.close();
        takeover.viewers.wait().await;
        let state = takeover.lock();
        state.steps.to_message()
    }
}

impl Takeover {
    /// Registers a viewer until the token is dropped.
    pub fn viewer_token(&self) -> TaskTrackerToken {
        self.viewers.token()
    }

    /// Waits for the end.
    pub async fn ended(&self) {
        self.ended.cancelled().await;
    }

    /// Applies input, unless the takeover has ended.
    fn carry_out<T>(&self, input: impl FnOnce() -> T) -> Option<T> {
        let state = self.lock();
        (!state.has_ended).then(input)
    }

    /// Records a step, even after the end: keys and buttons are released after it.
    fn record(&self, step: PersonStep) {
        self.lock().steps.add(step, Instant::now());
    }

    fn lock(&self) -> MutexGuard<'_, TakeoverState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
