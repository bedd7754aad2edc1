//! Recognises continuous motion, such as spinners, progress bars and video, whose end is not worth waiting for.

use std::collections::VecDeque;
use std::time::Duration;

use protocol::action::Region;
use tokio::time::Instant;

use crate::damage::DamageBox;
use crate::region::around;

/// Drawing within this time is one burst.
const BURST_PERIOD: Duration = Duration::from_millis(10);
/// A box drawn in more bursts than this is in motion.
const MOTION_BURSTS: u32 = 8;
/// Background motion: drawn in at least so many bursts, over at least this period, and at most this long before the
/// action.
const BACKGROUND_BURSTS: u32 = 4;
const BACKGROUND_PERIOD: Duration = Duration::from_millis(200);
const STOPPED_AFTER: Duration = Duration::from_millis(150);
/// Boxes that are tracked; the oldest are dropped.
const MAX_BOXES: usize = 64;
/// Bursts that together cover more than a quarter of the screen are a page being drawn, not motion.
const LOCAL_PART: u64 = 4;
/// Most pixels of a spinner.
const SPINNER_PIXELS: u64 = 64 * 64;

/// A kind of motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MotionKind {
    /// Small and always at the same position: something is being loaded.
    Spinner,
    /// A progress bar, an animation, a video.
    Other,
}

/// The history of damage, to recognise motion.
#[derive(Debug, Default)]
pub(super) struct Motion {
    boxes: VecDeque<RepeatedBox>,
    /// The last bursts, with their start and bounds.
    bursts: VecDeque<(Instant, Region)>,
}

/// A box that was drawn in one or more bursts.
#[derive(Debug)]
struct RepeatedBox {
    region: Region,
    first: Instant,
    last: Instant,
    times: u32,
}

impl Motion {
    /// Adds a box; returns the kind of motion that it belongs to, if any.
    pub(super) fn add(&mut self, damaged: DamageBox, screen_pixels: u64) -> Option<MotionKind> {
        let times = self.add_box(damaged);
        self.add_burst(damaged);
        if times > MOTION_BURSTS {
            let small = pixels(damaged.region) <= SPINNER_PIXELS;
            return Some(if small { MotionKind::Spinner } else { MotionKind::Other });
        }
        let drawn = self.bursts.iter().map(|(_, region)| *region).reduce(around)?;
        let local = pixels(drawn).saturating_mul(LOCAL_PART) <= screen_pixels;
        (self.bursts.len() == MOTION_BURSTS as usize && local).then_some(MotionKind::Other)
    }

    /// The regions with background motion just before `now`.
    pub(super) fn ongoing(&self, now: Instant) -> Vec<Region> {
        let moves = |known: &&RepeatedBox| {
            known.times >= BACKGROUND_BURSTS
                && known.last.saturating_duration_since(known.first) >= BACKGROUND_PERIOD
                && now.saturating_duration_since(known.last) < STOPPED_AFTER
        };
        self.boxes.iter().filter(moves).map(|known| known.region).collect()
    }

    /// Adds a box; returns the number of bursts in which it was drawn.
    fn add_box(&mut self, DamageBox { at, region }: DamageBox) -> u32 {
        if let Some(known) = self.boxes.iter_mut().find(|known| known.region == region) {
            if at.saturating_duration_since(known.last) >= BURST_PERIOD {
                known.times += 1;
                known.last = at;
            }
            return known.times;
        }
        if self.boxes.len() == MAX_BOXES {
            self.boxes.pop_front();
        }
        self.boxes.push_back(RepeatedBox { region, first: at, last: at, times: 1 });
        1
    }

    fn add_burst(&mut self, DamageBox { at, region }: DamageBox) {
        match self.bursts.back_mut() {
            Some((began, drawn)) if at.saturating_duration_since(*began) < BURST_PERIOD => {
                *drawn = around(*drawn, region);
            }
            _ => self.bursts.push_back((at, region)),
        }
        if self.bursts.len() > MOTION_BURSTS as usize {
            self.bursts.pop_front();
        }
    }
}

fn pixels(region: Region) -> u64 {
    u64::from(region.width) * u64::from(region.height)
}
