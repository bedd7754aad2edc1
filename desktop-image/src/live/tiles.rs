//! Which parts of the screen a viewer has not seen: one bit a tile, however slow the viewer is.

use protocol::action::{Region, Size};

/// Pixels of a tile's edge.
pub(super) const TILE: u32 = 64;

/// A grid of tiles over the screen.
#[derive(Debug)]
pub(super) struct Tiles {
    screen: Size,
    across: usize,
    stale: Vec<bool>,
    /// What the viewer was last sent, as a hash of its pixels.
    sent: Vec<Option<u64>>,
}

impl Tiles {
    /// A grid of which the viewer has seen nothing.
    pub(super) fn new(screen: Size) -> Self {
        let count = |length: u32| usize::try_from(length.div_ceil(TILE)).unwrap_or(1);
        let (across, down) = (count(screen.width), count(screen.height));
        Self { screen, across, stale: vec![true; across * down], sent: vec![None; across * down] }
    }

    /// The viewer wants everything anew.
    pub(super) fn forget(&mut self) {
        self.stale.fill(true);
        self.sent.fill(None);
    }

    /// A part of the screen was drawn to.
    pub(super) fn mark(&mut self, region: Region) {
        let range = |start: i32, length: u32, limit: u32| {
            let end = i64::from(start) + i64::from(length);
            let clip = |value: i64| u32::try_from(value.clamp(0, i64::from(limit))).unwrap_or(limit);
            let (start, end) = (clip(start.into()), clip(end));
            if start < end { start / TILE..end.div_ceil(TILE) } else { 0..0 }
        };
        for row in range(region.y, region.height, self.screen.height) {
            for column in range(region.x, region.width, self.screen.width) {
                if let Some(stale) = self.stale.get_mut(row as usize * self.across + column as usize) {
                    *stale = true;
                }
            }
        }
    }

    /// Whether nothing is stale.
    pub(super) fn is_clean(&self) -> bool {
        !self.stale.contains(&true)
    }

    /// The smallest part of the screen that holds all stale tiles.
    pub(super) fn bounds(&self) -> Option<Region> {
        let stale: Vec<Region> = self
            .stale
            .iter()
            .enumerate()
            .filter(|(_, stale)| **stale)
            .map(|(at, _)| self.region(at))
            .collect();
        let left = stale.iter().map(|region| region.x).min()?;
        let top = stale.iter().map(|region| region.y).min()?;
        let right = stale.iter().map(|region| region.x + region.width.cast_signed()).max()?;
        let bottom = stale.iter().map(|region| region.y + region.height.cast_signed()).max()?;
        let (width, height) = ((right - left).unsigned_abs(), (bottom - top).unsigned_abs());
        Some(Region { x: left, y: top, width, height })
    }

    /// Takes the stale tiles whose pixels differ from what the viewer has; neighbours in a row become one
    /// region. `hash` gives the hash of a region's pixels.
    pub(super) fn take_changed(&mut self, hash: impl Fn(Region) -> u64) -> Vec<Region> {
        let mut changed: Vec<Region> = Vec::new();
        for at in 0..self.stale.len() {
            if !std::mem::take(&mut self.stale[at]) {
                continue;
            }
            let region = self.region(at);
            let now = Some(hash(region));
            if self.sent[at] == now {
                continue;
            }
            self.sent[at] = now;
            match changed.last_mut() {
                Some(last) if last.y == region.y && last.x + last.width.cast_signed() == region.x => {
                    last.width += region.width;
                }
                _ => changed.push(region),
            }
        }
        join_rows(changed)
    }

    fn region(&self, at: usize) -> Region {
        let [column, row] = [at % self.across, at / self.across].map(|place| place as u32 * TILE);
        Region {
            x: column.cast_signed(),
            y: row.cast_signed(),
            width: TILE.min(self.screen.width - column),
            height: TILE.min(self.screen.height - row),
        }
    }
}

/// Joins regions that lie exactly under each other.
fn join_rows(rows: Vec<Region>) -> Vec<Region> {
    let mut joined: Vec<Region> = Vec::new();
    for row in rows {
        let above = joined.iter_mut().rev().find(|above| {
            above.x == row.x && above.width == row.width && above.y + above.height.cast_signed() == row.y
        });
        match above {
            Some(above) => above.height += row.height,
            None => joined.push(row),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::{Region, Size, Tiles};

    const SCREEN: Size = Size { width: 200, height: 130 };

    fn region(x: i32, y: i32, width: u32, height: u32) -> Region {
        Region { x, y, width, height }
    }

    fn seen() -> Tiles {
        let mut tiles = Tiles::new(SCREEN);
        assert_eq!(tiles.take_changed(|_| 1), [region(0, 0, 200, 130)]);
        assert!(tiles.is_clean());
        tiles
    }

    #[test]
    fn a_new_viewer_gets_the_whole_screen_once() {
        assert_eq!(seen().bounds(), None);
    }

    #[test]
    fn damage_stales_the_tiles_it_touches() {
        let mut tiles = seen();
        tiles.mark(region(63, 10, 2, 2));
        assert_eq!(tiles.bounds(), Some(region(0, 0, 128, 64)));
        assert_eq!(tiles.take_changed(|_| 2), [region(0, 0, 128, 64)]);
        tiles.mark(region(190, 129, 100, 100));
        assert_eq!(tiles.take_changed(|_| 2), [region(128, 128, 72, 2)]);
        for outside in [region(-10, -10, 5, 5), region(500, 500, 9, 9), region(i32::MAX, 0, u32::MAX, 1)] {
            tiles.mark(outside);
            assert!(tiles.is_clean(), "{outside:?}");
        }
    }

    #[test]
    fn what_looks_the_same_is_not_sent_again() {
        let mut tiles = seen();
        tiles.mark(region(0, 0, 200, 130));
        assert_eq!(tiles.take_changed(|region| if region.x == 64 { 2 } else { 1 }), [region(64, 0, 64, 130)]);
        tiles.forget();
        assert_eq!(tiles.take_changed(|_| 1), [region(0, 0, 200, 130)]);
    }
}
