//! The picture of the screen that all viewers share: each change is captured once, however many look.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use protocol::action::{Region, Size};

use super::rect::Rect;
use super::shared::Encodings;
use super::tiles::{Frame, Grid, TILE, Tile, pixel};
use crate::damage::{Damage, Subscription};
use crate::screen::{Cursor, Screen, ScreenError};

/// Captures from which on one of everything between costs less.
const MOST_CAPTURES: usize = 4;

/// The mirror of a desktop, which exists while someone looks.
#[derive(Debug, Default)]
pub struct Live {
    mirror: Mutex<Weak<Mirror>>,
}

impl Live {
    /// The mirror, made anew if nobody looked so far.
    pub(crate) fn mirror(&self, screen: &Arc<Screen>, damage: &Damage) -> Arc<Mirror> {
        let mut current = self.mirror.lock().unwrap_or_else(PoisonError::into_inner);
        current.upgrade().unwrap_or_else(|| {
            let mirror = Arc::new(Mirror::new(Arc::clone(screen), damage.subscribe()));
            *current = Arc::downgrade(&mirror);
            mirror
        })
    }
}

/// What a viewer needs to know of the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pointer {
    /// Its shape and place: it is drawn into the pixels.
    Drawn,
    /// Its shape.
    Shape,
}

/// The screen as it was when someone last looked, and what was drawn to since.
#[derive(Debug)]
pub(crate) struct Mirror {
    screen: Arc<Screen>,
    changes: Arc<Subscription>,
    state: Mutex<State>,
    /// Rectangles of the newest picture that were encoded for someone.
    pub(crate) encodings: Encodings,
}

#[derive(Debug)]
struct State {
    frame: Arc<Frame>,
    stale: Vec<bool>,
    /// Whether the pointer may look different, and whether it may have moved.
    shape_stale: bool,
    place_stale: bool,
    /// Tiles that were replaced last. Viewers that are not far behind find there what they have; no more is
    /// held for those that are, and no viewer holds any.
    past: VecDeque<Arc<Tile>>,
}

impl Mirror {
    fn new(screen: Arc<Screen>, changes: Arc<Subscription>) -> Self {
        let state = State::new(screen.size(), 0);
        Self { screen, changes, state: Mutex::new(state), encodings: Encodings::default() }
    }

    /// The screen as it is now.
    ///
    /// # Errors
    /// When the X server does not answer.
    pub(crate) fn look(&self, pointer: Pointer) -> Result<Arc<Frame>, ScreenError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match self.look_with(&mut state, pointer) {
                // The screen has another size since.
                Err(ScreenError::Outside) => {}
                looked => return looked,
            }
        }
    }

    fn look_with(&self, state: &mut State, pointer: Pointer) -> Result<Arc<Frame>, ScreenError> {
        let size = self.screen.size();
        if state.frame.grid.screen != size {
            *state = State::new(size, state.frame.version + 1);
        }
        let changes = self.changes.take();
        for damaged in changes.boxes {
            state.mark(damaged.region);
        }
        state.place_windows(changes.windows);
        state.shape_stale |= changes.pointer_shape;
        state.place_stale |= changes.pointer;
        if state.shape_stale || (pointer == Pointer::Drawn && state.place_stale) {
            let cursor = self.screen.cursor()?;
            state.point(cursor);
        }
        for rect in state.to_capture() {
            // Tiles lie in rows, and so do the rectangles that are captured.
            self.screen.bgrx(rect.region(), TILE as u32, &mut |first, raw| {
                let height = TILE.min(rect.height - first as usize);
                state.take_over(Rect { y: rect.y + first as usize, height, ..rect }, raw);
            })?;
        }
        Ok(Arc::clone(&state.frame))
    }
}

impl State {
    /// Of a screen that has not been looked at.
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
            place_stale: true,
            past: VecDeque::new(),
        }
    }

    fn mark(&mut self, region: Region) {
        let Some(rect) = Rect::on_screen(region, self.frame.grid.screen) else { return };
        for at in self.frame.grid.touched(rect) {
            self.stale[at] = true;
        }
    }

    fn place_windows(&mut self, places: BTreeMap<u32, Option<Region>>) {
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

    fn point(&mut self, cursor: Cursor) {
        (self.shape_stale, self.place_stale) = (false, false);
        if cursor.serial != self.frame.cursor.serial || cursor.at != self.frame.cursor.at {
            let frame = Arc::make_mut(&mut self.frame);
            frame.cursor = Arc::new(cursor);
            frame.version += 1;
        }
    }

    /// What holds all stale tiles: few rectangles, since each costs a question to the X server, and small.
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
        if rows.len() > MOST_CAPTURES || bounds.area() < 2 * stale { vec![bounds] } else { rows }
    }

    /// Replaces the tiles of a rectangle that look different in its captured pixels.
    fn take_over(&mut self, captured: Rect, raw: &[u8]) {
        let grid = self.frame.grid;
        let mut changed = Vec::new();
        for at in grid.touched(captured) {
            self.stale[at] = false;
            let part = grid.rect(at);
            let rows = || rows(raw, captured, part);
            let before = &self.frame.tiles[at];
            if before.height() == part.height && before.looks_like(rows()) {
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
            self.past.push_back(std::mem::replace(&mut frame.tiles[at], tile));
        }
        let surplus = self.past.len().saturating_sub(grid.count());
        self.past.drain(..surplus);
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

/// Joins rectangles that lie exactly under each other.
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

    fn seen() -> State {
        let mut state = State::new(SCREEN, 0);
        assert_eq!(state.to_capture(), [state.frame.grid.whole()]);
        state.take_over(state.frame.grid.whole(), &[7; 200 * 130 * 4]);
        assert_eq!(state.to_capture(), []);
        state
    }

    fn mark(state: &mut State, x: i32, y: i32, width: u32, height: u32) {
        state.mark(Region { x, y, width, height });
    }

    #[test]
    fn what_was_drawn_to_is_captured_and_little_else() {
        let mut state = seen();
        mark(&mut state, 63, 10, 2, 2);
        assert_eq!(state.to_capture(), [Rect { x: 0, y: 0, width: 128, height: 64 }]);
        mark(&mut state, 190, 129, 100, 100);
        let both =
            [Rect { x: 0, y: 0, width: 128, height: 64 }, Rect { x: 128, y: 128, width: 72, height: 2 }];
        assert_eq!(state.to_capture(), both);
        mark(&mut state, 0, 64, 200, 1);
        assert_eq!(state.to_capture(), [state.frame.grid.whole()]);
    }

    #[test]
    fn a_tile_that_looks_the_same_is_kept() {
        let mut state = seen();
        let (before, version) = (state.frame.tiles.clone(), state.frame.version);
        let mut raw = [7; 200 * 130 * 4];
        state.take_over(state.frame.grid.whole(), &raw);
        assert_eq!(state.frame.version, version);
        raw[200 * 4 * 70] = 8;
        state.take_over(state.frame.grid.whole(), &raw);
        let kept = |at: usize| std::sync::Arc::ptr_eq(&before[at], &state.frame.tiles[at]);
        assert_eq!((0..12).filter(|at| !kept(*at)).collect::<Vec<_>>(), [4]);
        assert_eq!(state.frame.version, version + 1);
    }

    #[test]
    fn of_the_past_no_more_is_kept_than_one_screen() {
        let mut state = seen();
        for shade in 0..100 {
            state.take_over(state.frame.grid.whole(), &[shade; 200 * 130 * 4]);
            assert!(state.past.len() <= state.frame.grid.count());
        }
    }
}
