//! Waiting until the screen has come to rest after an action.

mod motion;
mod rest;

use std::sync::Arc;
use std::time::Duration;

use protocol::action::Size;
use protocol::agent::actions::Settle;
use tokio::time::Instant;

use crate::activity::Activity;
use crate::damage::{DamageBox, Subscription};
use crate::desktop::Desktop;
use crate::x11::XError;
use motion::Motion;
use rest::{Pace, Rest};

/// A program that has dealt with an action draws within this time.
const DRAW_TIMEOUT: Duration = Duration::from_millis(30);

/// Before a picture is taken. The figures are measured: `make bench-desktop PARTS=settle` shows what shorter
/// ones miss.
const BEFORE_LOOKING: Pace = Pace {
    floor: Duration::from_millis(50),
    quiet: Duration::from_millis(60),
    busy_quiet: Duration::from_millis(250),
    busy: Duration::from_millis(500),
    motion: Duration::from_millis(1000),
    cap: Duration::from_millis(2000),
};

/// Between two inputs of a batch: long enough for a menu to open under the pointer.
const BETWEEN_INPUTS: Pace = Pace {
    floor: Duration::from_millis(15),
    quiet: Duration::from_millis(20),
    busy_quiet: Duration::from_millis(20),
    busy: Duration::from_millis(15),
    motion: Duration::from_millis(120),
    cap: Duration::from_millis(120),
};

/// How long the window manager is waited for between two inputs: what it has not let through yet would be
/// overtaken. It takes about a millisecond when it is not busy.
const WINDOW_MANAGER_TIMEOUT: Duration = Duration::from_millis(500);

/// How often the programs' processor time is looked at, and the part of it that is no idling.
const POLL_INTERVAL: Duration = Duration::from_millis(15);
const BUSY_FRACTION: u32 = 6;

/// Watches the screen from before an action on.
#[derive(Debug)]
pub struct Settling<'a> {
    desktop: &'a Desktop,
    subscription: Arc<Subscription>,
    /// What was drawn just before.
    before: Vec<DamageBox>,
    since: Instant,
}

impl<'a> Settling<'a> {
    /// Starts watching.
    #[must_use]
    pub fn begin(desktop: &'a Desktop) -> Self {
        let (before, subscription) = (desktop.damage.recent(), desktop.damage.subscribe());
        Self { desktop, subscription, before, since: Instant::now() }
    }

    /// Forgets what was drawn so far: an action begins.
    pub fn action_begins(&mut self) {
        self.subscription.take();
    }

    /// The action has been sent: what it brings about comes from now on.
    pub fn action_ended(&mut self) {
        self.since = Instant::now();
    }

    /// Waits until a picture shows what the last action did.
    ///
    /// # Errors
    /// When the X server does not answer.
    pub async fn before_looking(&self) -> Result<Settle, XError> {
        let mut work = Work::begin(&self.desktop.activity);
        let limit = || (self.since + BEFORE_LOOKING.cap).saturating_duration_since(Instant::now());
        // A click reaches the program through the window manager, so that one is asked first.
        self.desktop.responses.of_window_manager(limit()).await?;
        self.desktop.responses.of_program(limit()).await?;
        let mut rest = self.rest(BEFORE_LOOKING);
        rest.not_before(Instant::now() + DRAW_TIMEOUT);
        Ok(self.wait(rest, Some(&mut work)).await)
    }

    /// Waits until the next input meets what the last one brought up.
    ///
    /// # Errors
    /// When the X server does not answer.
    pub async fn between_inputs(&self) -> Result<(), XError> {
        self.desktop.responses.of_window_manager(WINDOW_MANAGER_TIMEOUT).await?;
        self.wait(self.rest(BETWEEN_INPUTS), None).await;
        Ok(())
    }

    fn rest(&self, pace: Pace) -> Rest {
        let Size { width, height } = self.desktop.screen.size();
        let screen_pixels = u64::from(width) * u64::from(height);
        let mut before = Motion::default();
        for damaged in &self.before {
            before.note(*damaged, screen_pixels);
        }
        Rest::new(pace, self.since, before.going_on(self.since), screen_pixels)
    }

    async fn wait(&self, mut rest: Rest, mut work: Option<&mut Work<'_>>) -> Settle {
        loop {
            for damaged in self.subscription.take().boxes {
                rest.drawn(damaged);
            }
            let now = Instant::now();
            if work.as_mut().is_some_and(|work| work.goes_on(now)) {
                rest.computing(now);
            }
            let deadline = rest.deadline();
            if now >= deadline {
                let waited = now.saturating_duration_since(self.since);
                let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
                return Settle { waited_ms, settled: rest.settled() };
            }
            // Whichever comes first; the loop looks again.
            let look = deadline.min(now + POLL_INTERVAL);
            let _ = tokio::time::timeout_at(look, self.subscription.changed()).await;
        }
    }
}

/// Looks now and then at whether the programs compute.
struct Work<'a> {
    activity: &'a Activity,
    looked: Instant,
}

impl<'a> Work<'a> {
    fn begin(activity: &'a Activity) -> Self {
        // What was used before is not asked for.
        let _ = activity.used();
        Self { activity, looked: Instant::now() }
    }

    /// Whether they have computed since the last look; never when that has just been.
    fn goes_on(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.looked);
        if passed < POLL_INTERVAL {
            return false;
        }
        self.looked = now;
        self.activity.used() * BUSY_FRACTION > passed
    }
}
