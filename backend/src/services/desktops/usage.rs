//! Tracks whether a desktop is in use, and since when it is idle.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use protocol::action::Size;
use protocol::ids::DesktopId;
use tokio::time::Instant;

use crate::clock::Clock;
use crate::services::desktops::Slot;

/// Fraction of one processor above which programs count as busy. Programs waiting for input stay far below
/// it.
pub const BUSY_SHARE: f64 = 0.03;

/// The use of one chat's desktop, as its replica sees it.
#[derive(Debug, Default)]
pub struct DesktopUsage(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The number of runs and viewers.
    users: usize,
    /// When it was last used.
    used_at: DateTime<Utc>,
    up: Option<Up>,
    starts: u64,
}

/// A running or paused desktop.
#[derive(Debug, Clone, Copy)]
struct Up {
    id: DesktopId,
    screen: Size,
    generation: Generation,
    paused: bool,
    /// The last sample of the processor time used by its programs.
    sample: Option<(Instant, Duration)>,
}

/// One generation of a desktop, from its start to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generation(u64);

/// The use of a desktop at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageSnapshot {
    /// The number of runs and viewers using it.
    pub users: usize,
    /// When it was last used.
    pub used_at: DateTime<Utc>,
    /// Whether its programs are paused.
    pub paused: bool,
    /// The size of its screen, in pixels.
    pub screen: Size,
}

impl DesktopUsage {
    /// Records a start and returns its generation.
    pub fn began(&self, id: DesktopId, screen: Size, now: DateTime<Utc>) -> Generation {
        let mut state = self.lock();
        state.starts += 1;
        let generation = Generation(state.starts);
        state.up = Some(Up { id, screen, generation, paused: false, sample: None });
        state.used_at = state.used_at.max(now);
        generation
    }

    /// Records that the desktop has stopped.
    pub fn ended(&self) {
        self.lock().up = None;
    }

    /// Whether this generation of the desktop is still up.
    pub fn is(&self, generation: Generation) -> bool {
        self.lock().up.is_some_and(|up| up.generation == generation)
    }

    /// The desktop's id, if it is up.
    pub fn id(&self) -> Option<DesktopId> {
        Some(self.lock().up?.id)
    }

    /// Records whether its programs are paused.
    pub fn set_paused(&self, paused: bool) {
        if let Some(up) = &mut self.lock().up {
            up.paused = paused;
            // Paused programs use no processor time, so a sample that spans a pause would be too low.
            up.sample = None;
        }
    }

    /// Registers a user.
    pub fn enter(&self) {
        self.lock().users += 1;
    }

    /// Unregisters a user.
    pub fn leave(&self, now: DateTime<Utc>) {
        let mut state = self.lock();
        state.users = state.users.saturating_sub(1);
        state.used_at = state.used_at.max(now);
    }

    /// Restarts the idle time.
    pub fn used(&self, now: DateTime<Utc>) {
        let mut state = self.lock();
        state.used_at = state.used_at.max(now);
    }

    /// The current use; `None` if the desktop is not up.
    pub fn now(&self) -> Option<UsageSnapshot> {
        let state = self.lock();
        let up = state.up?;
        Some(UsageSnapshot {
            users: state.users,
            used_at: state.used_at,
            paused: up.paused,
            screen: up.screen,
        })
    }

    /// What programs have used of one processor since the last sample. `total` is the processor time used since the start.
    /// `None` without an earlier sample, or if the desktop is not up.
    pub fn share_since_last_sample(&self, at: Instant, total: Duration) -> Option<f64> {
        let mut state = self.lock();
        let (sampled_at, before) = state.up.as_mut()?.sample.replace((at, total))?;
        let time = at.saturating_duration_since(sampled_at).as_secs_f64();
        // At once after the other one there is nothing to divide by.
        (time > 0.0).then(|| total.saturating_sub(before).as_secs_f64() / time)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a desktop from being paused or stopped as idle until dropped.
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
