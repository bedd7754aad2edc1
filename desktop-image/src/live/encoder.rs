//! Rectangles of pixels as a viewer understands them.
//!
//! TightPNG, which browsers decode: one colour as a fill, few colours as a palette, photographs as JPEG, the
//! rest as PNG. Viewers without it get raw pixels.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder as _, RgbImage};
use protocol::action::Region;

use super::pixels::PixelFormat;
use crate::screen::Cursor;

const RAW: i32 = 0;
const TIGHT_PNG: i32 = -260;
const CURSOR: i32 = -239;
const TIGHT_FILL: u8 = 0x80;
const TIGHT_JPEG: u8 = 0x90;
const TIGHT_PNG_DATA: u8 = 0xa0;
/// Most colours of a palette.
const PALETTE: usize = 256;
/// Pixels from which on many colours mean a photograph rather than an icon.
const PHOTOGRAPH: usize = 128 * 128;
/// Of 256 samples, how many must differ from each other in a photograph.
const PHOTOGRAPH_COLOURS: usize = 160;
const JPEG_QUALITY: u8 = 85;

/// Why a rectangle could not be encoded.
#[derive(Debug, thiserror::Error)]
pub(super) enum EncodeError {
    #[error("could not encode as PNG")]
    Png(#[from] png::EncodingError),
    #[error("could not encode as JPEG")]
    Jpeg(#[from] image::ImageError),
    #[error("a rectangle is too large for its encoding")]
    TooLarge,
}

/// What a viewer understands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Encoder {
    pub(super) format: PixelFormat,
    tight_png: bool,
    pub(super) cursor: bool,
}

impl Encoder {
    /// An encoder for a viewer that has said nothing yet.
    pub(super) fn new() -> Self {
        Self { format: PixelFormat::SERVER, tight_png: false, cursor: false }
    }

    /// The viewer says what it understands.
    pub(super) fn understands(&mut self, encodings: &[i32]) {
        self.tight_png = encodings.contains(&TIGHT_PNG);
        self.cursor = encodings.contains(&CURSOR);
    }

    /// Appends one rectangle; `pixels` are those of the region alone.
    pub(super) fn rectangle(
        &self,
        region: Region,
        pixels: &RgbImage,
        to: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let encoding = if self.tight_png { TIGHT_PNG } else { RAW };
        header(
            [region.x.unsigned_abs(), region.y.unsigned_abs(), region.width, region.height],
            encoding,
            to,
        )?;
        if !self.tight_png {
            pixels.pixels().for_each(|pixel| self.format.write(pixel.0, to));
            return Ok(());
        }
        match palette(pixels) {
            Some(Palette { colours, .. }) if colours.len() == 1 => {
                to.push(TIGHT_FILL);
                to.extend(colours[0]);
                Ok(())
            }
            Some(palette) => tight(TIGHT_PNG_DATA, &indexed_png(pixels, &palette)?, to),
            None if is_photograph(pixels) => tight(TIGHT_JPEG, &jpeg(pixels)?, to),
            None => tight(TIGHT_PNG_DATA, &rgb_png(pixels)?, to),
        }
    }

    /// Appends the pointer's picture as a rectangle.
    pub(super) fn cursor_shape(&self, cursor: &Cursor, to: &mut Vec<u8>) -> Result<(), EncodeError> {
        let (width, height) = cursor.size;
        header([cursor.hotspot.0, cursor.hotspot.1, width, height].map(u32::from), CURSOR, to)?;
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

fn header(place_and_size: [u32; 4], encoding: i32, to: &mut Vec<u8>) -> Result<(), EncodeError> {
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

/// The colours of a picture with few of them.
struct Palette {
    colours: Vec<[u8; 3]>,
    indices: Vec<u8>,
}

/// The palette of a picture; `None` when it has too many colours.
fn palette(pixels: &RgbImage) -> Option<Palette> {
    let mut colours: Vec<[u8; 3]> = Vec::new();
    let mut places = std::collections::HashMap::new();
    let mut indices = Vec::with_capacity(pixels.as_raw().len() / 3);
    let mut last = None;
    for pixel in pixels.pixels() {
        // Neighbours are mostly alike.
        let index = match last {
            Some((colour, index)) if colour == pixel.0 => index,
            _ => match places.get(&pixel.0) {
                Some(index) => *index,
                None if colours.len() == PALETTE => return None,
                None => {
                    let index = u8::try_from(colours.len()).ok()?;
                    colours.push(pixel.0);
                    places.insert(pixel.0, index);
                    index
                }
            },
        };
        last = Some((pixel.0, index));
        indices.push(index);
    }
    Some(Palette { colours, indices })
}

/// Whether a picture of many colours is a photograph: its pixels differ even from afar.
fn is_photograph(pixels: &RgbImage) -> bool {
    let count = pixels.as_raw().len() / 3;
    if count < PHOTOGRAPH {
        return false;
    }
    let samples = pixels.pixels().step_by(count / 256).take(256);
    samples.map(|pixel| pixel.0).collect::<std::collections::HashSet<_>>().len() >= PHOTOGRAPH_COLOURS
}

fn jpeg(pixels: &RgbImage) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    encoder.write_image(pixels.as_raw(), pixels.width(), pixels.height(), ExtendedColorType::Rgb8)?;
    Ok(bytes)
}

fn rgb_png(pixels: &RgbImage) -> Result<Vec<u8>, EncodeError> {
    png_of(pixels, png::ColorType::Rgb, png::BitDepth::Eight, None, pixels.as_raw())
}

fn indexed_png(pixels: &RgbImage, palette: &Palette) -> Result<Vec<u8>, EncodeError> {
    let colours = palette.colours.concat();
    let (depth, bits) = match palette.colours.len() {
        ..=2 => (png::BitDepth::One, 1),
        3..=4 => (png::BitDepth::Two, 2),
        5..=16 => (png::BitDepth::Four, 4),
        _ => (png::BitDepth::Eight, 8),
    };
    let width = usize::try_from(pixels.width()).unwrap_or(usize::MAX).max(1);
    let mut packed = Vec::with_capacity(palette.indices.len() * bits / 8 + palette.indices.len() / width);
    for row in palette.indices.chunks(width) {
        for group in row.chunks(8 / bits) {
            let place = |(at, index): (usize, &u8)| index << (8 - bits * (at + 1));
            packed.push(group.iter().enumerate().map(place).fold(0, |byte, part| byte | part));
        }
    }
    png_of(pixels, png::ColorType::Indexed, depth, Some(colours), &packed)
}

fn png_of(
    pixels: &RgbImage,
    colour: png::ColorType,
    depth: png::BitDepth,
    palette: Option<Vec<u8>>,
    data: &[u8],
) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixels.width(), pixels.height());
    encoder.set_color(colour);
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::Fast);
    if let Some(palette) = palette {
        encoder.set_palette(palette);
        // Differences between palette places mean nothing.
        encoder.set_filter(png::Filter::NoFilter);
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(data)?;
    writer.finish()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Encoder, Region, RgbImage, TIGHT_PNG, tight};
    use image::Rgb;

    /// The control byte and the picture that a viewer would decode.
    fn through(picture: &RgbImage) -> (u8, RgbImage) {
        let mut encoder = Encoder::new();
        encoder.understands(&[TIGHT_PNG]);
        let mut bytes = Vec::new();
        let region = Region { x: 3, y: 4, width: picture.width(), height: picture.height() };
        encoder.rectangle(region, picture, &mut bytes).unwrap();
        assert_eq!(bytes[..4], [0, 3, 0, 4]);
        assert_eq!(bytes[8..12], TIGHT_PNG.to_be_bytes());
        let control = bytes[12];
        if control == 0x80 {
            let colour = Rgb([bytes[13], bytes[14], bytes[15]]);
            assert_eq!(bytes.len(), 16);
            return (control, RgbImage::from_pixel(picture.width(), picture.height(), colour));
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
            let picture = RgbImage::from_fn(77, 65, |x, y| {
                let place = (x + y * 77) % colours;
                Rgb([(place % 256) as u8, (place / 256) as u8, 9])
            });
            let (control, arrived) = through(&picture);
            assert_eq!(control == 0x80, colours == 1);
            assert_eq!(arrived, picture, "{colours} colours");
        }
    }

    #[test]
    fn a_photograph_goes_as_jpeg_and_looks_the_same() {
        let picture = RgbImage::from_fn(256, 256, |x, y| Rgb([x as u8, y as u8, ((x + y) / 2) as u8]));
        let (control, arrived) = through(&picture);
        assert_eq!(control, 0x90);
        let worst = picture.as_raw().iter().zip(arrived.as_raw()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(worst < Some(24), "{worst:?}");
    }

    #[test]
    fn lengths_take_one_to_three_bytes() {
        for length in [0, 1, 127, 128, 16_383, 16_384, 2_000_000, (1 << 22) - 1] {
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
        let picture = RgbImage::from_pixel(2, 1, Rgb([1, 2, 3]));
        let region = Region { x: 0, y: 0, width: 2, height: 1 };
        Encoder::new().rectangle(region, &picture, &mut bytes).unwrap();
        assert_eq!(bytes[8..], [0, 0, 0, 0, 3, 2, 1, 0, 3, 2, 1, 0]);
    }
}
