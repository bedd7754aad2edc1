//! Rectangles on the screen.

use protocol::action::{Region, Size};

/// A rectangle of pixels that lies on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Rect {
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl Rect {
    /// The rectangle between two corners; `None` if it would be empty.
    pub(crate) fn between(left: usize, top: usize, right: usize, bottom: usize) -> Option<Self> {
        (left < right && top < bottom).then(|| Self {
            x: left,
            y: top,
            width: right - left,
            height: bottom - top,
        })
    }

    /// The part of a region that is on the screen.
    pub(crate) fn on_screen(region: Region, screen: Size) -> Option<Self> {
        let clip = |value: i64, limit: u32| value.clamp(0, limit.into()) as usize;
        let far = |start: i32, length: u32| i64::from(start) + i64::from(length);
        Self::between(
            clip(region.x.into(), screen.width),
            clip(region.y.into(), screen.height),
            clip(far(region.x, region.width), screen.width),
            clip(far(region.y, region.height), screen.height),
        )
    }

    pub(crate) fn region(self) -> Region {
        let [x, y] = [self.x, self.y].map(|place| i32::try_from(place).unwrap_or(i32::MAX));
        let [width, height] = [self.width, self.height].map(|edge| u32::try_from(edge).unwrap_or(u32::MAX));
        Region { x, y, width, height }
    }

    pub(crate) fn right(self) -> usize {
        self.x + self.width
    }

    pub(crate) fn bottom(self) -> usize {
        self.y + self.height
    }

    pub(crate) fn area(self) -> usize {
        self.width * self.height
    }

    /// The smallest rectangle that contains both.
    pub(crate) fn around(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let (right, bottom) = (self.right().max(other.right()), self.bottom().max(other.bottom()));
        Self { x, y, width: right - x, height: bottom - y }
    }

    /// The intersection of two.
    pub(crate) fn intersection(self, other: Self) -> Option<Self> {
        Self::between(
            self.x.max(other.x),
            self.y.max(other.y),
            self.right().min(other.right()),
            self.bottom().min(other.bottom()),
        )
    }

    /// The rectangle moved; `None` if a coordinate would be negative.
    pub(crate) fn shifted(self, across: isize, down: isize) -> Option<Self> {
        let (x, y) = (self.x.checked_add_signed(across)?, self.y.checked_add_signed(down)?);
        Some(Self { x, y, ..self })
    }

    /// Splits it into pieces of at most this width and this many pixels.
    pub(crate) fn pieces(self, widest: usize, most: usize) -> impl Iterator<Item = Self> {
        let width = self.width.clamp(1, widest);
        let height = (most / width).max(1);
        (self.y..self.bottom()).step_by(height).flat_map(move |top| {
            (self.x..self.right()).step_by(width).filter_map(move |left| {
                let (right, bottom) = ((left + width).min(self.right()), (top + height).min(self.bottom()));
                Self::between(left, top, right, bottom)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Rect, Region, Size};

    #[test]
    fn a_region_is_clipped_to_the_screen() {
        let screen = Size { width: 200, height: 100 };
        let clip = |x, y, width, height| Rect::on_screen(Region { x, y, width, height }, screen);
        assert_eq!(clip(-5, 90, 10, 20), Rect::between(0, 90, 5, 100));
        assert_eq!(clip(i32::MIN, i32::MIN, u32::MAX, u32::MAX), Rect::between(0, 0, 200, 100));
        for (x, y, width, height) in
            [(-10, -10, 10, 99), (200, 0, 5, 5), (5, 5, 0, 5), (i32::MAX, 0, u32::MAX, 1)]
        {
            assert_eq!(clip(x, y, width, height), None);
        }
    }

    #[test]
    fn pieces_cover_the_whole_within_the_limits() {
        let whole = Rect { x: 3, y: 5, width: 700, height: 91 };
        let pieces: Vec<Rect> = whole.pieces(256, 1024).collect();
        assert!(pieces.iter().all(|piece| piece.width <= 256 && piece.area() <= 1024));
        assert_eq!(pieces.iter().map(|piece| piece.area()).sum::<usize>(), whole.area());
        assert_eq!(pieces.into_iter().reduce(Rect::around), Some(whole));
    }
}
