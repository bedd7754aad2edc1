//! Whether a desktop is in use, and since when it is not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use protocol::ids::DesktopId;
use tokio::time::Instant;

use crate::clock::Clock;
use crate::services::desktops::Slot;

/// Share of a processor above which programs count as busy. Those that only wait for a person stay far below.
const BUSY_SHARE: f64 = 0.03;

/// What is known of the use of a chat's desktop at the service that runs it.
#[derive(Debug, Default)]
pub struct DesktopUsage(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Runs and viewers.
    users: usize,
    /// When somebody last used it.
    used_at: DateTime<Utc>,
    up: Option<Up>,
    starts: u64,
}

/// A desktop that runs or is paused.
#[derive(Debug, Clone, Copy)]
struct Up {
    id: DesktopId,
    generation: Generation,
    paused: bool,
    /// The last sample of the processor time that its programs have used.
    sample: Option<(Instant, Duration)>,
}

/// One generation of a desktop, from its start to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generation(u64);

/// How a desktop is used at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageSnapshot {
    /// Runs and viewers that use it now.
    pub users: usize,
    /// When it was last used.
    pub used_at: DateTime<Utc>,
    /// Whether its programs are frozen.
    pub paused: bool,
}

impl DesktopUsage {
    /// A desktop is up from now on.
    pub fn began(&self, id: DesktopId, now: DateTime<Utc>) -> Generation {
        let mut state = self.lock();
        state.starts += 1;
        let generation = Generation(state.starts);
        state.up = Some(Up { id, generation, paused: false, sample: None });
        state.used_at = state.used_at.max(now);
        generation
    }

    /// The desktop is not up any more.
    pub fn ended(&self) {
        self.lock().up = None;
    }

    /// Whether that generation of the desktop is still up.
    pub fn is(&self, generation: Generation) -> bool {
        self.lock().up.is_some_and(|up| up.generation == generation)
    }

    /// The desktop, if it is up.
    pub fn id(&self) -> Option<DesktopId> {
        Some(self.lock().up?.id)
    }

    /// Notes whether its programs are frozen.
    pub fn set_paused(&self, paused: bool) {
        if let Some(up) = &mut self.lock().up {
            up.paused = paused;
            // While they are frozen they use nothing, so the next sample would show little.
            up.sample = None;
        }
    }

    /// Somebody begins to use it.
    pub fn enter(&self) {
        self.lock().users += 1;
    }

    /// Somebody uses it no longer.
    pub fn leave(&self, now: DateTime<Utc>) {
        let mut state = self.lock();
        state.users = state.users.saturating_sub(1);
        state.used_at = state.used_at.max(now);
    }

    /// It is used now.
    pub fn used(&self, now: DateTime<Utc>) {
        let mut state = self.lock();
        state.used_at = state.used_at.max(now);
    }

    /// How it is used; none when it is not up.
    pub fn now(&self) -> Option<UsageSnapshot> {
        let state = self.lock();
        let up = state.up?;
        Some(UsageSnapshot { users: state.users, used_at: state.used_at, paused: up.paused })
    }

    /// Whether programs have been busy since the last sample; `total` is all the processor time that they have used so far.
    /// The first sample can't tell, and says that they have.
    pub fn busy_since_last_sample(&self, at: Instant, total: Duration) -> bool {
        let mut state = self.lock();
        let Some(up) = &mut state.up else { return false };
        let Some((sampled_at, before)) = up.sample.replace((at, total)) else { return true };
        let time = at.saturating_duration_since(sampled_at).as_secs_f64();
        total.saturating_sub(before).as_secs_f64() >= time * BUSY_SHARE
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a desktop from being paused or stopped for idleness, until it is dropped.
pub struct UsageGuard {
    slot: Arc<Slot>,
    clock: Clock,
}

impl UsageGuard {
    pub(super) fn begin(slot: Arc<Slot>, clock: Clock) -> Self {
        slot.usage.enter();
        Self { slot, clock }
    }
}

impl Drop for UsageGuard {
    fn drop(&mut self) {
        self.slot.usage.leave(self.clock.now());
    }
}
