//! Waits until the screen has settled after an action.

mod detector;
mod motion;

use std::sync::Arc;
use std::time::Duration;

use protocol::action::Size;
use protocol::agent::actions::Settle;
use tokio::time::Instant;

use crate::activity::Activity;
use crate::damage::{DamageBox, Subscription};
use crate::desktop::Desktop;
use crate::x11::XError;
use detector::{SettleDetector, SettleTimings};
use motion::Motion;

/// A program that has handled an action draws within this time.
const DRAW_TIMEOUT: Duration = Duration::from_millis(30);

/// Timings before a screenshot. The values are measured: `make bench-desktop PARTS=settle` shows what shorter ones
/// miss.
const BEFORE_SCREENSHOT: SettleTimings = SettleTimings {
    floor: Duration::from_millis(50),
    quiet: Duration::from_millis(60),
    busy_quiet: Duration::from_millis(250),
    busy: Duration::from_millis(500),
    motion: Duration::from_millis(1000),
    cap: Duration::from_millis(2000),
};

/// Timings between two inputs of a batch: enough for a menu to open under the pointer.
const BETWEEN_INPUTS: SettleTimings = SettleTimings {
    floor: Duration::from_millis(15),
    quiet: Duration::from_millis(20),
    busy_quiet: Duration::from_millis(20),
    busy: Duration::from_millis(15),
    motion: Duration::from_millis(120),
    cap: Duration::from_millis(120),
};

/// How long to wait for the window manager between two inputs: it delays clicks, which a later key would overtake. It
/// answers within about a millisecond when idle.
const WINDOW_MANAGER_TIMEOUT: Duration = Duration::from_millis(500);

/// How often the programs' CPU time is sampled, and the fraction of a core above which they are busy (1/6).
const POLL_INTERVAL: Duration = Duration::from_millis(15);
const BUSY_FRACTION: u32 = 6;

/// Watches the screen from before an action.
#[derive(Debug)]
pub struct Settling<'a> {
    desktop: &'a Desktop,
    subscription: Arc<Subscription>,
    /// What was drawn just before the action.
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

    /// An action begins: discards changes so far.
    pub fn action_begins(&mut self) {
        self.subscription.take();
    }

    /// The action has been sent: its effects are drawn from now on.
    pub fn action_ended(&mut self) {
        self.since = Instant::now();
    }

    /// Waits until a screenshot would show the effects of the last action.
    pub async fn before_screenshot(&self) -> Result<Settle, XError> {
        let mut sampler = CpuSampler::begin(&self.desktop.activity);
        let limit = || (self.since + BEFORE_SCREENSHOT.cap).saturating_duration_since(Instant::now());
        // A click passes through the window manager before it reaches the program.
        self.desktop.responses.sync_window_manager(limit()).await?;
        self.desktop.responses.sync_program(limit()).await?;
        let mut detector = self.detector(BEFORE_SCREENSHOT);
        detector.settle_after(Instant::now() + DRAW_TIMEOUT);
        Ok(self.wait(detector, Some(&mut sampler)).await)
    }

    /// Waits until what the last input opened can receive the next.
    pub async fn between_inputs(&self) -> Result<(), XError> {
        self.desktop.responses.sync_window_manager(WINDOW_MANAGER_TIMEOUT).await?;
        self.wait(self.detector(BETWEEN_INPUTS), None).await;
        Ok(())
    }

    fn detector(&self, timings: SettleTimings) -> SettleDetector {
        let Size { width, height } = self.desktop.screen.size();
        let screen_pixels = u64::from(width) * u64::from(height);
        let mut before = Motion::default();
        for damaged in &self.before {
            before.add(*damaged, screen_pixels);
        }
        SettleDetector::new(timings, self.since, before.ongoing(self.since), screen_pixels)
    }

    async fn wait(&self, mut detector: SettleDetector, mut sampler: Option<&mut CpuSampler<'_>>) -> Settle {
        loop {
            for damaged in self.subscription.take().boxes {
                detector.add_damage(damaged);
            }
            let now = Instant::now();
            if sampler.as_mut().is_some_and(|sampler| sampler.is_busy(now)) {
                detector.add_busy(now);
            }
            let deadline = detector.deadline();
            if now >= deadline {
                let waited = now.saturating_duration_since(self.since);
                let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
                return Settle { waited_ms, settled: detector.settled() };
            }
            // Wake up for a change, for the next sample or at the deadline.
            let wake_at = deadline.min(now + POLL_INTERVAL);
            let _ = tokio::time::timeout_at(wake_at, self.subscription.changed()).await;
        }
    }
}

/// Samples whether programs are busy.
struct CpuSampler<'a> {
    activity: &'a Activity,
    sampled_at: Instant,
}

impl<'a> CpuSampler<'a> {
    fn begin(activity: &'a Activity) -> Self {
        // Start counting from here.
        let _ = activity.used_since_last();
        Self { activity, sampled_at: Instant::now() }
    }

    /// Whether programs were busy since the last sample; false if that was less than an interval ago.
    fn is_busy(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.sampled_at);
        if passed < POLL_INTERVAL {
            return false;
        }
        self.sampled_at = now;
        self.activity.used_since_last() * BUSY_FRACTION > passed
    }
}
