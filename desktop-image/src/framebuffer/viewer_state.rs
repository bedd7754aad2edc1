//! What a viewer has on its screen, and the next update for it.
//!
//! A viewer's state consists of weak references to the framebuffer's tiles, without pixels. Tiles that were dropped
//! meanwhile are sent whole, so that a slow viewer costs bandwidth but no memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use protocol::action::Region;

use super::copy_rect::{self, CopyRect, PreviousFrame};
use super::dirty_rects::{differing, merge};
use super::rect::Rect;
use super::tiles::{Frame, Grid, Tile};
use crate::screen::Cursor;

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

#[cfg(test)]
mod tests;
