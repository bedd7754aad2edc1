//! What moves by itself on the screen: spinners, progress bars, video. It has no end worth waiting for.

use std::time::Duration;

use protocol::action::Region;
use tokio::time::Instant;

use crate::damage::DamageBox;

/// Drawn in one go.
const ONE_GO: Duration = Duration::from_millis(10);
/// What was drawn more often than this moves.
const MOVES: u32 = 8;
/// How long before an action something must have moved to be known as what moves anyway.
const MOVED_FOR: Duration = Duration::from_millis(200);
/// What was last drawn longer ago than this has stopped.
const STOPPED: Duration = Duration::from_millis(150);
/// Of the screen: what is larger than this part of it and changes in size is a page being built.
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

/// Places where something is drawn again and again.
#[derive(Debug, Default)]
pub(super) struct Motion {
    places: Vec<Place>,
}

/// A place and how often it was drawn to.
#[derive(Debug, Clone, Copy)]
struct Place {
    region: Region,
    first: Instant,
    last: Instant,
    times: u32,
    /// Whether it was the same box each time.
    same: bool,
}

impl Motion {
    /// What moved already, as the boxes drawn before now show, oldest first.
    pub(super) fn before(boxes: impl IntoIterator<Item = DamageBox>, now: Instant) -> Self {
        let mut motion = Self::default();
        for damaged in boxes {
            motion.note(damaged);
        }
        let moves = |place: &Place| {
            place.times > MOVES / 2
                && place.last - place.first >= MOVED_FOR
                && now.saturating_duration_since(place.last) < STOPPED
        };
        motion.places.retain(moves);
        motion
    }

    /// Whether nothing moves.
    pub(super) fn is_none(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether a box lies where something moves.
    pub(super) fn holds(&self, region: Region) -> bool {
        self.places.iter().any(|place| contains(place.region, region))
    }

    /// Takes down a box, on a screen of so many pixels; returns what it belongs to, if that moves.
    pub(super) fn moves(&mut self, damaged: DamageBox, screen_pixels: u64) -> Option<Kind> {
        let place = self.note(damaged);
        let pixels = u64::from(place.region.width) * u64::from(place.region.height);
        if place.times <= MOVES {
            None
        } else if place.same && pixels <= SPINNER_PIXELS {
            Some(Kind::Spinner)
        } else {
            (place.same || pixels * LOCAL_PART <= screen_pixels).then_some(Kind::Other)
        }
    }

    /// Takes down a box; returns the place that it belongs to.
    fn note(&mut self, DamageBox { at, region }: DamageBox) -> Place {
        let mut place = Place { region, first: at, last: at, times: 1, same: true };
        self.places.retain(|known| {
            let touches = intersects(known.region, place.region);
            if touches {
                place = known.joined(place);
            }
            !touches
        });
        self.places.push(place);
        place
    }
}

impl Place {
    /// Both as one; `self` is the older.
    fn joined(self, newer: Self) -> Self {
        let another_go = newer.first.saturating_duration_since(self.last) >= ONE_GO;
        Self {
            region: around(self.region, newer.region),
            first: self.first.min(newer.first),
            last: self.last.max(newer.last),
            times: self.times.max(newer.times) + u32::from(another_go),
            same: self.same && newer.same && self.region == newer.region,
        }
    }
}

/// One past the last column and row.
fn ends(region: Region) -> (i64, i64) {
    (i64::from(region.x) + i64::from(region.width), i64::from(region.y) + i64::from(region.height))
}

fn intersects(a: Region, b: Region) -> bool {
    let ((a_right, a_bottom), (b_right, b_bottom)) = (ends(a), ends(b));
    i64::from(a.x) < b_right
        && i64::from(b.x) < a_right
        && i64::from(a.y) < b_bottom
        && i64::from(b.y) < a_bottom
}

fn contains(outer: Region, inner: Region) -> bool {
    around(outer, inner) == outer
}

/// The smallest region around both.
fn around(a: Region, b: Region) -> Region {
    let ((a_right, a_bottom), (b_right, b_bottom)) = (ends(a), ends(b));
    let (x, y) = (a.x.min(b.x), a.y.min(b.y));
    let length = |end: i64, start: i32| u32::try_from(end - i64::from(start)).unwrap_or(u32::MAX);
    Region { x, y, width: length(a_right.max(b_right), x), height: length(a_bottom.max(b_bottom), y) }
}
