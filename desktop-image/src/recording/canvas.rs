//! The current frame of a recording in YUV 4:2:0, the input of the H.264 encoder.
//!
//! Only damaged regions are converted, so a blinking caret costs a few hundred pixels and not a million.

use image::RgbImage;
use openh264::formats::YUVSource;
use protocol::action::{Region, Size};

/// Luma and chroma of the whole screen (BT.709, limited range, 4:2:0). Width and height are even: an odd last row or
/// column is duplicated.
#[derive(Debug)]
pub(super) struct Canvas {
    screen: Size,
    width: usize,
    height: usize,
    luma: Vec<u8>,
    blue: Vec<u8>,
    red: Vec<u8>,
}

impl Canvas {
    /// A black frame for a screen.
    pub(super) fn new(screen: Size) -> Self {
        let (width, height) = (even(screen.width) as usize, even(screen.height) as usize);
        let colour = vec![128; width * height / 4];
        Self { screen, width, height, luma: vec![16; width * height], blue: colour.clone(), red: colour }
    }

    /// Resets the frame to black.
    pub(super) fn blacken(&mut self) {
        self.luma.fill(16);
        self.blue.fill(128);
        self.red.fill(128);
    }

    /// Size of the frame.
    pub(super) fn size(&self) -> Size {
        Size { width: even(self.screen.width), height: even(self.screen.height) }
    }

    /// The region to capture for a damaged one: clipped to the screen and extended to whole 2x2 blocks. `None` when it
    /// is off the screen.
    pub(super) fn cover(&self, damaged: Region) -> Option<Region> {
        let span = |start: i32, length: u32, limit: u32| {
            let within = |place: i64| u32::try_from(place.clamp(0, limit.into())).unwrap_or(limit);
            let (first, end) = (within(start.into()), within(i64::from(start) + i64::from(length)));
            if first >= end {
                return None;
            }
            let first = first & !1;
            let length = even(end).min(limit) - first;
            Some((i32::try_from(first).ok()?, length))
        };
        let (x, width) = span(damaged.x, damaged.width, self.screen.width)?;
        let (y, height) = span(damaged.y, damaged.height, self.screen.height)?;
        Some(Region { x, y, width, height })
    }

    /// Draws the pixels of a region that [`Canvas::cover`] returned. Returns whether any pixel changed.
    pub(super) fn draw(&mut self, region: Region, pixels: &RgbImage) -> bool {
        let stride = region.width as usize * 3;
        let left = usize::try_from(region.x).unwrap_or_default();
        let mut y = usize::try_from(region.y).unwrap_or_default();
        let mut changed = false;
        for rows in pixels.as_raw().chunks(stride * 2) {
            let (upper, lower) = rows.split_at(stride.min(rows.len()));
            let lower = if lower.is_empty() { upper } else { lower };
            changed |= self.draw_rows(left, y, upper, lower);
            y += 2;
        }
        changed
    }

    /// Draws two rows of pixels; `left` and `y` are even.
    fn draw_rows(&mut self, left: usize, y: usize, upper: &[u8], lower: &[u8]) -> bool {
        let columns = upper.len().div_ceil(6);
        let (above, below) = self.luma[y * self.width..].split_at_mut(self.width);
        let above = above[left..][..columns * 2].as_chunks_mut::<2>().0;
        let below = below[left..][..columns * 2].as_chunks_mut::<2>().0;
        let colours = (y / 2) * (self.width / 2) + left / 2;
        let (blues, reds) = (&mut self.blue[colours..][..columns], &mut self.red[colours..][..columns]);
        let pixels = upper.chunks(6).zip(lower.chunks(6));
        let drawn = above.iter_mut().zip(below).zip(blues.iter_mut().zip(reds));
        let mut changed = false;
        for ((upper, lower), ((above, below), (blue, red))) in pixels.zip(drawn) {
            let square = [first(upper), last(upper), first(lower), last(lower)];
            let [a, b, c, d] = square.map(luma);
            let (cb, cr) = chroma(square);
            changed |= ([a, b], [c, d], cb, cr) != (*above, *below, *blue, *red);
            (*above, *below, *blue, *red) = ([a, b], [c, d], cb, cr);
        }
        changed
    }
}

impl YUVSource for Canvas {
    fn dimensions(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    fn strides(&self) -> (usize, usize, usize) {
        (self.width, self.width / 2, self.width / 2)
    }

    fn y(&self) -> &[u8] {
        &self.luma
    }

    fn u(&self) -> &[u8] {
        &self.blue
    }

    fn v(&self) -> &[u8] {
        &self.red
    }
}

fn even(edge: u32) -> u32 {
    edge.next_multiple_of(2)
}

fn first(pixels: &[u8]) -> [i32; 3] {
    [pixels[0], pixels[1], pixels[2]].map(i32::from)
}

/// The second of two pixels, or the single one.
fn last(pixels: &[u8]) -> [i32; 3] {
    first(&pixels[pixels.len() - 3..])
}

/// Luma of a pixel, from 16 to 235.
fn luma([r, g, b]: [i32; 3]) -> u8 {
    byte((47 * r + 157 * g + 16 * b + 128 + (16 << 8)) >> 8)
}

/// Chroma (Cb, Cr) of the mean of four pixels, each from 16 to 240.
fn chroma(square: [[i32; 3]; 4]) -> (u8, u8) {
    let [r, g, b] = [0, 1, 2].map(|channel| square.iter().map(|pixel| pixel[channel]).sum::<i32>());
    let half = (128 << 10) + 512;
    (byte((-26 * r - 86 * g + 112 * b + half) >> 10), byte((112 * r - 102 * g - 10 * b + half) >> 10))
}

fn byte(value: i32) -> u8 {
    value.clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::{Canvas, Region, RgbImage, Size};
    use image::Rgb;

    fn region(x: i32, y: i32, width: u32, height: u32) -> Region {
        Region { x, y, width, height }
    }

    #[test]
    fn colours_match_bt_709() {
        let mut canvas = Canvas::new(Size { width: 2, height: 2 });
        for (rgb, [y, cb, cr]) in [
            ([0, 0, 0], [16, 128, 128]),
            ([255, 255, 255], [235, 128, 128]),
            ([255, 0, 0], [63, 102, 240]),
            ([0, 255, 0], [173, 42, 26]),
            ([0, 0, 255], [32, 240, 118]),
        ] {
            canvas.draw(region(0, 0, 2, 2), &RgbImage::from_pixel(2, 2, Rgb(rgb)));
            let got = [canvas.luma[3], canvas.blue[0], canvas.red[0]];
            assert!(got.iter().zip([y, cb, cr]).all(|(a, b)| a.abs_diff(b) <= 1), "{rgb:?} became {got:?}");
        }
    }

    #[test]
    fn an_odd_last_row_and_column_are_duplicated() {
        let mut canvas = Canvas::new(Size { width: 3, height: 5 });
        assert_eq!(canvas.size(), Size { width: 4, height: 6 });
        let whole = canvas.cover(region(0, 0, 3, 5)).unwrap();
        assert_eq!(whole, region(0, 0, 3, 5));
        assert!(canvas.draw(whole, &RgbImage::from_pixel(3, 5, Rgb([255; 3]))));
        assert!(canvas.luma.iter().all(|luma| *luma == 235), "{:?}", canvas.luma);
    }

    #[test]
    fn a_region_is_drawn_in_place_and_only_differences_count_as_changes() {
        let mut canvas = Canvas::new(Size { width: 8, height: 6 });
        let part = canvas.cover(region(3, 3, 2, 1)).unwrap();
        assert_eq!(part, region(2, 2, 4, 2));
        let white = RgbImage::from_pixel(4, 2, Rgb([255; 3]));
        assert!(canvas.draw(part, &white));
        assert!(!canvas.draw(part, &white));
        let bright = (0..48).filter(|place| canvas.luma[*place] == 235).collect::<Vec<_>>();
        assert_eq!(bright, [18, 19, 20, 21, 26, 27, 28, 29]);
        canvas.draw(part, &RgbImage::from_pixel(4, 2, Rgb([255, 0, 0])));
        let red = (0..12).filter(|place| canvas.red[*place] > 200).collect::<Vec<_>>();
        assert_eq!(red, [5, 6]);
    }

    #[test]
    fn regions_are_clipped_to_the_screen() {
        let canvas = Canvas::new(Size { width: 7, height: 7 });
        assert_eq!(canvas.cover(region(-5, -5, 3, 3)), None);
        assert_eq!(canvas.cover(region(7, 0, 9, 9)), None);
        assert_eq!(canvas.cover(region(-5, 5, 7, 9)), Some(region(0, 4, 2, 3)));
    }
}
