//! Whether a desktop is used, and since when it is not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use protocol::ids::DesktopId;
use tokio::time::Instant;

use crate::clock::Clock;
use crate::services::desktops::Slot;

/// Processor time over time from which on programs are at work. Those that only wait for a person stay far below.
const AT_WORK: f64 = 0.03;

/// What is known of the use of a chat's desktop at the service that runs it.
#[derive(Debug, Default)]
pub struct Usage(Mutex<State>);

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
    incarnation: Incarnation,
    paused: bool,
    /// The processor time that its programs had used when they were last looked at.
    looked: Option<(Instant, Duration)>,
}

/// One life of a desktop, from its start to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Incarnation(u64);

/// What a look at a desktop found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// Runs and viewers that use it now.
    pub users: usize,
    /// When it was last used.
    pub used_at: DateTime<Utc>,
    /// Whether its programs are frozen.
    pub paused: bool,
}

impl Usage {
    /// A desktop is up from now on.
    pub fn began(&self, id: DesktopId, now: DateTime<Utc>) -> Incarnation {
        let mut state = self.lock();
        state.starts += 1;
        let incarnation = Incarnation(state.starts);
        state.up = Some(Up { id, incarnation, paused: false, looked: None });
        state.used_at = state.used_at.max(now);
        incarnation
    }

    /// The desktop is not up any more.
    pub fn ended(&self) {
        self.lock().up = None;
    }

    /// Whether that life of the desktop goes on.
    pub fn is(&self, incarnation: Incarnation) -> bool {
        self.lock().up.is_some_and(|up| up.incarnation == incarnation)
    }

    /// The desktop, if it is up.
    pub fn id(&self) -> Option<DesktopId> {
        Some(self.lock().up?.id)
    }

    /// Notes whether its programs are frozen.
    pub fn set_paused(&self, paused: bool) {
        if let Some(up) = &mut self.lock().up {
            up.paused = paused;
            // While they are frozen they use nothing, so the next look would find little.
            up.looked = None;
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
    pub fn now(&self) -> Option<Use> {
        let state = self.lock();
        let up = state.up?;
        Some(Use { users: state.users, used_at: state.used_at, paused: up.paused })
    }

    /// Whether programs have been at work since the last look, from all the processor time that they have used so far.
    /// The first look can't tell, and says that they have.
    pub fn worked(&self, at: Instant, total: Duration) -> bool {
        let mut state = self.lock();
        let Some(up) = &mut state.up else { return false };
        let Some((looked_at, before)) = up.looked.replace((at, total)) else { return true };
        let time = at.saturating_duration_since(looked_at).as_secs_f64();
        total.saturating_sub(before).as_secs_f64() >= time * AT_WORK
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who uses a desktop, until this is dropped. It is neither paused nor stopped for idleness meanwhile.
pub struct Attendance {
    slot: Arc<Slot>,
    clock: Clock,
}

impl Attendance {
    pub(super) fn begin(slot: Arc<Slot>, clock: Clock) -> Self {
        slot.usage.enter();
        Self { slot, clock }
    }
}

impl Drop for Attendance {
    fn drop(&mut self) {
        self.slot.usage.leave(self.clock.now());
    }
}
