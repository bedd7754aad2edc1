//! Caches the last screenshot of the whole screen, including the pointer.

use image::RgbImage;
use protocol::action::{Point, Region};
use protocol::agent::actions::ScreenshotOptions;

use super::{Cursor, EncodedScreenshot};

/// The last screenshot and its encoding: an unchanged screen is not encoded again.
#[derive(Debug, Default)]
pub(super) struct ScreenshotCache {
    pixels: RgbImage,
    pointer: Option<Pointer>,
    state: u64,
    encoded: Option<(ScreenshotOptions, EncodedScreenshot)>,
}

/// The drawn pointer.
#[derive(Debug)]
struct Pointer {
    serial: u32,
    corner: Point,
    /// The pixels that it covers.
    beneath: RgbImage,
    at: (u32, u32),
}

impl ScreenshotCache {
    /// The screen's pixels.
    pub(super) fn pixels(&self) -> &RgbImage {
        &self.pixels
    }

    /// The version of the screen, which increases with each change.
    pub(super) fn state(&self) -> u64 {
        self.state
    }

    /// Whether the cache is of a screen with this region, so that capturing damaged parts is enough.
    pub(super) fn covers(&self, whole: Region) -> bool {
        self.pixels.dimensions() == (whole.width, whole.height)
    }

    /// Drops the pixels, so that the next capture is of the whole screen. The version continues.
    pub(super) fn invalidate(&mut self) {
        *self = Self { state: self.state, ..Self::default() };
    }

    /// The cached encoding with these options.
    pub(super) fn encoded(&self, options: ScreenshotOptions) -> Option<EncodedScreenshot> {
        let known = self.encoded.as_ref().filter(|(known, _)| *known == options);
        known.map(|(_, screenshot)| screenshot.clone())
    }

    /// Stores an encoding.
    pub(super) fn store(&mut self, options: ScreenshotOptions, screenshot: EncodedScreenshot) {
        self.encoded = Some((options, screenshot));
    }

    /// Updates parts of the screen, or all of it, and the pointer.
    pub(super) fn update(&mut self, whole: Region, parts: Vec<(Region, RgbImage)>, cursor: &Cursor) {
        let pointer_stays = self
            .pointer
            .as_ref()
            .is_some_and(|known| (known.serial, known.corner) == (cursor.serial, cursor.corner()));
        if parts.is_empty() && pointer_stays {
            return;
        }
        if let Some(Pointer { beneath, at, .. }) = self.pointer.take() {
            patch(&mut self.pixels, at, &beneath);
        }
        let mut changed = !pointer_stays;
        for (region, pixels) in parts {
            if region == whole && !self.covers(whole) {
                (self.pixels, changed) = (pixels, true);
            } else if let (Ok(x), Ok(y)) = (u32::try_from(region.x), u32::try_from(region.y)) {
                changed |= patch(&mut self.pixels, (x, y), &pixels);
            }
        }
        self.draw(cursor);
        if changed {
            self.state += 1;
            self.encoded = None;
        }
    }

    fn draw(&mut self, cursor: &Cursor) {
        let corner = cursor.corner();
        let (width, height) = self.pixels.dimensions();
        let clipped = |start: i32, length: u16, limit: u32| {
            let inside = |edge: i64| u32::try_from(edge.max(0)).unwrap_or(limit).min(limit);
            let first = inside(start.into());
            (first, inside(i64::from(start) + i64::from(length)) - first)
        };
        let (x, across) = clipped(corner.x, cursor.size.0, width);
        let (y, down) = clipped(corner.y, cursor.size.1, height);
        let beneath = image::imageops::crop_imm(&self.pixels, x, y, across, down).to_image();
        cursor.draw(&mut self.pixels, Point { x: 0, y: 0 });
        self.pointer = Some(Pointer { serial: cursor.serial, corner, beneath, at: (x, y) });
    }
}

/// Copies a clipped part to its position; returns whether any pixel changed.
fn patch(screenshot: &mut RgbImage, at: (u32, u32), part: &RgbImage) -> bool {
    const BYTES: usize = 3;
    let (left, top) = (at.0 as usize, at.1 as usize);
    let (width, across) = (screenshot.width() as usize, part.width() as usize);
    let across_inside = across.min(width.saturating_sub(left));
    let mut changed = false;
    if across_inside == 0 {
        return changed;
    }
    let rows = screenshot.chunks_exact_mut(width * BYTES).skip(top);
    for (row, new) in rows.zip(part.chunks_exact(across * BYTES)) {
        let (row, new) = (&mut row[left * BYTES..][..across_inside * BYTES], &new[..across_inside * BYTES]);
        if row != new {
            row.copy_from_slice(new);
            changed = true;
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::{Cursor, Point, Region, RgbImage, ScreenshotCache};

    const WHOLE: Region = Region { x: 0, y: 0, width: 20, height: 10 };

    fn of_colour(width: u32, height: u32, colour: u8) -> RgbImage {
        RgbImage::from_pixel(width, height, Rgb([colour; 3]))
    }

    fn white_pointer(x: i32, y: i32) -> Cursor {
        Cursor { serial: 1, at: Point { x, y }, hotspot: (0, 0), size: (2, 2), pixels: vec![0xffff_ffff; 4] }
    }

    #[test]
    fn a_moved_pointer_reveals_the_pixels_beneath_it() {
        let mut cache = ScreenshotCache::default();
        for (x, y) in [(19, 9), (-1, -1), (5, 5), (40, 40), (8, 2)] {
            let parts = if cache.covers(WHOLE) { Vec::new() } else { vec![(WHOLE, of_colour(20, 10, 7))] };
            cache.update(WHOLE, parts, &white_pointer(x, y));
            let mut expected = of_colour(20, 10, 7);
            white_pointer(x, y).draw(&mut expected, Point { x: 0, y: 0 });
            assert!(*cache.pixels() == expected, "{x} {y}");
        }
    }

    #[test]
    fn drawing_beneath_the_pointer_is_revealed_later() {
        let mut cache = ScreenshotCache::default();
        cache.update(WHOLE, vec![(WHOLE, of_colour(20, 10, 7))], &white_pointer(3, 3));
        let part = Region { x: 2, y: 2, width: 4, height: 4 };
        cache.update(WHOLE, vec![(part, of_colour(4, 4, 9))], &white_pointer(3, 3));
        assert_eq!((cache.pixels().get_pixel(2, 2).0, cache.pixels().get_pixel(3, 3).0), ([9; 3], [255; 3]));
        cache.update(WHOLE, Vec::new(), &white_pointer(15, 3));
        assert_eq!((cache.pixels().get_pixel(3, 3).0, cache.pixels().get_pixel(6, 6).0), ([9; 3], [7; 3]));
    }

    #[test]
    fn the_version_changes_only_with_pixels() {
        let mut cache = ScreenshotCache::default();
        let part = Region { x: 2, y: 2, width: 4, height: 4 };
        let mut states = Vec::new();
        for (parts, x) in [
            (vec![(WHOLE, of_colour(20, 10, 7))], 3),
            (vec![(part, of_colour(4, 4, 7))], 3),
            (vec![(WHOLE, of_colour(20, 10, 7))], 3),
            (vec![(part, of_colour(4, 4, 8))], 3),
            (Vec::new(), 3),
            (Vec::new(), 4),
        ] {
            cache.update(WHOLE, parts, &white_pointer(x, 3));
            states.push(cache.state());
        }
        assert_eq!(states, [1, 1, 1, 2, 2, 3]);
        cache.invalidate();
        cache.update(WHOLE, vec![(WHOLE, of_colour(20, 10, 7))], &white_pointer(4, 3));
        assert_eq!(cache.state(), 4);
    }
}
