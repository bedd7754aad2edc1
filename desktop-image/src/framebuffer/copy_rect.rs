//! Finds parts of the screen that only moved, which viewers can copy themselves (CopyRect). Scrolling is found by
//! hashes of rows.

use std::sync::Arc;

use protocol::action::Region;

use super::rect::Rect;
use super::tiles::{Frame, Grid, STRIP, TILE, Tile};

/// Rows per block: about a line of text, since single rows are often alike.
const BLOCK: usize = 12;
/// Blocks that must have moved by the same distance to count as scrolling.
const MIN_BLOCKS: usize = 8;
/// Most strips searched.
const MAX_STRIPS: usize = 6;
/// Smallest copy in pixels: below it, sending the pixels is cheaper.
const MIN_PIXELS: usize = 64 * 32;

/// A rectangle whose pixels the viewer already has elsewhere on its screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CopyRect {
    pub(crate) from: Rect,
    pub(crate) to: Rect,
}

/// The screen as a viewer has it; tiles that the framebuffer has dropped are absent.
#[derive(Debug)]
pub(crate) struct PreviousFrame {
    pub(crate) grid: Grid,
    pub(crate) tiles: Vec<Option<Arc<Tile>>>,
}

impl PreviousFrame {
    /// Reads pixels of one row; returns false if a tile is absent.
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

/// The largest part of the changed tiles that scrolled up or down.
pub(crate) fn find_scroll(before: &PreviousFrame, now: &Frame, changed: &[usize]) -> Option<CopyRect> {
    let search = Search::new(before, now, changed)?;
    let strips = search.busiest();
    let down = strips.iter().take(MAX_STRIPS).find_map(|strip| search.distance(*strip))?;
    let seed = strips.iter().map(|strip| (*strip, search.run(*strip, 0, search.height, down)));
    let (seed, (top, bottom)) = seed.max_by_key(|(_, (top, bottom))| bottom - top)?;
    let to = search.widen(seed, top, bottom, down)?;
    let from = to.shifted(0, down)?;
    (to.area() >= MIN_PIXELS && search.is_copy(from, to)).then(|| search.grow(CopyRect { from, to }))
}

/// The visible part of a moved window, if all its pixels moved with it.
pub(crate) fn find_moved_window(
    before: &PreviousFrame,
    now: &Frame,
    was: Region,
    is: Region,
) -> Option<CopyRect> {
    let screen = now.grid.screen;
    let (across, down) = ((was.x - is.x) as isize, (was.y - is.y) as isize);
    if (was.width, was.height) != (is.width, is.height) || (across, down) == (0, 0) {
        return None;
    }
    // Clip it so that source and destination are on the screen.
    let from =
        Rect::on_screen(was, screen)?.intersection(Rect::on_screen(is, screen)?.shifted(across, down)?)?;
    let to = from.shifted(-across, -down)?;
    let bitmap = now.bitmap(to);
    let mut row_was = Vec::with_capacity(from.width);
    let mut alike = (from.y..)
        .zip(bitmap.rows())
        .map(|(y, row)| before.read(from.x, y, from.width, &mut row_was) && row_was == row);
    let (mut longest, mut start) = ((0, 0), 0);
    for row in 0..to.height {
        if alike.next() != Some(true) {
            start = row + 1;
        } else if row + 1 - start > longest.1 - longest.0 {
            longest = (start, row + 1);
        }
    }
    let (top, bottom) = longest;
    let part = |whole: Rect| Rect { y: whole.y + top, height: bottom - top, ..whole };
    let copy = CopyRect { from: part(from), to: part(to) };
    (copy.to.area() >= MIN_PIXELS).then_some(copy)
}

/// Compares two frames within the bounds of all changed tiles. Strips and rows are counted from the top left of the
/// bounds.
struct Search<'a> {
    before: &'a PreviousFrame,
    now: &'a Frame,
    part: Rect,
    height: usize,
    /// Hashes of the previous rows, strip by strip; zero where a tile is absent.
    was: Vec<u64>,
    is: Vec<u64>,
}

/// The hash and first row of each block of known rows.
fn blocks(rows: &[u64]) -> Vec<(u64, usize)> {
    let mix = |state: u64, row: &u64| (state.rotate_left(5) ^ row).wrapping_mul(0xa076_1d64_78bd_642f);
    let places = rows.windows(BLOCK).enumerate().filter(|(_, block)| !block.contains(&0));
    places.map(|(at, block)| (block.iter().fold(0, mix), at)).collect()
}

impl<'a> Search<'a> {
    fn new(before: &'a PreviousFrame, now: &'a Frame, changed: &[usize]) -> Option<Self> {
        let grid = now.grid;
        let part = changed.iter().map(|at| grid.rect(*at)).reduce(Rect::around)?;
        let count = part.width.div_ceil(STRIP) * part.height;
        let (mut was, mut is) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for x in (part.x..part.right()).step_by(STRIP) {
            for y in (part.y..part.bottom()).step_by(TILE) {
                let (at, strip) = (y / TILE * grid.across + x / TILE, x % TILE / STRIP);
                let hashes = now.tiles[at].hashes(strip);
                is.extend_from_slice(hashes);
                match before.tiles.get(at).and_then(Option::as_ref) {
                    Some(tile) => was.extend_from_slice(tile.hashes(strip)),
                    None => was.resize(is.len(), 0),
                }
            }
        }
        Some(Self { before, now, part, height: part.height, was, is })
    }

    fn rows_of<'b>(&self, strip: usize, hashes: &'b [u64]) -> &'b [u64] {
        &hashes[strip * self.height..(strip + 1) * self.height]
    }

    /// The changed strips, those with most changed rows first.
    fn busiest(&self) -> Vec<usize> {
        let changed = |strip: usize| {
            let (was, is) = (self.rows_of(strip, &self.was), self.rows_of(strip, &self.is));
            was.iter().zip(is).filter(|(was, is)| was != is).count()
        };
        let counts = (0..self.part.width.div_ceil(STRIP)).map(|strip| (changed(strip), strip));
        let mut strips: Vec<(usize, usize)> = counts.filter(|(changed, _)| *changed > 0).collect();
        strips.sort_by_key(|(changed, _)| std::cmp::Reverse(*changed));
        strips.into_iter().map(|(_, strip)| strip).collect()
    }

    /// The distance by which most blocks of a strip moved: from the current to the previous position.
    fn distance(&self, strip: usize) -> Option<isize> {
        let mut known = blocks(self.rows_of(strip, &self.was));
        known.sort_unstable();
        // Blocks that occur more than once, such as empty ones, are ambiguous.
        let unique = known.chunk_by(|one, other| one.0 == other.0).filter(|alike| alike.len() == 1);
        let known: Vec<(u64, usize)> = unique.flatten().copied().collect();
        let mut distances: Vec<isize> = blocks(self.rows_of(strip, &self.is))
            .into_iter()
            .filter_map(|(hash, y)| {
                let found = known.binary_search_by_key(&hash, |(hash, _)| *hash).ok()?;
                Some(known[found].1.cast_signed() - y.cast_signed())
            })
            .filter(|distance| *distance != 0)
            .collect();
        distances.sort_unstable();
        let most = distances.chunk_by(|one, other| one == other).max_by_key(|alike| alike.len())?;
        (most.len() >= MIN_BLOCKS).then_some(most[0])
    }

    /// The longest run of rows of a strip that all moved by the given distance.
    fn run(&self, strip: usize, top: usize, bottom: usize, down: isize) -> (usize, usize) {
        let away = down.unsigned_abs();
        // Only rows whose previous position is within the bounds too.
        let (top, bottom) = if down > 0 {
            (top, bottom.min(self.height.saturating_sub(away)))
        } else {
            (top.max(away), bottom)
        };
        if top >= bottom {
            return (top, top);
        }
        let is = &self.rows_of(strip, &self.is)[top..bottom];
        let was = self.rows_of(strip, &self.was);
        let was = &was[top.saturating_add_signed(down)..bottom.saturating_add_signed(down)];
        let (mut longest, mut start) = ((top, top), top);
        for (y, (was, is)) in (top..).zip(was.iter().zip(is)) {
            if was != is {
                start = y + 1;
            } else if y + 1 - start > longest.1 - longest.0 {
                longest = (start, y + 1);
            }
        }
        longest
    }

    /// Adds neighbouring strips that moved as well, as long as little height is lost.
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
        let strips = self.part.width.div_ceil(STRIP);
        while last + 1 < strips && takes_in(last + 1) {
            last += 1;
        }
        let right = ((last + 1) * STRIP).min(self.part.width);
        let Rect { x, y, .. } = self.part;
        Rect::between(x + first * STRIP, y + top, x + right, y + bottom)
    }

    /// Compares the pixels themselves, since hashes may collide.
    fn is_copy(&self, from: Rect, to: Rect) -> bool {
        let columns = to.x / TILE..to.right().div_ceil(TILE);
        (from.y..).zip(to.y..to.bottom()).all(|(was, is)| {
            columns.clone().all(|column| {
                let across = self.now.grid.across;
                let before = self.before.tiles.get(was / TILE * across + column).and_then(Option::as_ref);
                let Some(before) = before else { return false };
                let now = self.now.tiles[is / TILE * across + column].row(is % TILE);
                let (start, end) = (to.x.saturating_sub(column * TILE), to.right() - column * TILE);
                let part = start..end.min(now.len());
                before.row(was % TILE)[part.clone()] == now[part]
            })
        })
    }

    /// Extends a copy by adjacent pixels that moved too, since scrolled areas are not aligned to strips.
    fn grow(&self, copy: CopyRect) -> CopyRect {
        let CopyRect { from, to } = copy;
        let side = |width: usize, x: usize| Rect { x, width, ..to };
        let left = to.x.min(STRIP);
        let right = (self.now.grid.whole().width - to.right()).min(STRIP);
        let alike = |beside: Rect, from_edge: fn(&[u32], &[u32]) -> usize| {
            if beside.width == 0 {
                return 0;
            }
            let now = self.now.bitmap(beside);
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
        CopyRect { from: wider(from), to: wider(to) }
    }
}
