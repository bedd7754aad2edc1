//! When the screen has come to rest: the rule, as a function of what was drawn and computed when.

use std::time::Duration;

use protocol::action::Region;
use tokio::time::Instant;

use super::motion::{Kind, Motion, contains};
use crate::damage::DamageBox;

/// How long to wait for what. All but `quiet` count from the action.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// The least: a program needs this long to answer an action with its first drawing.
    pub(super) floor: Duration,
    /// Rest is this long without drawing while the programs have nothing to compute.
    pub(super) quiet: Duration,
    /// Rest is this long without drawing while they compute, which they may do for reasons of their own, and
    /// after something was loaded.
    pub(super) busy_quiet: Duration,
    /// The most for programs that compute and draw nothing.
    pub(super) busy: Duration,
    /// The most for something that moves by itself.
    pub(super) motion: Duration,
    /// The most.
    pub(super) cap: Duration,
}

/// Programs that used no more processor time than a core's in this, since they were last seen to compute, rest.
const IDLE: Duration = Duration::from_millis(60);

/// What has been seen since an action.
#[derive(Debug)]
pub(super) struct Rest {
    pace: Pace,
    since: Instant,
    not_before: Instant,
    /// Where something moved before the action.
    background: Vec<Region>,
    moving: Motion,
    screen_pixels: u64,
    last_drawn: Option<Instant>,
    last_busy: Option<Instant>,
    /// Whether something was loaded.
    loaded: bool,
}

impl Rest {
    /// After an action at `since`, on a screen of so many pixels on which `background` moves anyway.
    pub(super) fn new(pace: Pace, since: Instant, background: Vec<Region>, screen_pixels: u64) -> Self {
        Self {
            pace,
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

    /// No rest before that moment.
    pub(super) fn not_before(&mut self, moment: Instant) {
        self.not_before = moment;
    }

    /// Something was drawn.
    pub(super) fn drawn(&mut self, damaged: DamageBox) {
        if self.background.iter().any(|moves| contains(*moves, damaged.region)) {
            return;
        }
        let moves = self.moving.note(damaged, self.screen_pixels);
        self.loaded |= moves == Some(Kind::Spinner);
        let limit = if moves.is_some() { self.pace.motion } else { self.pace.cap };
        if damaged.at < self.since + limit {
            self.last_drawn = self.last_drawn.max(Some(damaged.at));
        }
    }

    /// Programs were computing at that moment. What moves anyway computes too, so it says nothing then.
    pub(super) fn computing(&mut self, at: Instant) {
        if self.background.is_empty() {
            self.last_busy = Some(at);
        }
    }

    /// When the screen will be at rest if nothing more is drawn or computed.
    pub(super) fn deadline(&self) -> Instant {
        let Pace { floor, quiet, busy_quiet, busy, cap, .. } = self.pace;
        let floor = (self.since + floor).max(self.not_before);
        // Whether programs still compute can't be told from what moves anyway, and what has just been loaded
        // is often completed in steps.
        let quiet = if self.loaded || !self.background.is_empty() { busy_quiet } else { quiet };
        let drawn = self.last_drawn.map(|last| last + quiet);
        let give_up = self.last_drawn.map_or(self.since + busy, |last| last + busy_quiet);
        let idle = self.last_busy.map(|last| (last + IDLE).min(give_up));
        [drawn, idle].into_iter().flatten().fold(floor, Instant::max).min(self.since + cap)
    }

    /// Whether the wait ended before its cap.
    pub(super) fn settled(&self) -> bool {
        self.deadline() < self.since + self.pace.cap
    }
}

#[cfg(test)]
mod tests {
    use super::super::BEFORE_LOOKING;
    use super::{DamageBox, Duration, Instant, Motion, Region, Rest};

    const SCREEN: u64 = 1280 * 800;

    /// What happens at a number of milliseconds.
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
            motion.note(DamageBox { at: since - Duration::from_millis(ms_before), region }, SCREEN);
        }
        let mut rest = Rest::new(BEFORE_LOOKING, since, motion.going_on(since), SCREEN);
        for seen in seen {
            let (Drawn(ms, _) | Computing(ms)) = seen;
            let at = since + Duration::from_millis(ms);
            if at >= rest.deadline() {
                break;
            }
            match seen {
                Drawn(_, region) => rest.drawn(DamageBox { at, region }),
                Computing(_) => rest.computing(at),
            }
        }
        (rest.deadline() - since).as_millis()
    }

    fn square(edge: u32) -> Region {
        Region { x: 0, y: 0, width: edge, height: edge }
    }

    fn at(x: i32, edge: u32) -> Region {
        Region { x, ..square(edge) }
    }

    #[test]
    fn nothing_drawn_and_nothing_computed_means_a_short_wait() {
        assert_eq!(wait_ms([]), 50);
    }

    #[test]
    fn the_wait_lasts_until_a_rest_after_the_last_drawing() {
        assert_eq!(wait_ms([Drawn(5, square(300))]), 65);
        assert_eq!(wait_ms([Drawn(5, square(300)), Drawn(60, square(300)), Drawn(110, square(300))]), 170);
        assert_eq!(wait_ms([Drawn(5, square(300)), Drawn(400, square(300))]), 65);
    }

    #[test]
    fn a_program_that_computes_is_waited_for_though_it_draws_nothing() {
        let computing = |until: u64| (0..until / 10).map(|tick| Computing(tick * 10));
        assert_eq!(wait_ms(computing(200)), 190 + 60);
        let then_draws = computing(200).chain([Drawn(210, square(300))]);
        assert_eq!(wait_ms(then_draws), 270);
    }

    #[test]
    fn a_program_that_computes_for_ever_is_not_waited_for_for_ever() {
        let computing = (0..1000).map(|tick| Computing(tick * 10));
        assert_eq!(wait_ms(computing.clone()), 500);
        let after_drawing = [Drawn(5, square(300))].into_iter().chain(computing);
        assert_eq!(wait_ms(after_drawing), 255);
    }

    #[test]
    fn what_keeps_changing_reaches_the_cap() {
        let page = (1..100).map(|frame| Drawn(frame * 33, square(600 + frame as u32)));
        assert_eq!(wait_ms(page), 2000);
    }

    #[test]
    fn a_blinking_caret_does_not_hold_the_wait() {
        assert_eq!(wait_ms((0..10).map(|blink| Drawn(5 + blink * 500, square(20)))), 65);
    }

    #[test]
    fn a_spinner_that_the_action_brought_up_holds_the_wait_for_a_while() {
        assert_eq!(wait_ms((1..30).map(|frame| Drawn(frame * 20, square(22)))), 29 * 20 + 250);
        let without_end = wait_ms((1..200).map(|frame| Drawn(frame * 20, square(22))));
        assert_eq!(without_end, 980 + 250);
        let bar = (1..200).map(|frame| Drawn(frame * 20, at(300 + (frame as i32 * 10) % 200, 40)));
        assert_eq!(wait_ms(bar), 980 + 60);
        let video = (1..200).map(|frame| Drawn(frame * 20, square(700)));
        assert_eq!(wait_ms(video), 980 + 60);
    }

    #[test]
    fn what_moves_is_known_though_all_around_it_was_drawn_before() {
        let page = || [Drawn(2, square(750))];
        let loading = (1..30).map(|frame| Drawn(frame * 20, square(22)));
        assert_eq!(wait_ms(page().into_iter().chain(loading)), 29 * 20 + 250);
        let video = (1..200).map(|frame| Drawn(frame * 20, square(700)));
        assert_eq!(wait_ms(page().into_iter().chain(video)), 980 + 60);
        let bar = (1..200).map(|frame| Drawn(frame * 20, at(300 + (frame as i32 * 10) % 200, 40)));
        assert_eq!(wait_ms(page().into_iter().chain(bar)), 980 + 60);
    }

    #[test]
    fn what_moved_before_the_action_does_not_hold_the_wait() {
        let video = (1..20).rev().map(|frame| (frame * 33, square(700))).collect::<Vec<_>>();
        let goes_on = (1..100).map(|frame| Drawn(frame * 33, square(700)));
        let computes = (1..100).map(|tick| Computing(tick * 33));
        assert_eq!(wait_beside(video.clone(), goes_on.clone().chain(computes)), 50);
        let beside_it = [Drawn(20, at(600, 300))].into_iter().chain(goes_on);
        assert_eq!(wait_beside(video, beside_it), 20 + 250);
    }

    #[test]
    fn what_was_drawn_once_before_the_action_is_no_background() {
        let opened = (0..40).map(|part| (200, at(part, 100))).collect();
        assert_eq!(wait_beside(opened, [Drawn(20, square(50))]), 80);
    }
}
