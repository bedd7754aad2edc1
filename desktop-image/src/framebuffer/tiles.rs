//! Frames made of tiles. Frames share the tiles that did not change between them.

use std::collections::BTreeMap;
use std::sync::Arc;

use protocol::action::{Region, Size};

use super::rect::Rect;
use crate::screen::Cursor;

/// Pixels of a tile's edge.
pub(crate) const TILE: usize = 64;
/// Width of a strip in pixels. Rows are hashed per strip, so that scrolling is found whatever is beside it.
pub(crate) const STRIP: usize = 16;

/// The division of a screen into tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) screen: Size,
    pub(crate) across: usize,
    pub(crate) down: usize,
}

impl Grid {
    pub(crate) fn new(screen: Size) -> Self {
        let count = |length: u32| (length as usize).div_ceil(TILE);
        Self { screen, across: count(screen.width), down: count(screen.height) }
    }

    pub(crate) fn count(&self) -> usize {
        self.across * self.down
    }

    /// The whole screen.
    pub(crate) fn whole(&self) -> Rect {
        Rect { x: 0, y: 0, width: self.screen.width as usize, height: self.screen.height as usize }
    }

    /// The rectangle of a tile; those at the right and bottom edge may be smaller.
    pub(crate) fn rect(&self, at: usize) -> Rect {
        let (x, y) = (at % self.across * TILE, at / self.across * TILE);
        let whole = self.whole();
        Rect { x, y, width: TILE.min(whole.width - x), height: TILE.min(whole.height - y) }
    }

    /// The tiles that overlap a rectangle, by row.
    pub(crate) fn touched(&self, rect: Rect) -> impl Iterator<Item = usize> + use<> {
        let across = self.across;
        let columns = rect.x / TILE..rect.right().div_ceil(TILE);
        (rect.y / TILE..rect.bottom().div_ceil(TILE))
            .flat_map(move |row| columns.clone().map(move |column| row * across + column))
    }
}

/// The pixels of a tile, with hashes to find them at another position.
#[derive(Debug)]
pub(crate) struct Tile {
    width: usize,
    /// RGB pixels in one number each.
    pixels: Box<[u32]>,
    /// A non-zero hash of each row of each strip, strip by strip.
    hashes: Box<[u64]>,
}

impl Tile {
    pub(crate) fn new(width: usize, pixels: Box<[u32]>) -> Self {
        let height = pixels.len() / width;
        let mut hashes = vec![0; height * width.div_ceil(STRIP)].into_boxed_slice();
        for (at, row) in pixels.chunks_exact(width).enumerate() {
            for (strip, part) in row.chunks(STRIP).enumerate() {
                hashes[strip * height + at] = hash(part);
            }
        }
        Self { width, pixels, hashes }
    }

    pub(crate) fn height(&self) -> usize {
        self.pixels.len() / self.width
    }

    pub(crate) fn row(&self, row: usize) -> &[u32] {
        &self.pixels[row * self.width..(row + 1) * self.width]
    }

    /// The hashes of a strip's rows; empty for a strip beyond the tile.
    pub(crate) fn hashes(&self, strip: usize) -> &[u64] {
        let height = self.height();
        self.hashes.get(strip * height..(strip + 1) * height).unwrap_or_default()
    }

    /// Whether rows of BGRX pixels equal the tile's.
    pub(crate) fn has_pixels<'a>(&self, mut rows: impl Iterator<Item = &'a [u8]>) -> bool {
        self.pixels.chunks_exact(self.width).all(|known| {
            rows.next().is_some_and(|row| {
                let differing = row.as_chunks().0.iter().zip(known).map(|(bgrx, known)| pixel(*bgrx) ^ known);
                row.len() == known.len() * 4 && differing.fold(0, |all, one| all | one) == 0
            })
        })
    }
}

/// A pixel without its padding byte.
pub(crate) fn pixel(bgrx: [u8; 4]) -> u32 {
    u32::from_le_bytes(bgrx) & 0x00ff_ffff
}

/// Red, green and blue of a pixel.
pub(crate) fn rgb(pixel: u32) -> [u8; 3] {
    let [_, rgb @ ..] = pixel.to_be_bytes();
    rgb
}

/// Folded multiplication: fast, and good enough since every match is verified.
fn hash(row: &[u32]) -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut mix = |value: u64| {
        let product = u128::from(state ^ value) * 0xa076_1d64_78bd_642f_u128;
        state = (product as u64) ^ ((product >> 64) as u64);
    };
    let (pairs, last) = row.as_chunks::<2>();
    pairs.iter().for_each(|[a, b]| mix(u64::from(*a) | u64::from(*b) << 32));
    last.iter().for_each(|odd| mix(u64::from(*odd)));
    state.max(1)
}

/// The screen at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// Increases with each change.
    pub(crate) version: u64,
    pub(crate) grid: Grid,
    pub(crate) tiles: Vec<Arc<Tile>>,
    pub(crate) cursor: Arc<Cursor>,
    /// Positions of windows that have moved, as hints in the search for copies.
    pub(crate) windows: Arc<BTreeMap<u32, Region>>,
}

impl Frame {
    /// The pixels of a rectangle.
    pub(crate) fn bitmap(&self, rect: Rect) -> Bitmap {
        let mut pixels = Vec::with_capacity(rect.area());
        for y in rect.y..rect.bottom() {
            let columns = rect.x / TILE..rect.right().div_ceil(TILE);
            let first = y / TILE * self.grid.across;
            for (column, tile) in columns.clone().zip(&self.tiles[first + columns.start..]) {
                let row = tile.row(y % TILE);
                let (start, end) = (rect.x.saturating_sub(column * TILE), rect.right() - column * TILE);
                pixels.extend_from_slice(&row[start..end.min(row.len())]);
            }
        }
        Bitmap { width: rect.width, pixels }
    }
}

/// The RGB pixels of a rectangle, in one number each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bitmap {
    pub(crate) width: usize,
    pub(crate) pixels: Vec<u32>,
}

impl Bitmap {
    pub(crate) fn height(&self) -> usize {
        self.pixels.len() / self.width.max(1)
    }

    pub(crate) fn rows(&self) -> std::slice::ChunksExact<'_, u32> {
        self.pixels.chunks_exact(self.width.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::{Arc, Cursor, Frame, Grid, Rect, Size, Tile};

    /// A frame in which each pixel encodes its position.
    fn frame(screen: Size) -> Frame {
        let grid = Grid::new(screen);
        let tile = |at| {
            let rect: Rect = grid.rect(at);
            let places = (rect.y..rect.bottom()).flat_map(|y| (rect.x..rect.right()).map(move |x| (x, y)));
            Arc::new(Tile::new(rect.width, places.map(|(x, y)| (y << 12 | x) as u32).collect()))
        };
        Frame {
            version: 1,
            grid,
            tiles: (0..grid.count()).map(tile).collect(),
            cursor: Arc::<Cursor>::default(),
            windows: Arc::default(),
        }
    }

    #[test]
    fn a_bitmap_holds_the_pixels_of_its_rectangle() {
        let frame = frame(Size { width: 200, height: 130 });
        for (left, top, right, bottom) in
            [(0, 0, 200, 130), (63, 63, 65, 65), (100, 5, 101, 6), (0, 128, 200, 130)]
        {
            let rect = Rect::between(left, top, right, bottom).unwrap();
            let bitmap = frame.bitmap(rect);
            assert_eq!((bitmap.width, bitmap.height()), (rect.width, rect.height));
            for (y, row) in (top..).zip(bitmap.rows()) {
                for (x, pixel) in (left..).zip(row) {
                    assert_eq!(*pixel, (y << 12 | x) as u32);
                }
            }
        }
    }

    #[test]
    fn touched_tiles_are_those_that_overlap() {
        let grid = Grid::new(Size { width: 200, height: 130 });
        let touched = |left, top, right, bottom| -> Vec<usize> {
            grid.touched(Rect::between(left, top, right, bottom).unwrap()).collect()
        };
        assert_eq!(touched(63, 10, 65, 12), [0, 1]);
        assert_eq!(touched(193, 129, 200, 130), [11]);
        assert_eq!(touched(0, 0, 200, 130), (0..12).collect::<Vec<_>>());
    }

    #[test]
    fn the_padding_byte_is_ignored_in_comparisons() {
        let tile = Tile::new(2, Box::new([1, 2, 3, 4]));
        let mut raw = [1, 0, 0, 9, 2, 0, 0, 9, 3, 0, 0, 9, 4, 0, 0, 9];
        assert!(tile.has_pixels(raw.chunks(8)));
        raw[13] = 1;
        assert!(!tile.has_pixels(raw.chunks(8)));
        assert!(!tile.has_pixels(raw[..8].chunks(8)));
    }
}
