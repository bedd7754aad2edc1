//! What people do while they are in control: noted down as it is carried out, and handed over when it is over.
//!
//! A takeover outlives the connections that belong to it, so a person who comes back after a broken one goes on with
//! the same. [`steps`] puts together what belongs together, [`keys`] tells keys that may be named from characters,
//! which are only counted, and [`observer`] makes steps of one viewer's input.

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

/// Takeovers that are remembered: the one under way, and some that may be asked for once more.
const MAX_TAKEOVERS: usize = 16;

/// The takeovers of a desktop, the latest last.
#[derive(Debug, Default)]
pub struct Takeovers(Mutex<VecDeque<(TakeoverId, Arc<Takeover>)>>);

/// One takeover.
#[derive(Debug, Default)]
pub struct Takeover {
    noted: Mutex<Noted>,
    ended: CancellationToken,
    viewers: TaskTracker,
}

#[derive(Debug, Default)]
struct Noted {
    steps: Steps,
    over: bool,
}

impl Takeovers {
    /// The takeover of that id, which begins if it is not known.
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

    /// Ends a takeover: none of its input is carried out any more, and once this returns nothing is held down. Gives
    /// what was done. One that never began never will.
    pub async fn end(&self, id: TakeoverId) -> PersonSteps {
        let takeover = self.join(id);
        takeover.lock().over = true;
        takeover.ended.cancel();
        takeover.viewers.close();
        takeover.viewers.wait().await;
        let noted = takeover.lock();
        noted.steps.told()
    }
}

impl Takeover {
    /// Says that a viewer belongs to it, until the answer is dropped.
    pub fn present(&self) -> TaskTrackerToken {
        self.viewers.token()
    }

    /// Returns once it is over.
    pub async fn ended(&self) {
        self.ended.cancelled().await;
    }

    /// Carries out some input, unless it is over.
    fn carry_out<T>(&self, input: impl FnOnce() -> T) -> Option<T> {
        let noted = self.lock();
        (!noted.over).then(input)
    }

    /// Notes what was done, be it over or not: what was held down is released afterwards.
    fn note(&self, step: PersonStep) {
        self.lock().steps.add(step, Instant::now());
    }

    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
