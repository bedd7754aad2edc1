//! What a viewer has on its screen, and the next update for it.
//!
//! A viewer's state consists of weak references to the framebuffer's tiles, without pixels. Tiles that were dropped
//! meanwhile are sent whole, so that a slow viewer costs bandwidth but no memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use protocol::action::Region;

use super::copy_rect::{self, CopyRect, PreviousFrame};
use super::rect::Rect;
use super::tiles::{Frame, Grid, Tile};
use crate::screen::Cursor;

/// Most unchanged pixels sent to save a rectangle.
const SLACK: usize = 1024;
/// Fewest changed tiles for which a search for copies pays off.
const MIN_TILES: usize = 2;

/// Most consecutive updates that skip the search.
const MAX_SKIPPED: u32 = 8;
/// Consecutive failed searches before some are skipped.
const MAX_TRIES: u32 = 3;

/// The screen as one viewer has it.
#[derive(Debug)]
pub(crate) struct ViewerState {
    grid: Grid,
    tiles: Vec<Weak<Tile>>,
    /// The pointer that was drawn into the pixels.
    cursor: Option<Arc<Cursor>>,
    /// The previous positions of windows.
    windows: Arc<BTreeMap<u32, Region>>,
    /// Failed searches since the last success, and updates skipped since the last search.
    misses: u32,
    skipped: u32,
}

/// An update of a viewer's screen: copies come before pixels.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Update {
    pub(crate) copies: Vec<CopyRect>,
    pub(crate) pixels: Vec<Rect>,
}

/// Whether a viewer understands the CopyRect encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CopyRectSupport {
    Yes,
    No,
}

impl ViewerState {
    /// The state before the first update.
    pub(crate) fn new(grid: Grid) -> Self {
        Self {
            grid,
            tiles: (0..grid.count()).map(|_| Weak::new()).collect(),
            cursor: None,
            windows: Arc::default(),
            misses: 0,
            skipped: 0,
        }
    }

    /// The grid of the viewer's screen.
    pub(crate) fn grid(&self) -> Grid {
        self.grid
    }

    /// Forgets what the viewer has, so that the next update is a full one.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.grid);
    }

    /// Computes the update from what the viewer has to `now`, with the pointer drawn in if one is given, and takes it
    /// as sent.
    pub(crate) fn advance(
        &mut self,
        now: &Frame,
        cursor: Option<&Arc<Cursor>>,
        copy_rect: CopyRectSupport,
    ) -> Update {
        let differs = |at: &usize| !std::ptr::eq(self.tiles[*at].as_ptr(), Arc::as_ptr(&now.tiles[*at]));
        let changed: Vec<usize> = (0..now.tiles.len()).filter(differs).collect();
        let mut update = Update::default();
        if !changed.is_empty() {
            let before =
                PreviousFrame { grid: self.grid, tiles: self.tiles.iter().map(Weak::upgrade).collect() };
            let known = changed.iter().filter(|at| before.tiles[**at].is_some()).count();
            if copy_rect == CopyRectSupport::Yes && known >= MIN_TILES {
                let moved = self.moved_window(&before, now);
                update.copies.extend(moved.or_else(|| self.search(&before, now, &changed)));
            }
            let copied: Vec<Rect> = update.copies.iter().map(|copy| copy.to).collect();
            let dirty = changed.iter().filter_map(|at| {
                differing(before.tiles[*at].as_deref(), &now.tiles[*at], self.grid.rect(*at), &copied)
            });
            update.pixels = merge(dirty.collect());
            for at in changed {
                self.tiles[at] = Arc::downgrade(&now.tiles[at]);
            }
        }
        self.windows = Arc::clone(&now.windows);
        self.redraw_cursor(cursor, &mut update);
        update
    }

    /// The largest window that moved with the same content.
    fn moved_window(&self, before: &PreviousFrame, now: &Frame) -> Option<CopyRect> {
        let places = now.windows.iter().filter_map(|(id, is)| Some((*self.windows.get(id)?, *is)));
        let (was, is) = places
            .filter(|(was, is)| was != is)
            .max_by_key(|(_, is)| u64::from(is.width) * u64::from(is.height))?;
        copy_rect::find_moved_window(before, now, was, is)
    }

    /// Searches for scrolling, less often after failures, since videos do not scroll.
    fn search(&mut self, before: &PreviousFrame, now: &Frame, changed: &[usize]) -> Option<CopyRect> {
        if self.skipped < self.misses.saturating_sub(MAX_TRIES).min(MAX_SKIPPED) {
            self.skipped += 1;
            return None;
        }
        self.skipped = 0;
        let found = copy_rect::find_scroll(before, now, changed);
        self.misses = if found.is_some() { 0 } else { self.misses + 1 };
        found
    }

    /// Adds the rectangles where the pointer appears or disappears.
    fn redraw_cursor(&mut self, cursor: Option<&Arc<Cursor>>, update: &mut Update) {
        let screen = self.grid.screen;
        let place = |cursor: &Cursor| Rect::on_screen(cursor.region(), screen);
        let before = self.cursor.as_deref().and_then(place);
        let now = cursor.and_then(|cursor| place(cursor));
        let alike = match (&self.cursor, cursor) {
            (Some(before), Some(now)) => before.serial == now.serial && before.at == now.at,
            (None, None) => true,
            _ => false,
        };
        if !alike {
            update.pixels.extend(before.into_iter().chain(now));
        }
        for CopyRect { from, to } in &update.copies {
            // The copy moves the drawn pointer along, or covers it.
            let along = before.and_then(|before| before.intersection(*from)).and_then(|part| {
                let distance = |to: usize, from: usize| to.cast_signed() - from.cast_signed();
                part.shifted(distance(to.x, from.x), distance(to.y, from.y))
            });
            let over = now.filter(|now| now.intersection(*to).is_some());
            update.pixels.extend(along.into_iter().chain(over));
        }
        self.cursor = cursor.map(Arc::clone);
    }
}

/// The bounds of a tile's pixels that differ from what the viewer has, without those covered by copies.
fn differing(before: Option<&Tile>, now: &Tile, place: Rect, copied: &[Rect]) -> Option<Rect> {
    if copied.iter().any(|copied| copied.intersection(place) == Some(place)) {
        return None;
    }
    let copied: Vec<Rect> = copied.iter().filter_map(|copied| copied.intersection(place)).collect();
    let Some(before) = before else {
        return Some(place);
    };
    let mut found: Option<Rect> = None;
    for row in (0..place.height).filter(|row| before.row(*row) != now.row(*row)) {
        let y = place.y + row;
        let differs = |(x, (before, now)): (usize, (&u32, &u32))| {
            let is_copied = |copied: &Rect| {
                (copied.y..copied.bottom()).contains(&y) && (copied.x..copied.right()).contains(&x)
            };
            (before != now && !copied.iter().any(is_copied)).then_some(x)
        };
        let pixels = || (place.x..).zip(before.row(row).iter().zip(now.row(row)));
        let Some(first) = pixels().find_map(differs) else { continue };
        let last = (place.x..place.right())
            .rev()
            .zip(before.row(row).iter().zip(now.row(row)).rev())
            .find_map(differs)
            .unwrap_or(first);
        let part = Rect { x: first, y, width: last + 1 - first, height: 1 };
        found = Some(found.map_or(part, |found| found.around(part)));
    }
    found
}

/// Merges rectangles where that adds few pixels.
fn merge(rects: Vec<Rect>) -> Vec<Rect> {
    let mut merged: Vec<Rect> = Vec::with_capacity(rects.len());
    let count = rects.len();
    for rect in rects {
        let joins = |known: &Rect| known.around(rect).area() <= known.area() + rect.area() + SLACK;
        match merged.iter().rposition(joins) {
            Some(at) => merged[at] = merged[at].around(rect),
            None => merged.push(rect),
        }
    }
    if merged.len() < count { merge(merged) } else { merged }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use protocol::action::{Point, Region, Size};

    use super::{CopyRectSupport, Update, ViewerState, merge};
    use crate::framebuffer::rect::Rect;
    use crate::framebuffer::tiles::{Bitmap, Frame, Grid, Tile};
    use crate::screen::Cursor;

    const SCREEN: Size = Size { width: 300, height: 200 };

    fn rect(x: usize, y: usize, width: usize, height: usize) -> Rect {
        Rect { x, y, width, height }
    }

    /// A frame with these pixels that shares unchanged tiles with the previous one, as the framebuffer does.
    fn frame(screen: &Bitmap, before: Option<&Frame>) -> Frame {
        let grid = Grid::new(SCREEN);
        let tile = |at: usize| {
            let place = grid.rect(at);
            let rows = screen.rows().skip(place.y).take(place.height);
            let pixels: Box<[u32]> =
                rows.flat_map(|row| row[place.x..place.right()].iter().copied()).collect();
            let new = Tile::new(place.width, pixels);
            let alike = |known: &&Arc<Tile>| (0..place.height).all(|row| known.row(row) == new.row(row));
            before.map(|frame| &frame.tiles[at]).filter(alike).map_or_else(|| Arc::new(new), Arc::clone)
        };
        let tiles = (0..grid.count()).map(tile).collect();
        Frame {
            version: before.map_or(1, |before| before.version + 1),
            grid,
            tiles,
            cursor: Arc::default(),
            windows: Arc::default(),
        }
    }

    /// Applies an update as a viewer does.
    fn apply(update: &Update, frame: &Frame, cursor: Option<&Cursor>, shown: &mut Bitmap) {
        for copy in &update.copies {
            let was = shown.clone();
            for row in 0..copy.to.height {
                let from = (copy.from.y + row) * was.width + copy.from.x;
                let to = (copy.to.y + row) * was.width + copy.to.x;
                shown.pixels[to..to + copy.to.width].copy_from_slice(&was.pixels[from..from + copy.to.width]);
            }
        }
        for rect in &update.pixels {
            let mut bitmap = frame.bitmap(*rect);
            if let Some(cursor) = cursor {
                let Point { x, y } = Point { x: rect.x as i32, y: rect.y as i32 };
                cursor.draw_packed(&mut bitmap.pixels, rect.width as u32, Point { x, y });
            }
            for (row, pixels) in bitmap.rows().enumerate() {
                let to = (rect.y + row) * shown.width + rect.x;
                shown.pixels[to..to + rect.width].copy_from_slice(pixels);
            }
        }
    }

    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % limit
        }
    }

    /// Draws a filled or speckled rectangle, or moves a part of the screen.
    fn draw(random: &mut Random, screen: &mut Bitmap) {
        let (width, height) = (1 + random.below(250), 1 + random.below(180));
        let (x, y) = (random.below(300 - width), random.below(200 - height));
        let (kind, colour) = (random.below(3), random.below(5) as u32);
        let was = screen.clone();
        let across = random.below(x + 1);
        let up = random.below(y + 1);
        for row in 0..height {
            for column in 0..width {
                let to = (y + row) * 300 + x + column;
                screen.pixels[to] = match kind {
                    0 => colour,
                    1 => random.below(1 << 24) as u32,
                    _ => was.pixels[(y - up + row) * 300 + x - if colour == 0 { across } else { 0 } + column],
                };
            }
        }
    }

    #[test]
    fn viewers_of_any_speed_converge_to_the_screen() {
        let mut copies = 0;
        for seed in 0..200 {
            let mut random = Random(seed);
            let mut screen = Bitmap { width: 300, pixels: vec![7; 300 * 200] };
            let mut shown = Bitmap { width: 300, pixels: vec![0; 300 * 200] };
            let mut now = frame(&screen, None);
            let mut kept = Vec::new();
            let mut state = ViewerState::new(Grid::new(SCREEN));
            for _ in 0..12 {
                for _ in 0..=random.below(3) {
                    draw(&mut random, &mut screen);
                    let next = frame(&screen, Some(&now));
                    kept.push(std::mem::replace(&mut now, next));
                    // The framebuffer drops old tiles.
                    kept.drain(..kept.len().saturating_sub(random.below(4)));
                }
                let copy_rect = if seed % 4 == 0 { CopyRectSupport::No } else { CopyRectSupport::Yes };
                let cursor = (seed % 2 == 0).then(|| {
                    let at = Point { x: random.below(320) as i32 - 5, y: random.below(220) as i32 - 5 };
                    Arc::new(Cursor { at, size: (9, 7), pixels: vec![0xff12_3456; 63], ..Cursor::default() })
                });
                let update = state.advance(&now, cursor.as_ref(), copy_rect);
                assert!(copy_rect == CopyRectSupport::Yes || update.copies.is_empty());
                copies += update.copies.len();
                apply(&update, &now, cursor.as_deref(), &mut shown);
                let mut expected = screen.clone();
                if let Some(cursor) = &cursor {
                    cursor.draw_packed(&mut expected.pixels, 300, Point { x: 0, y: 0 });
                }
                assert!(shown == expected, "seed {seed}: {update:?}");
                assert_eq!(state.advance(&now, cursor.as_ref(), copy_rect), Update::default());
            }
        }
        assert!(copies > 50, "only {copies} copies were found");
    }

    #[test]
    fn scrolling_sends_a_copy_and_the_new_rows() {
        let mut random = Random(1);
        // The surroundings differ from row to row.
        let mut screen = Bitmap { width: 300, pixels: (0..300 * 200).map(|at| at / 300).collect() };
        let inside = rect(20, 10, 250, 160);
        for y in inside.y..inside.bottom() {
            for x in inside.x..inside.right() {
                screen.pixels[y * 300 + x] = random.below(1 << 24) as u32;
            }
        }
        let before = frame(&screen, None);
        let mut state = ViewerState::new(Grid::new(SCREEN));
        state.advance(&before, None, CopyRectSupport::Yes);
        for y in inside.y..inside.bottom() {
            for x in inside.x..inside.right() {
                let below = y + 16;
                screen.pixels[y * 300 + x] =
                    if below < inside.bottom() { screen.pixels[below * 300 + x] } else { 9 };
            }
        }
        let update = state.advance(&frame(&screen, Some(&before)), None, CopyRectSupport::Yes);
        let [copy] = update.copies[..] else { panic!("{update:?}") };
        assert_eq!((copy.from, copy.to), (rect(20, 26, 250, 144), rect(20, 10, 250, 144)));
        assert_eq!(update.pixels, [rect(20, 154, 250, 16)]);
    }

    #[test]
    fn the_visible_part_of_a_moved_window_is_copied() {
        let mut random = Random(2);
        let background: Vec<u32> = (0..300 * 200).map(|at| at / 300).collect();
        let window: Vec<u32> = (0..120 * 100).map(|_| random.below(1 << 24) as u32).collect();
        let at = |x: i32, y: i32| {
            let mut screen = Bitmap { width: 300, pixels: background.clone() };
            for (row, pixels) in window.chunks(120).enumerate() {
                for (column, pixel) in pixels.iter().enumerate() {
                    let (x, y) = (x + column as i32, y + row as i32);
                    if (0..300).contains(&x) && (0..200).contains(&y) {
                        screen.pixels[y as usize * 300 + x as usize] = *pixel;
                    }
                }
            }
            let place = Region { x, y, width: 120, height: 100 };
            (screen, Arc::new(std::collections::BTreeMap::from([(7, place)])))
        };
        let (screen, windows) = at(20, 30);
        let mut before = Frame { windows, ..frame(&screen, None) };
        let mut state = ViewerState::new(Grid::new(SCREEN));
        state.advance(&before, None, CopyRectSupport::Yes);
        let mut shown = screen;
        for ((x, y), to) in [
            ((61, 42), rect(61, 42, 120, 100)),
            ((150, 20), rect(150, 20, 120, 100)),
            // Half of it leaves the screen.
            ((240, 20), rect(240, 20, 60, 100)),
            ((180, 150), rect(180, 150, 60, 50)),
        ] {
            let (screen, windows) = at(x, y);
            let now = Frame { windows, ..frame(&screen, Some(&before)) };
            let update = state.advance(&now, None, CopyRectSupport::Yes);
            assert_eq!(update.copies.iter().map(|copy| copy.to).collect::<Vec<_>>(), [to], "{x}, {y}");
            apply(&update, &now, None, &mut shown);
            assert!(shown == screen, "{x}, {y}");
            before = now;
        }
    }

    #[test]
    fn a_small_change_sends_a_small_rectangle() {
        let mut screen = Bitmap { width: 300, pixels: vec![7; 300 * 200] };
        let before = frame(&screen, None);
        let mut state = ViewerState::new(Grid::new(SCREEN));
        assert_eq!(state.advance(&before, None, CopyRectSupport::Yes).pixels, [rect(0, 0, 300, 200)]);
        for at in [60 * 300 + 60, 70 * 300 + 66] {
            screen.pixels[at] = 8;
        }
        let update = state.advance(&frame(&screen, Some(&before)), None, CopyRectSupport::Yes);
        assert_eq!(update.pixels, [rect(60, 60, 7, 11)]);
    }

    #[test]
    fn distant_rectangles_are_not_merged() {
        let (one, other) = (rect(0, 0, 10, 10), rect(200, 100, 10, 10));
        assert_eq!(merge(vec![one, other]), [one, other]);
        assert_eq!(merge(vec![one, rect(12, 0, 10, 10)]), [rect(0, 0, 22, 10)]);
    }
}
