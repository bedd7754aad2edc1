//! What moves by itself on the screen: spinners, progress bars, video. It has no end worth waiting for.

use std::collections::VecDeque;
use std::time::Duration;

use protocol::action::Region;
use tokio::time::Instant;

use crate::damage::DamageBox;

/// Drawn in one go.
const ONE_GO: Duration = Duration::from_millis(10);
/// What was drawn in more goes than this moves.
const MOVES: u32 = 8;
/// What was drawn so often, for so long and so lately before an action moves anyway.
const MOVED: u32 = 4;
const MOVED_FOR: Duration = Duration::from_millis(200);
const STOPPED: Duration = Duration::from_millis(150);
/// Boxes that are told apart; older ones are forgotten.
const MAX_BOXES: usize = 64;
/// Of the screen: goes that together are larger than this part of it are a page being built.
const LOCAL_PART: u64 = 4;
/// Pixels of a spinner, at most.
const SPINNER_PIXELS: u64 = 64 * 64;

/// What moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Small and always in the same place: it says that something is being loaded.
    Spinner,
    /// A progress bar, an animation, a video.
    Other,
}

/// What has been drawn, as far as it tells what moves.
#[derive(Debug, Default)]
pub(super) struct Motion {
    boxes: VecDeque<Repeated>,
    /// The last goes: when they began and what they drew to.
    goes: VecDeque<(Instant, Region)>,
}

/// A box that was drawn in a number of goes.
#[derive(Debug)]
struct Repeated {
    region: Region,
    first: Instant,
    last: Instant,
    times: u32,
}

impl Motion {
    /// Takes down a box, on a screen of so many pixels; returns what it belongs to, if that moves.
    pub(super) fn note(&mut self, damaged: DamageBox, screen_pixels: u64) -> Option<Kind> {
        let times = self.repeat(damaged);
        self.go(damaged);
        if times > MOVES {
            let small = pixels(damaged.region) <= SPINNER_PIXELS;
            return Some(if small { Kind::Spinner } else { Kind::Other });
        }
        let drawn = self.goes.iter().map(|(_, region)| *region).reduce(around)?;
        let local = pixels(drawn).saturating_mul(LOCAL_PART) <= screen_pixels;
        (self.goes.len() == MOVES as usize && local).then_some(Kind::Other)
    }

    /// The regions in which something moved until just before `now`.
    pub(super) fn going_on(&self, now: Instant) -> Vec<Region> {
        let moves = |known: &&Repeated| {
            known.times >= MOVED
                && known.last.saturating_duration_since(known.first) >= MOVED_FOR
                && now.saturating_duration_since(known.last) < STOPPED
        };
        self.boxes.iter().filter(moves).map(|known| known.region).collect()
    }

    /// In how many goes the same box was drawn.
    fn repeat(&mut self, DamageBox { at, region }: DamageBox) -> u32 {
        if let Some(known) = self.boxes.iter_mut().find(|known| known.region == region) {
            if at.saturating_duration_since(known.last) >= ONE_GO {
                known.times += 1;
                known.last = at;
            }
            return known.times;
        }
        if self.boxes.len() == MAX_BOXES {
            self.boxes.pop_front();
        }
        self.boxes.push_back(Repeated { region, first: at, last: at, times: 1 });
        1
    }

    fn go(&mut self, DamageBox { at, region }: DamageBox) {
        match self.goes.back_mut() {
            Some((began, drawn)) if at.saturating_duration_since(*began) < ONE_GO => {
                *drawn = around(*drawn, region);
            }
            _ => self.goes.push_back((at, region)),
        }
        if self.goes.len() > MOVES as usize {
            self.goes.pop_front();
        }
    }
}

/// Whether `inner` lies in `outer`.
pub(super) fn contains(outer: Region, inner: Region) -> bool {
    around(outer, inner) == outer
}

fn pixels(region: Region) -> u64 {
    u64::from(region.width) * u64::from(region.height)
}

/// The smallest region around both.
fn around(a: Region, b: Region) -> Region {
    let end = |start: i32, length: u32| i64::from(start) + i64::from(length);
    let (x, y) = (a.x.min(b.x), a.y.min(b.y));
    let length = |end: i64, start: i32| u32::try_from(end - i64::from(start)).unwrap_or(u32::MAX);
    let width = length(end(a.x, a.width).max(end(b.x, b.width)), x);
    let height = length(end(a.y, a.height).max(end(b.y, b.height)), y);
    Region { x, y, width, height }
}
