//! A simulated viewer applies updates and must end up with the screen.

use std::sync::Arc;

use protocol::action::{Point, Region, Size};

use super::{CopyRectSupport, Update, ViewerState};
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
        let pixels: Box<[u32]> = rows.flat_map(|row| row[place.x..place.right()].iter().copied()).collect();
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
