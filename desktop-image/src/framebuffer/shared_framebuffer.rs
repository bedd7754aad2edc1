//! The screen's pixels, shared by all viewers: each change is captured once, however many viewers there are.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use protocol::action::{Region, Size};

use super::encoding_cache::EncodingCache;
use super::rect::Rect;
use super::tiles::{Frame, Grid, TILE, Tile, pixel};
use crate::damage::{Damage, Subscription};
use crate::screen::{Cursor, Screen, ScreenError};

/// With more rectangles than this, it is cheaper to capture their bounds at once.
const MAX_CAPTURES: usize = 4;

/// The framebuffer of a desktop, which exists while there are viewers.
#[derive(Debug, Default)]
pub struct FramebufferSlot {
    current: Mutex<Weak<SharedFramebuffer>>,
}

impl FramebufferSlot {
    /// The framebuffer, created for the first viewer.
    pub(crate) fn acquire(&self, screen: &Arc<Screen>, damage: &Damage) -> Arc<SharedFramebuffer> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.upgrade().unwrap_or_else(|| {
            let framebuffer = Arc::new(SharedFramebuffer::new(Arc::clone(screen), damage.subscribe()));
            *current = Arc::downgrade(&framebuffer);
            framebuffer
        })
    }
}

/// What a viewer needs to know of the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CursorNeeds {
    /// Its shape and position: the server draws it into the pixels.
    Drawn,
    /// Its shape: the viewer draws it itself.
    Shape,
}

/// The screen as last captured, and what was drawn since.
#[derive(Debug)]
pub(crate) struct SharedFramebuffer {
    screen: Arc<Screen>,
    changes: Arc<Subscription>,
    state: Mutex<State>,
    /// Rectangles of the latest frame that are already encoded.
    pub(crate) encodings: EncodingCache,
}

#[derive(Debug)]
struct State {
    frame: Arc<Frame>,
    stale: Vec<bool>,
    /// Whether the pointer's shape may have changed, and its position.
    shape_stale: bool,
    position_stale: bool,
    /// The tiles replaced last, to which viewers have weak references. A viewer that falls further behind is sent whole
    /// tiles.
    replaced: VecDeque<Arc<Tile>>,
}

impl SharedFramebuffer {
    fn new(screen: Arc<Screen>, changes: Arc<Subscription>) -> Self {
        let state = State::new(screen.size(), 0);
        Self { screen, changes, state: Mutex::new(state), encodings: EncodingCache::default() }
    }

    /// Captures what has changed, and returns the current frame.
    pub(crate) fn capture(&self, needs: CursorNeeds) -> Result<Arc<Frame>, ScreenError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match self.capture_with(&mut state, needs) {
                // The screen was resized during the capture.
                Err(ScreenError::Outside) => {}
                captured => return captured,
            }
        }
    }

    fn capture_with(&self, state: &mut State, needs: CursorNeeds) -> Result<Arc<Frame>, ScreenError> {
        let size = self.screen.size();
        if state.frame.grid.screen != size {
            *state = State::new(size, state.frame.version + 1);
        }
        let changes = self.changes.take();
        for damaged in changes.boxes {
            state.mark_stale(damaged.region);
        }
        state.move_windows(changes.windows);
        state.shape_stale |= changes.pointer_shape;
        state.position_stale |= changes.pointer;
        if state.shape_stale || (needs == CursorNeeds::Drawn && state.position_stale) {
            let cursor = self.screen.cursor()?;
            state.set_cursor(cursor);
        }
        for rect in state.to_capture() {
            // Captured rectangles start at rows of tiles.
            self.screen.bgrx(rect.region(), TILE as u32, &mut |first, raw| {
                let height = TILE.min(rect.height - first as usize);
                state.store(Rect { y: rect.y + first as usize, height, ..rect }, raw);
            })?;
        }
        Ok(Arc::clone(&state.frame))
    }
}

impl State {
    /// The state before the first capture.
    fn new(size: Size, version: u64) -> Self {
        let grid = Grid::new(size);
        let nothing = Arc::new(Tile::new(1, Box::default()));
        let frame = Frame {
            version,
            grid,
            tiles: vec![nothing; grid.count()],
            cursor: Arc::default(),
            windows: Arc::default(),
        };
        Self {
            frame: Arc::new(frame),
            stale: vec![true; grid.count()],
            shape_stale: true,
            position_stale: true,
            replaced: VecDeque::new(),
        }
    }

    fn mark_stale(&mut self, region: Region) {
        let Some(rect) = Rect::on_screen(region, self.frame.grid.screen) else { return };
        for at in self.frame.grid.touched(rect) {
            self.stale[at] = true;
        }
    }

    fn move_windows(&mut self, places: BTreeMap<u32, Option<Region>>) {
        if places.is_empty() {
            return;
        }
        let windows = Arc::make_mut(&mut Arc::make_mut(&mut self.frame).windows);
        for (window, place) in places {
            match place {
                Some(place) => windows.insert(window, place),
                None => windows.remove(&window),
            };
        }
    }

    fn set_cursor(&mut self, cursor: Cursor) {
        (self.shape_stale, self.position_stale) = (false, false);
        if cursor.serial != self.frame.cursor.serial || cursor.at != self.frame.cursor.at {
            let frame = Arc::make_mut(&mut self.frame);
            frame.cursor = Arc::new(cursor);
            frame.version += 1;
        }
    }

    /// Small rectangles that cover all stale tiles; few of them, since each costs a round trip to the X server.
    fn to_capture(&self) -> Vec<Rect> {
        let mut rows: Vec<Rect> = Vec::new();
        for at in (0..self.stale.len()).filter(|at| self.stale[*at]) {
            let rect = self.frame.grid.rect(at);
            match rows.last_mut() {
                Some(last) if last.y == rect.y && last.right() == rect.x => last.width += rect.width,
                _ => rows.push(rect),
            }
        }
        let stale: usize = rows.iter().map(|rect| rect.area()).sum();
        let Some(bounds) = rows.iter().copied().reduce(Rect::around) else { return rows };
        let rows = join_rows(rows);
        if rows.len() > MAX_CAPTURES || bounds.area() < 2 * stale { vec![bounds] } else { rows }
    }

    /// Replaces the tiles of a captured rectangle whose pixels differ.
    fn store(&mut self, captured: Rect, raw: &[u8]) {
        let grid = self.frame.grid;
        let mut changed = Vec::new();
        for at in grid.touched(captured) {
            self.stale[at] = false;
            let part = grid.rect(at);
            let rows = || rows(raw, captured, part);
            let before = &self.frame.tiles[at];
            if before.height() == part.height && before.has_pixels(rows()) {
                continue;
            }
            let mut pixels = Vec::with_capacity(part.area());
            rows().for_each(|row| pixels.extend(row.as_chunks().0.iter().map(|bgrx| pixel(*bgrx))));
            changed.push((at, Arc::new(Tile::new(part.width, pixels.into()))));
        }
        if changed.is_empty() {
            return;
        }
        let frame = Arc::make_mut(&mut self.frame);
        frame.version += 1;
        for (at, tile) in changed {
            self.replaced.push_back(std::mem::replace(&mut frame.tiles[at], tile));
        }
        let surplus = self.replaced.len().saturating_sub(grid.count());
        self.replaced.drain(..surplus);
    }
}

/// The rows of a tile in captured pixels.
fn rows(raw: &[u8], captured: Rect, tile: Rect) -> impl Iterator<Item = &[u8]> {
    let (left, length) = ((tile.x - captured.x) * 4, tile.width * 4);
    raw.chunks_exact(captured.width * 4)
        .skip(tile.y - captured.y)
        .take(tile.height)
        .map(move |row| &row[left..left + length])
}

/// Joins rectangles that are stacked without a gap.
fn join_rows(rows: Vec<Rect>) -> Vec<Rect> {
    let mut joined: Vec<Rect> = Vec::new();
    for row in rows {
        let above = joined
            .iter_mut()
            .rev()
            .find(|above| above.x == row.x && above.width == row.width && above.bottom() == row.y);
        match above {
            Some(above) => above.height += row.height,
            None => joined.push(row),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::{Rect, Region, Size, State};

    const SCREEN: Size = Size { width: 200, height: 130 };

    fn captured() -> State {
        let mut state = State::new(SCREEN, 0);
        assert_eq!(state.to_capture(), [state.frame.grid.whole()]);
        state.store(state.frame.grid.whole(), &[7; 200 * 130 * 4]);
        assert_eq!(state.to_capture(), []);
        state
    }

    fn mark_stale(state: &mut State, x: i32, y: i32, width: u32, height: u32) {
        state.mark_stale(Region { x, y, width, height });
    }

    #[test]
    fn captures_cover_stale_tiles_and_little_else() {
        let mut state = captured();
        mark_stale(&mut state, 63, 10, 2, 2);
        assert_eq!(state.to_capture(), [Rect { x: 0, y: 0, width: 128, height: 64 }]);
        mark_stale(&mut state, 190, 129, 100, 100);
        let both =
            [Rect { x: 0, y: 0, width: 128, height: 64 }, Rect { x: 128, y: 128, width: 72, height: 2 }];
        assert_eq!(state.to_capture(), both);
        mark_stale(&mut state, 0, 64, 200, 1);
        assert_eq!(state.to_capture(), [state.frame.grid.whole()]);
    }

    #[test]
    fn an_unchanged_tile_is_kept() {
        let mut state = captured();
        let (before, version) = (state.frame.tiles.clone(), state.frame.version);
        let mut raw = [7; 200 * 130 * 4];
        state.store(state.frame.grid.whole(), &raw);
        assert_eq!(state.frame.version, version);
        raw[200 * 4 * 70] = 8;
        state.store(state.frame.grid.whole(), &raw);
        let kept = |at: usize| std::sync::Arc::ptr_eq(&before[at], &state.frame.tiles[at]);
        assert_eq!((0..12).filter(|at| !kept(*at)).collect::<Vec<_>>(), [4]);
        assert_eq!(state.frame.version, version + 1);
    }

    #[test]
    fn at_most_one_screen_of_replaced_tiles_is_kept() {
        let mut state = captured();
        for shade in 0..100 {
            state.store(state.frame.grid.whole(), &[shade; 200 * 130 * 4]);
            assert!(state.replaced.len() <= state.frame.grid.count());
        }
    }
}
