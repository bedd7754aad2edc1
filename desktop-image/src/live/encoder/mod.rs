//! Rectangles of pixels as a viewer understands them.
//!
//! TightPNG, which browsers decode: one colour as a fill, few colours as a palette, photographs as JPEG, the
//! rest as PNG. Viewers without it get raw pixels.

mod files;
mod palette;

use std::sync::Arc;

use super::copies::Copy;
use super::pixels::PixelFormat;
use super::rect::Rect;
use super::tiles::{Picture, rgb};
use crate::screen::Cursor;
use palette::{MOST_COLOURS, Palette};

const RAW: i32 = 0;
const COPY_RECT: i32 = 1;
const TIGHT_PNG: i32 = -260;
const CURSOR: i32 = -239;
/// The quality that a viewer wants of JPEG, from the least to the best.
const QUALITY_LEVELS: std::ops::RangeInclusive<i32> = -32..=-23;
const TIGHT_FILL: u8 = 0x80;
const TIGHT_JPEG: u8 = 0x90;
const TIGHT_PNG_DATA: u8 = 0xa0;
/// Pixels from which on many colours mean a photograph rather than an icon.
const PHOTOGRAPH: usize = 128 * 128;
/// Of 256 samples, how many must differ from each other in a photograph.
const PHOTOGRAPH_COLOURS: usize = 160;
/// JPEG qualities for the levels that viewers ask for, as TigerVNC has them.
const QUALITIES: [u8; 10] = [15, 29, 41, 42, 62, 77, 79, 86, 92, 100];
/// For a viewer that names no level.
const USUAL_QUALITY: u8 = 80;

/// Why a rectangle could not be encoded.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum EncodeError {
    #[error("could not encode as PNG")]
    Png(#[source] Arc<png::EncodingError>),
    #[error("could not encode as JPEG")]
    Jpeg(#[source] Arc<jpeg_encoder::EncodingError>),
    #[error("a rectangle is too large for its encoding")]
    TooLarge,
}

/// What a viewer understands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Encoder {
    pub(super) format: PixelFormat,
    tight_png: bool,
    /// Of JPEG, from 1 to 100.
    pub(super) quality: u8,
    pub(super) cursor: bool,
    pub(super) copy_rect: bool,
}

impl Encoder {
    /// An encoder for a viewer that has said nothing yet.
    pub(super) fn new() -> Self {
        Self {
            format: PixelFormat::SERVER,
            tight_png: false,
            quality: USUAL_QUALITY,
            cursor: false,
            copy_rect: false,
        }
    }

    /// The viewer says what it understands.
    pub(super) fn understands(&mut self, encodings: &[i32]) {
        self.tight_png = encodings.contains(&TIGHT_PNG);
        self.cursor = encodings.contains(&CURSOR);
        self.copy_rect = encodings.contains(&COPY_RECT);
        let level = encodings.iter().find(|encoding| QUALITY_LEVELS.contains(encoding));
        let quality = level.and_then(|level| usize::try_from(level - QUALITY_LEVELS.start()).ok());
        self.quality = quality.map_or(USUAL_QUALITY, |level| QUALITIES[level]);
    }

    /// Whether the bytes of a rectangle depend on its pixels and the quality alone.
    pub(super) fn is_shareable(&self) -> bool {
        self.tight_png
    }

    /// Pieces that a rectangle must be sent in.
    pub(super) fn pieces(&self, rect: Rect) -> impl Iterator<Item = Rect> + use<> {
        rect.pieces(WIDEST, MOST_PIXELS)
    }

    /// Appends one rectangle with its pixels.
    pub(super) fn rectangle(
        &self,
        rect: Rect,
        picture: &Picture,
        to: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let encoding = if self.tight_png { TIGHT_PNG } else { RAW };
        header([rect.x, rect.y, rect.width, rect.height], encoding, to)?;
        if !self.tight_png {
            picture.pixels.iter().for_each(|pixel| self.format.write(rgb(*pixel), to));
            return Ok(());
        }
        match Palette::of(picture, MOST_COLOURS) {
            Some(Palette { colours, .. }) if colours.len() == 1 => {
                to.push(TIGHT_FILL);
                to.extend(rgb(colours[0]));
                Ok(())
            }
            Some(palette) => tight(TIGHT_PNG_DATA, &files::indexed_png(picture, &palette)?, to),
            None if is_photograph(picture) => tight(TIGHT_JPEG, &files::jpeg(picture, self.quality)?, to),
            None => tight(TIGHT_PNG_DATA, &files::rgb_png(picture)?, to),
        }
    }

    /// Appends a rectangle that the viewer copies within its own screen.
    pub(super) fn copied(&self, copy: Copy, to: &mut Vec<u8>) -> Result<(), EncodeError> {
        header([copy.to.x, copy.to.y, copy.to.width, copy.to.height], COPY_RECT, to)?;
        for place in [copy.from.x, copy.from.y] {
            to.extend(u16::try_from(place).map_err(|_| EncodeError::TooLarge)?.to_be_bytes());
        }
        Ok(())
    }

    /// Appends the pointer's picture as a rectangle.
    pub(super) fn cursor_shape(&self, cursor: &Cursor, to: &mut Vec<u8>) -> Result<(), EncodeError> {
        let (width, height) = cursor.size;
        header([cursor.hotspot.0, cursor.hotspot.1, width, height].map(usize::from), CURSOR, to)?;
        for argb in &cursor.pixels {
            let [alpha, premultiplied @ ..] = argb.to_be_bytes();
            let full = |channel: u8| u16::from(channel) * 255 / u16::from(alpha.max(1));
            let rgb = premultiplied.map(|channel| u8::try_from(full(channel)).unwrap_or(u8::MAX));
            self.format.write(rgb, to);
        }
        for row in cursor.pixels.chunks(usize::from(width).max(1)) {
            for bits in row.chunks(8) {
                let bit = |(place, argb): (usize, &u32)| u8::from(argb >> 24 >= 128) << (7 - place);
                to.push(bits.iter().enumerate().map(bit).fold(0, |byte, bit| byte | bit));
            }
        }
        Ok(())
    }
}

/// Widest rectangle of Tight encodings, and pixels that fit their longest data whatever they look like.
const WIDEST: usize = 2048;
const MOST_PIXELS: usize = 1024 * 1024;

fn header(place_and_size: [usize; 4], encoding: i32, to: &mut Vec<u8>) -> Result<(), EncodeError> {
    for value in place_and_size {
        to.extend(u16::try_from(value).map_err(|_| EncodeError::TooLarge)?.to_be_bytes());
    }
    to.extend(encoding.to_be_bytes());
    Ok(())
}

/// Data with its length in one to three bytes of seven bits.
fn tight(control: u8, data: &[u8], to: &mut Vec<u8>) -> Result<(), EncodeError> {
    let length = u32::try_from(data.len()).ok().filter(|length| *length < 1 << 22);
    let [low, middle, high, _] = length.ok_or(EncodeError::TooLarge)?.to_le_bytes();
    to.push(control);
    let (first, second) = (low & 0x7f, (low >> 7) | (middle << 1) & 0x7f);
    let third = (middle >> 6) | (high << 2);
    match (second, third) {
        (0, 0) => to.push(first),
        (_, 0) => to.extend([first | 0x80, second]),
        _ => to.extend([first | 0x80, second | 0x80, third]),
    }
    to.extend_from_slice(data);
    Ok(())
}

/// Whether a picture of many colours is a photograph: its pixels differ even from afar.
fn is_photograph(picture: &Picture) -> bool {
    let count = picture.pixels.len();
    if count < PHOTOGRAPH {
        return false;
    }
    // A step that shares nothing with the width, or the samples would stand in a few columns.
    let mut samples: Vec<u32> = picture.pixels.iter().step_by((count / 256) | 1).take(256).copied().collect();
    samples.sort_unstable();
    samples.dedup();
    samples.len() >= PHOTOGRAPH_COLOURS
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::{Encoder, Picture, Rect, TIGHT_PNG, tight};

    fn picture(width: usize, height: usize, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
        let packed = |at: usize| {
            let [red, green, blue] = pixel((at % width) as u32, (at / width) as u32);
            u32::from_be_bytes([0, red, green, blue])
        };
        Picture { width, pixels: (0..width * height).map(packed).collect() }
    }

    fn image(picture: &Picture) -> RgbImage {
        RgbImage::from_fn(picture.width as u32, picture.height() as u32, |x, y| {
            Rgb(super::rgb(picture.pixels[y as usize * picture.width + x as usize]))
        })
    }

    /// The control byte and the picture that a viewer would decode.
    fn through(picture: &Picture) -> (u8, RgbImage) {
        let mut encoder = Encoder::new();
        encoder.understands(&[TIGHT_PNG]);
        let mut bytes = Vec::new();
        let rect = Rect { x: 3, y: 4, width: picture.width, height: picture.height() };
        encoder.rectangle(rect, picture, &mut bytes).unwrap();
        assert_eq!(bytes[..4], [0, 3, 0, 4]);
        assert_eq!(bytes[8..12], TIGHT_PNG.to_be_bytes());
        let control = bytes[12];
        if control == 0x80 {
            let colour = Rgb([bytes[13], bytes[14], bytes[15]]);
            assert_eq!(bytes.len(), 16);
            let (width, height) = image(picture).dimensions();
            return (control, RgbImage::from_pixel(width, height, colour));
        }
        let (length, data) = read_length(&bytes[13..]);
        assert_eq!(length, data.len());
        (control, image::load_from_memory(data).unwrap().into_rgb8())
    }

    /// As noVNC reads it.
    fn read_length(bytes: &[u8]) -> (usize, &[u8]) {
        let mut length = usize::from(bytes[0] & 0x7f);
        if bytes[0] & 0x80 == 0 {
            return (length, &bytes[1..]);
        }
        length |= usize::from(bytes[1] & 0x7f) << 7;
        if bytes[1] & 0x80 == 0 {
            return (length, &bytes[2..]);
        }
        (length | usize::from(bytes[2]) << 14, &bytes[3..])
    }

    #[test]
    fn pictures_arrive_as_they_were() {
        for colours in [1, 2, 3, 4, 5, 16, 17, 256, 257, 5000] {
            let picture = picture(77, 65, |x, y| {
                let place = (x + y * 77) % colours;
                [(place % 256) as u8, (place / 256) as u8, 9]
            });
            let (control, arrived) = through(&picture);
            assert_eq!(control == 0x80, colours == 1);
            assert_eq!(arrived, image(&picture), "{colours} colours");
        }
    }

    #[test]
    fn a_photograph_goes_as_jpeg_and_looks_the_same() {
        let picture = picture(256, 256, |x, y| [x as u8, y as u8, ((x + y) / 2) as u8]);
        let (control, arrived) = through(&picture);
        assert_eq!(control, 0x90);
        let differences = arrived.as_raw().iter().zip(image(&picture).into_raw()).map(|(a, b)| a.abs_diff(b));
        assert!(differences.max().unwrap() < 40);
    }

    #[test]
    fn lengths_are_written_as_viewers_read_them() {
        for length in [0, 1, 127, 128, 16_383, 16_384, (1 << 22) - 1] {
            let mut bytes = Vec::new();
            tight(0, &vec![7; length], &mut bytes).unwrap();
            let (read, data) = read_length(&bytes[1..]);
            assert_eq!((read, data.len()), (length, length));
        }
        assert!(tight(0, &vec![7; 1 << 22], &mut Vec::new()).is_err());
    }

    #[test]
    fn a_viewer_without_tight_gets_raw_pixels() {
        let mut bytes = Vec::new();
        let picture = picture(2, 1, |_, _| [1, 2, 3]);
        let rect = Rect { x: 0, y: 0, width: 2, height: 1 };
        Encoder::new().rectangle(rect, &picture, &mut bytes).unwrap();
        assert_eq!(bytes[8..], [0, 0, 0, 0, 3, 2, 1, 0, 3, 2, 1, 0]);
    }
}
