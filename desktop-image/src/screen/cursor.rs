//! The pointer's image, which is not part of captured pixels.

use image::RgbImage;
use protocol::action::{Point, Region};
use x11rb::protocol::xfixes::ConnectionExt as _;

use crate::x11::{Display, XError};

/// The pointer's current image and position.
#[derive(Debug, Clone)]
pub struct Cursor {
    /// Changes with the image.
    pub serial: u32,
    /// The point on the screen that it points at.
    pub at: Point,
    /// The pixel of the image that is at the pointer's position.
    pub hotspot: (u16, u16),
    /// Width and height in pixels.
    pub size: (u16, u16),
    /// Premultiplied ARGB, one number per pixel.
    pub pixels: Vec<u32>,
}

impl Default for Cursor {
    /// A pointer without an image.
    fn default() -> Self {
        Self { serial: 0, at: Point { x: 0, y: 0 }, hotspot: (0, 0), size: (0, 0), pixels: Vec::new() }
    }
}

/// Negotiates the version of XFixes, which must precede its other requests.
pub(super) fn prepare(display: &Display) -> Result<(), XError> {
    display.connection.xfixes_query_version(5, 0)?.reply()?;
    Ok(())
}

impl Cursor {
    /// Reads the pointer from the server.
    pub(super) fn fetch(display: &Display) -> Result<Self, XError> {
        let reply = display.connection.xfixes_get_cursor_image()?.reply()?;
        Ok(Self {
            serial: reply.cursor_serial,
            at: Point { x: reply.x.into(), y: reply.y.into() },
            hotspot: (reply.xhot, reply.yhot),
            size: (reply.width, reply.height),
            pixels: reply.cursor_image,
        })
    }

    /// The image's top left corner on the screen.
    #[must_use]
    pub fn corner(&self) -> Point {
        Point { x: self.at.x - i32::from(self.hotspot.0), y: self.at.y - i32::from(self.hotspot.1) }
    }

    /// The image's region; parts of it may be off the screen.
    #[must_use]
    pub fn region(&self) -> Region {
        let Point { x, y } = self.corner();
        Region { x, y, width: self.size.0.into(), height: self.size.1.into() }
    }

    /// Draws the pointer into pixels whose top left corner is at `origin` on the screen.
    pub fn draw(&self, pixels: &mut RgbImage, origin: Point) {
        let size = pixels.dimensions();
        self.each_pixel(origin, size, |x, y, argb| {
            let below = pixels.get_pixel_mut(x, y);
            below.0 = blend(argb, below.0);
        });
    }

    /// Draws the pointer into RGB pixels of one number each, in rows of `width`.
    pub fn draw_packed(&self, pixels: &mut [u32], width: u32, origin: Point) {
        let height = u32::try_from(pixels.len()).unwrap_or(u32::MAX) / width.max(1);
        self.each_pixel(origin, (width, height), |x, y, argb| {
            if let Some(below) = pixels.get_mut(y as usize * width as usize + x as usize) {
                let [_, rgb @ ..] = below.to_be_bytes();
                let [red, green, blue] = blend(argb, rgb);
                *below = u32::from_be_bytes([0, red, green, blue]);
            }
        });
    }

    /// Calls `draw` for each of the pointer's pixels that is within an image of the given size.
    fn each_pixel(&self, origin: Point, size: (u32, u32), mut draw: impl FnMut(u32, u32, u32)) {
        let corner = self.corner();
        let width = usize::from(self.size.0).max(1);
        for (row, pixels) in (0_i32..).zip(self.pixels.chunks(width)) {
            for (column, argb) in (0_i32..).zip(pixels) {
                let x = u32::try_from(corner.x + column - origin.x).ok().filter(|x| *x < size.0);
                let y = u32::try_from(corner.y + row - origin.y).ok().filter(|y| *y < size.1);
                if let (Some(x), Some(y)) = (x, y) {
                    draw(x, y, *argb);
                }
            }
        }
    }
}

/// Blends a pixel with premultiplied alpha over an opaque one.
fn blend(argb: u32, below: [u8; 3]) -> [u8; 3] {
    let [alpha, over @ ..] = argb.to_be_bytes();
    let clear = u16::from(u8::MAX - alpha);
    let mut out = below;
    for (channel, over) in out.iter_mut().zip(over) {
        let under = (u16::from(*channel) * clear + 127) / 255;
        *channel = u8::try_from(under).unwrap_or(u8::MAX).saturating_add(over);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Point, RgbImage, blend};

    #[test]
    fn pixels_are_blended_by_alpha() {
        assert_eq!(blend(0x0000_0000, [10, 20, 30]), [10, 20, 30]);
        assert_eq!(blend(0xff01_0203, [10, 20, 30]), [1, 2, 3]);
        assert_eq!(blend(0x8080_0000, [0, 255, 0]), [128, 127, 0]);
    }

    #[test]
    fn a_pointer_half_outside_is_clipped() {
        let cursor = Cursor {
            serial: 1,
            at: Point { x: 0, y: 0 },
            hotspot: (1, 1),
            size: (2, 2),
            pixels: vec![0xffff_ffff; 4],
        };
        let mut pixels = RgbImage::new(2, 2);
        cursor.draw(&mut pixels, Point { x: 0, y: 0 });
        let white = pixels.pixels().filter(|pixel| pixel.0 == [255; 3]).count();
        assert_eq!((white, pixels.get_pixel(0, 0).0), (1, [255; 3]));
        let mut packed = [0; 4];
        cursor.draw_packed(&mut packed, 2, Point { x: 0, y: 0 });
        assert_eq!(packed, [0x00ff_ffff, 0, 0, 0]);
    }
}
