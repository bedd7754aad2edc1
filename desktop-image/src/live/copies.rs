//! Parts of the screen that only moved: what was scrolled is found by its rows.

use std::sync::Arc;

use super::rect::Rect;
use super::tiles::{Frame, Grid, STRIP, TILE, Tile};

/// Strips that a tile is wide.
const STRIPS: usize = TILE / STRIP;

/// Rows that are looked for together: about a line of text, since of its single rows many look alike.
const BLOCK: usize = 12;
/// Blocks that must have moved alike before it is taken for scrolling.
const ENOUGH_BLOCKS: usize = 8;
/// Strips that are searched for rows that moved.
const MOST_STRIPS: usize = 6;
/// Pixels below which a copy saves nothing.
const SMALLEST: usize = 64 * 32;

/// A rectangle that a viewer has elsewhere on its screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Copy {
    pub(super) from: Rect,
    pub(super) to: Rect,
}

/// The screen as a viewer has it; a tile is absent when that is not known any more.
#[derive(Debug)]
pub(super) struct Before {
    pub(super) grid: Grid,
    pub(super) tiles: Vec<Option<Arc<Tile>>>,
}

impl Before {
    fn hash(&self, strip: usize, y: usize) -> Option<u64> {
        let tile = self.tiles.get(y / TILE * self.grid.across + strip / STRIPS)?;
        tile.as_ref()?.hash(strip % STRIPS, y % TILE)
    }

    /// Reads pixels of one row; false when they are not known.
    fn read(&self, x: usize, y: usize, width: usize, to: &mut Vec<u32>) -> bool {
        to.clear();
        for column in x / TILE..(x + width).div_ceil(TILE) {
            let Some(tile) = self.tiles.get(y / TILE * self.grid.across + column).and_then(Option::as_ref)
            else {
                return false;
            };
            let row = tile.row(y % TILE);
            let (start, end) = (x.saturating_sub(column * TILE), x + width - column * TILE);
            to.extend_from_slice(&row[start..end.min(row.len())]);
        }
        to.len() == width
    }
}

/// What looks at two pictures of the same screen.
struct Search<'a> {
    before: &'a Before,
    now: &'a Frame,
    /// Tiles that look different now.
    changed: &'a [usize],
}

/// The largest part of the changed tiles whose pixels were all exactly so further up or down.
pub(super) fn scrolled(before: &Before, now: &Frame, changed: &[usize]) -> Option<Copy> {
    let search = Search { before, now, changed };
    let strips = search.strips();
    let down = strips.iter().take(MOST_STRIPS).find_map(|strip| search.distance(*strip))?;
    let seed = strips.iter().map(|strip| (strip.at, search.run(strip.at, strip.top, strip.bottom, down)));
    let (seed, (top, bottom)) = seed.max_by_key(|(_, (top, bottom))| bottom - top)?;
    let to = search.widen(seed, top, bottom, down)?;
    let from = to.shifted(0, down)?;
    (to.area() >= SMALLEST && search.is_copy(from, to)).then(|| search.grow(Copy { from, to }))
}

/// A strip with the rows between which it changed.
#[derive(Clone, Copy)]
struct Strip {
    at: usize,
    top: usize,
    bottom: usize,
    /// Rows that are not what they were.
    changed: usize,
}

/// A hash of each block of rows with its place, where all rows are known.
fn blocks(rows: &[Option<u64>]) -> Vec<(u64, usize)> {
    let hash = |block: &[Option<u64>]| {
        let mix = |state: u64, row: u64| (state.rotate_left(5) ^ row).wrapping_mul(0xa076_1d64_78bd_642f);
        block.iter().try_fold(0, |state, row| row.map(|row| mix(state, row)))
    };
    let places = rows.windows(BLOCK).enumerate();
    places.filter_map(|(at, block)| Some((hash(block)?, at))).collect()
}

impl Search<'_> {
    /// The strips that changed, those that changed most first.
    fn strips(&self) -> Vec<Strip> {
        let grid = self.now.grid;
        let mut ranges: Vec<Option<(usize, usize)>> = vec![None; grid.across];
        for at in self.changed {
            let rect = grid.rect(*at);
            let range = ranges[at % grid.across].get_or_insert((rect.y, rect.bottom()));
            *range = (range.0.min(rect.y), range.1.max(rect.bottom()));
        }
        let columns = ranges.into_iter().enumerate().filter_map(|(at, range)| Some((at, range?)));
        let last = grid.whole().width.div_ceil(STRIP);
        let mut strips: Vec<Strip> = columns
            .flat_map(|(column, range)| {
                (column * STRIPS..((column + 1) * STRIPS).min(last)).map(move |at| (at, range))
            })
            .map(|(at, (top, bottom))| {
                let changed = (top..bottom).filter(|y| self.hash(at, *y) != self.before.hash(at, *y)).count();
                Strip { at, top, bottom, changed }
            })
            .filter(|strip| strip.changed > 0)
            .collect();
        strips.sort_by_key(|strip| std::cmp::Reverse(strip.changed));
        strips
    }

    fn hash(&self, strip: usize, y: usize) -> Option<u64> {
        self.now.tiles[y / TILE * self.now.grid.across + strip / STRIPS].hash(strip % STRIPS, y % TILE)
    }

    /// How far most blocks of a strip moved: the distance from where they are to where they were.
    fn distance(&self, strip: Strip) -> Option<isize> {
        let rows = strip.top..strip.bottom;
        let was: Vec<Option<u64>> = rows.clone().map(|y| self.before.hash(strip.at, y)).collect();
        let now: Vec<Option<u64>> = rows.map(|y| self.hash(strip.at, y)).collect();
        let mut known = blocks(&was);
        known.sort_unstable();
        // Blocks that look like others, such as empty ones, tell nothing.
        let unique = known.chunk_by(|one, other| one.0 == other.0).filter(|alike| alike.len() == 1);
        let known: Vec<(u64, usize)> = unique.flatten().copied().collect();
        let mut distances: Vec<isize> = blocks(&now)
            .into_iter()
            .filter_map(|(hash, y)| {
                let found = known.binary_search_by_key(&hash, |(hash, _)| *hash).ok()?;
                Some(known[found].1.cast_signed() - y.cast_signed())
            })
            .filter(|distance| *distance != 0)
            .collect();
        distances.sort_unstable();
        let most = distances.chunk_by(|one, other| one == other).max_by_key(|alike| alike.len())?;
        (most.len() >= ENOUGH_BLOCKS).then_some(most[0])
    }

    /// The longest run of rows of a strip that were all the given distance away.
    fn run(&self, strip: usize, top: usize, bottom: usize, down: isize) -> (usize, usize) {
        let (mut longest, mut start) = ((top, top), top);
        for y in top..bottom {
            let was = y.checked_add_signed(down).and_then(|y| self.before.hash(strip, y));
            if was.is_none() || was != self.hash(strip, y) {
                start = y + 1;
            } else if y + 1 - start > longest.1 - longest.0 {
                longest = (start, y + 1);
            }
        }
        longest
    }

    /// Takes in the neighbouring strips that moved too, as long as little height is lost.
    fn widen(&self, seed: usize, mut top: usize, mut bottom: usize, down: isize) -> Option<Rect> {
        let (mut first, mut last) = (seed, seed);
        let mut takes_in = |strip: usize| {
            let run = self.run(strip, top, bottom, down);
            let much = (run.1 - run.0) * 5 >= (bottom - top) * 4 && run.0 < run.1;
            if much {
                (top, bottom) = run;
            }
            much
        };
        while first > 0 && takes_in(first - 1) {
            first -= 1;
        }
        let strips = self.now.grid.whole().width.div_ceil(STRIP);
        while last + 1 < strips && takes_in(last + 1) {
            last += 1;
        }
        let right = ((last + 1) * STRIP).min(self.now.grid.whole().width);
        Rect::between(first * STRIP, top, right, bottom)
    }

    /// Whether the viewer really has these pixels there.
    fn is_copy(&self, from: Rect, to: Rect) -> bool {
        let now = self.now.picture(to);
        let mut was = Vec::with_capacity(from.width);
        (from.y..)
            .zip(now.rows())
            .all(|(y, row)| self.before.read(from.x, y, from.width, &mut was) && was == row)
    }

    /// Grows a copy to both sides by the pixels that moved with it: what scrolls does not end at strips.
    fn grow(&self, copy: Copy) -> Copy {
        let Copy { from, to } = copy;
        let side = |width: usize, x: usize| Rect { x, width, ..to };
        let left = to.x.min(STRIP);
        let right = (self.now.grid.whole().width - to.right()).min(STRIP);
        let alike = |beside: Rect, from_edge: fn(&[u32], &[u32]) -> usize| {
            if beside.width == 0 {
                return 0;
            }
            let now = self.now.picture(beside);
            let mut was = Vec::with_capacity(beside.width);
            let rows = (from.y..).zip(now.rows()).map(|(y, row)| {
                let known = self.before.read(beside.x, y, beside.width, &mut was);
                if known { from_edge(&was, row) } else { 0 }
            });
            rows.min().unwrap_or(0)
        };
        let left = alike(side(left, to.x - left), |was, row| {
            was.iter().rev().zip(row.iter().rev()).take_while(|(was, now)| was == now).count()
        });
        let right = alike(side(right, to.right()), |was, row| {
            was.iter().zip(row).take_while(|(was, now)| was == now).count()
        });
        let wider = |rect: Rect| Rect { x: rect.x - left, width: rect.width + left + right, ..rect };
        Copy { from: wider(from), to: wider(to) }
    }
}
