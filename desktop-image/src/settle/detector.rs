//! Decides when the screen has settled, from when and where it was drawn to and when programs were busy.

use std::time::Duration;

use protocol::action::Region;
use tokio::time::Instant;

use super::motion::{Motion, MotionKind};
use crate::damage::DamageBox;
use crate::region::contains;

/// Time limits. All except `quiet` and `busy_quiet` count from the action.
#[derive(Debug, Clone, Copy)]
pub(super) struct SettleTimings {
    /// The minimum, which a program needs to start drawing.
    pub(super) floor: Duration,
    /// Settled when nothing was drawn for this long while programs are idle.
    pub(super) quiet: Duration,
    /// Settled when nothing was drawn for this long although programs are busy, or after something was loaded.
    pub(super) busy_quiet: Duration,
    /// The maximum for programs that are busy without drawing.
    pub(super) busy: Duration,
    /// The maximum for motion, such as an animation.
    pub(super) motion: Duration,
    /// The maximum for everything else.
    pub(super) cap: Duration,
}

/// Programs that have not been busy for this long are idle.
const IDLE: Duration = Duration::from_millis(60);

/// Decides when the screen has settled after an action.
#[derive(Debug)]
pub(super) struct SettleDetector {
    timings: SettleTimings,
    since: Instant,
    not_before: Instant,
    /// Regions with motion before the action.
    background: Vec<Region>,
    moving: Motion,
    screen_pixels: u64,
    last_drawn: Option<Instant>,
    last_busy: Option<Instant>,
    /// Whether a spinner was shown: something was loaded.
    loaded: bool,
}

impl SettleDetector {
    /// A detector for an action at `since`, on a screen with so many pixels and motion in `background`.
    pub(super) fn new(
        timings: SettleTimings,
        since: Instant,
        background: Vec<Region>,
        screen_pixels: u64,
    ) -> Self {
        Self {
            timings,
            since,
            not_before: since,
            background,
            moving: Motion::default(),
            screen_pixels,
            last_drawn: None,
            last_busy: None,
            loaded: false,
        }
    }

    /// Sets the earliest moment at which the screen counts as settled.
    pub(super) fn settle_after(&mut self, moment: Instant) {
        self.not_before = moment;
    }

    /// Adds something that was drawn.
    pub(super) fn add_damage(&mut self, damaged: DamageBox) {
        if self.background.iter().any(|moves| contains(*moves, damaged.region)) {
            return;
        }
        let moves = self.moving.add(damaged, self.screen_pixels);
        self.loaded |= moves == Some(MotionKind::Spinner);
        let limit = if moves.is_some() { self.timings.motion } else { self.timings.cap };
        if damaged.at < self.since + limit {
            self.last_drawn = self.last_drawn.max(Some(damaged.at));
        }
    }

    /// Programs were busy at this time. Ignored with background motion, which keeps programs busy too.
    pub(super) fn add_busy(&mut self, at: Instant) {
        if self.background.is_empty() {
            self.last_busy = Some(at);
        }
    }

    /// When the screen will have settled, if nothing more happens.
    pub(super) fn deadline(&self) -> Instant {
        let SettleTimings { floor, quiet, busy_quiet, busy, cap, .. } = self.timings;
        let floor = (self.since + floor).max(self.not_before);
        // With background motion busy programs are not detected, and content that has just been loaded is often drawn
        // in steps.
        let quiet = if self.loaded || !self.background.is_empty() { busy_quiet } else { quiet };
        let drawn = self.last_drawn.map(|last| last + quiet);
        let give_up = self.last_drawn.map_or(self.since + busy, |last| last + busy_quiet);
        let idle = self.last_busy.map(|last| (last + IDLE).min(give_up));
        [drawn, idle].into_iter().flatten().fold(floor, Instant::max).min(self.since + cap)
    }

    /// Whether the wait ended before its cap.
    pub(super) fn settled(&self) -> bool {
        self.deadline() < self.since + self.timings.cap
    }
}

#[cfg(test)]
mod tests {
    use super::super::BEFORE_SCREENSHOT;
    use super::{DamageBox, Duration, Instant, Motion, Region, SettleDetector};

    const SCREEN: u64 = 1280 * 800;

    /// An event, in milliseconds.
    #[derive(Clone, Copy)]
    enum Seen {
        Drawn(u64, Region),
        Computing(u64),
    }
    use Seen::{Computing, Drawn};

    /// How long the wait after an action lasts, in milliseconds.
    fn wait_ms(seen: impl IntoIterator<Item = Seen>) -> u128 {
        wait_beside(Vec::new(), seen)
    }

    fn wait_beside(before: Vec<(u64, Region)>, seen: impl IntoIterator<Item = Seen>) -> u128 {
        let start = Instant::now();
        let since = start + Duration::from_secs(10);
        let mut motion = Motion::default();
        for (ms_before, region) in before {
            motion.add(DamageBox { at: since - Duration::from_millis(ms_before), region }, SCREEN);
        }
        let mut detector = SettleDetector::new(BEFORE_SCREENSHOT, since, motion.ongoing(since), SCREEN);
        for seen in seen {
            let (Drawn(ms, _) | Computing(ms)) = seen;
            let at = since + Duration::from_millis(ms);
            if at >= detector.deadline() {
                break;
            }
            match seen {
                Drawn(_, region) => detector.add_damage(DamageBox { at, region }),
                Computing(_) => detector.add_busy(at),
            }
        }
        (detector.deadline() - since).as_millis()
    }

    fn square(edge: u32) -> Region {
        Region { x: 0, y: 0, width: edge, height: edge }
    }

    fn at(x: i32, edge: u32) -> Region {
        Region { x, ..square(edge) }
    }

    #[test]
    fn an_idle_screen_means_a_short_wait() {
        assert_eq!(wait_ms([]), 50);
    }

    #[test]
    fn the_wait_lasts_until_a_quiet_period_after_the_last_drawing() {
        assert_eq!(wait_ms([Drawn(5, square(300))]), 65);
        assert_eq!(wait_ms([Drawn(5, square(300)), Drawn(60, square(300)), Drawn(110, square(300))]), 170);
        assert_eq!(wait_ms([Drawn(5, square(300)), Drawn(400, square(300))]), 65);
    }

    #[test]
    fn a_busy_program_extends_the_wait_without_drawing() {
        let computing = |until: u64| (0..until / 10).map(|tick| Computing(tick * 10));
        assert_eq!(wait_ms(computing(200)), 190 + 60);
        let then_draws = computing(200).chain([Drawn(210, square(300))]);
        assert_eq!(wait_ms(then_draws), 270);
    }

    #[test]
    fn a_busy_program_extends_the_wait_only_to_a_limit() {
        let computing = (0..1000).map(|tick| Computing(tick * 10));
        assert_eq!(wait_ms(computing.clone()), 500);
        let after_drawing = [Drawn(5, square(300))].into_iter().chain(computing);
        assert_eq!(wait_ms(after_drawing), 255);
    }

    #[test]
    fn continuous_drawing_reaches_the_cap() {
        let page = (1..100).map(|frame| Drawn(frame * 33, square(600 + frame as u32)));
        assert_eq!(wait_ms(page), 2000);
    }

    #[test]
    fn a_blinking_caret_does_not_extend_the_wait() {
        assert_eq!(wait_ms((0..10).map(|blink| Drawn(5 + blink * 500, square(20)))), 65);
    }

    #[test]
    fn a_new_spinner_extends_the_wait_for_a_while() {
        assert_eq!(wait_ms((1..30).map(|frame| Drawn(frame * 20, square(22)))), 29 * 20 + 250);
        let without_end = wait_ms((1..200).map(|frame| Drawn(frame * 20, square(22))));
        assert_eq!(without_end, 980 + 250);
        let bar = (1..200).map(|frame| Drawn(frame * 20, at(300 + (frame as i32 * 10) % 200, 40)));
        assert_eq!(wait_ms(bar), 980 + 60);
        let video = (1..200).map(|frame| Drawn(frame * 20, square(700)));
        assert_eq!(wait_ms(video), 980 + 60);
    }

    #[test]
    fn motion_is_recognised_within_a_larger_drawing() {
        let page = || [Drawn(2, square(750))];
        let loading = (1..30).map(|frame| Drawn(frame * 20, square(22)));
        assert_eq!(wait_ms(page().into_iter().chain(loading)), 29 * 20 + 250);
        let video = (1..200).map(|frame| Drawn(frame * 20, square(700)));
        assert_eq!(wait_ms(page().into_iter().chain(video)), 980 + 60);
        let bar = (1..200).map(|frame| Drawn(frame * 20, at(300 + (frame as i32 * 10) % 200, 40)));
        assert_eq!(wait_ms(page().into_iter().chain(bar)), 980 + 60);
    }

    #[test]
    fn background_motion_does_not_extend_the_wait() {
        let video = (1..20).rev().map(|frame| (frame * 33, square(700))).collect::<Vec<_>>();
        let goes_on = (1..100).map(|frame| Drawn(frame * 33, square(700)));
        let computes = (1..100).map(|tick| Computing(tick * 33));
        assert_eq!(wait_beside(video.clone(), goes_on.clone().chain(computes)), 50);
        let beside_it = [Drawn(20, at(600, 300))].into_iter().chain(goes_on);
        assert_eq!(wait_beside(video, beside_it), 20 + 250);
    }

    #[test]
    fn a_single_drawing_before_the_action_is_not_background_motion() {
        let opened = (0..40).map(|part| (200, at(part, 100))).collect();
        assert_eq!(wait_beside(opened, [Drawn(20, square(50))]), 80);
    }
}
