//! Waiting until the screen has come to rest after an action.

use std::sync::Arc;
use std::time::Duration;

use protocol::action::Region;
use protocol::desktop::Settle;
use tokio::time::Instant;

use crate::damage::{Damage, DamageBox, Subscription};
use crate::responses::Responses;
use crate::x11::XError;

/// Pixels of a box that may belong to a caret, a clock's colon or a spinner.
const SMALL_AREA: u32 = 64 * 64;
/// How often a small box may be drawn again before it no longer counts.
const REPEATS: u32 = 3;

/// How long to wait for what.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// The least: a program needs this long to answer an action with its first drawing.
    floor: Duration,
    /// Rest is this long without drawing.
    quiet: Duration,
    /// The most.
    cap: Duration,
}

/// A program that has dealt with an action draws within this time.
const DRAWS_WITHIN: Duration = Duration::from_millis(40);

/// Before a picture is taken. The figures are measured: a shorter rest gives twice the stale pictures.
const BEFORE_LOOKING: Pace = Pace {
    floor: Duration::from_millis(80),
    quiet: Duration::from_millis(150),
    cap: Duration::from_millis(2000),
};

/// Between two inputs of a batch: long enough for a menu to open under the pointer.
const BETWEEN_INPUTS: Pace = Pace {
    floor: Duration::from_millis(15),
    quiet: Duration::from_millis(20),
    cap: Duration::from_millis(120),
};

/// Watches the screen from before an action on.
#[derive(Debug)]
pub struct Settling {
    subscription: Arc<Subscription>,
    since: Instant,
}

/// How long the window manager is waited for between two inputs: what it has not let through yet would be
/// overtaken. It takes about a millisecond when it is not busy.
const WINDOW_MANAGER: Duration = Duration::from_millis(500);

impl Settling {
    /// Starts watching.
    #[must_use]
    pub fn begin(damage: &Damage) -> Self {
        Self { subscription: damage.subscribe(), since: Instant::now() }
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
    pub async fn before_looking(&self, responses: &Responses) -> Result<Settle, XError> {
        let limit = || (self.since + BEFORE_LOOKING.cap).saturating_duration_since(Instant::now());
        // A click reaches the program through the window manager, so that one is asked first.
        responses.of_window_manager(limit()).await?;
        responses.of_program(limit()).await?;
        let answered = Instant::now();
        Ok(self.rest(BEFORE_LOOKING, answered + DRAWS_WITHIN).await)
    }

    /// Waits until the next input meets what the last one brought up.
    ///
    /// # Errors
    /// When the X server does not answer.
    pub async fn between_inputs(&self, responses: &Responses) -> Result<(), XError> {
        responses.of_window_manager(WINDOW_MANAGER).await?;
        self.rest(BETWEEN_INPUTS, self.since).await;
        Ok(())
    }

    async fn rest(&self, pace: Pace, not_before: Instant) -> Settle {
        let mut rest = Rest::new(pace, self.since, not_before);
        loop {
            for damaged in self.subscription.take().boxes {
                rest.damaged(damaged);
            }
            let deadline = rest.deadline();
            let now = Instant::now();
            if now >= deadline {
                let waited = now.saturating_duration_since(self.since);
                let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
                return Settle { waited_ms, settled: deadline < self.since + pace.cap };
            }
            // Whichever comes first; the loop looks again.
            let _ = tokio::time::timeout_at(deadline, self.subscription.changed()).await;
        }
    }
}

/// The rule, as a function of what was drawn when.
#[derive(Debug)]
struct Rest {
    pace: Pace,
    since: Instant,
    not_before: Instant,
    last: Option<Instant>,
    small: Vec<(Region, u32)>,
}

impl Rest {
    fn new(pace: Pace, since: Instant, not_before: Instant) -> Self {
        Self { pace, since, not_before, last: None, small: Vec::new() }
    }

    fn damaged(&mut self, damaged: DamageBox) {
        if self.counts(damaged.region) {
            self.last = self.last.max(Some(damaged.at));
        }
    }

    /// A small box that is drawn again and again is a caret or a spinner, not the answer to an action.
    fn counts(&mut self, region: Region) -> bool {
        if region.width.saturating_mul(region.height) > SMALL_AREA {
            return true;
        }
        let Some((_, times)) = self.small.iter_mut().find(|(seen, _)| *seen == region) else {
            self.small.push((region, 1));
            return true;
        };
        *times += 1;
        *times <= REPEATS
    }

    /// When the screen will be at rest if nothing more is drawn.
    fn deadline(&self) -> Instant {
        let floor = (self.since + self.pace.floor).max(self.not_before);
        let quiet = self.last.map_or(floor, |last| last + self.pace.quiet);
        quiet.max(floor).min(self.since + self.pace.cap)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{BEFORE_LOOKING, DamageBox, Instant, Region, Rest};

    /// Draws boxes at the given milliseconds and says how long a wait would have lasted.
    fn wait_ms(boxes: impl IntoIterator<Item = (u64, Region)>) -> u128 {
        let since = Instant::now();
        let mut rest = Rest::new(BEFORE_LOOKING, since, since);
        for (at_ms, region) in boxes {
            let at = since + Duration::from_millis(at_ms);
            if at >= rest.deadline() {
                break;
            }
            rest.damaged(DamageBox { at, region });
        }
        (rest.deadline() - since).as_millis()
    }

    fn square(edge: u32) -> Region {
        Region { x: 0, y: 0, width: edge, height: edge }
    }

    #[test]
    fn nothing_drawn_means_a_short_wait() {
        assert_eq!(wait_ms([]), 80);
    }

    #[test]
    fn the_wait_lasts_until_a_rest_after_the_last_drawing() {
        assert_eq!(wait_ms([(5, square(300))]), 155);
        assert_eq!(wait_ms([(5, square(300)), (100, square(300)), (240, square(300))]), 390);
        assert_eq!(wait_ms([(5, square(300)), (400, square(300))]), 155);
    }

    #[test]
    fn what_moves_without_end_reaches_the_cap() {
        assert_eq!(wait_ms((1..100).map(|frame| (frame * 33, square(300)))), 2000);
    }

    #[test]
    fn a_caret_or_spinner_does_not_hold_the_wait() {
        assert_eq!(wait_ms((1..200).map(|frame| (frame * 16, square(20)))), 3 * 16 + 150);
        let moving = (1..20).map(|frame| (frame * 50, Region { x: frame as i32, ..square(20) }));
        assert_eq!(wait_ms(moving), 19 * 50 + 150);
    }
}
