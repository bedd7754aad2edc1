//! Encodes bitmaps as PNG and JPEG.

use jpeg_encoder::{ColorType, SamplingFactor};

use super::EncodeError;
use super::palette::Palette;
use crate::framebuffer::tiles::{Bitmap, rgb};

/// JPEG qualities below this use chroma subsampling.
const FINE_COLOUR: u8 = 86;

/// A bitmap as PNG.
pub(super) fn rgb_png(bitmap: &Bitmap) -> Result<Vec<u8>, EncodeError> {
    let data: Vec<u8> = bitmap.pixels.iter().flat_map(|pixel| rgb(*pixel)).collect();
    let mut bytes = Vec::with_capacity(data.len() / 4);
    let mut encoder = encoder(bitmap, &mut bytes)?;
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    finish(encoder, &data)?;
    Ok(bytes)
}

/// A bitmap of at most 256 colours as PNG with a palette.
pub(super) fn indexed_png(bitmap: &Bitmap, palette: &Palette) -> Result<Vec<u8>, EncodeError> {
    let (depth, bits) = match palette.colours.len() {
        ..=2 => (png::BitDepth::One, 1),
        3..=4 => (png::BitDepth::Two, 2),
        5..=16 => (png::BitDepth::Four, 4),
        _ => (png::BitDepth::Eight, 8),
    };
    let data = palette.packed(bitmap.width, bits);
    let mut bytes = Vec::with_capacity(1024);
    let mut encoder = encoder(bitmap, &mut bytes)?;
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(depth);
    encoder.set_palette(palette.colours.iter().flat_map(|colour| rgb(*colour)).collect::<Vec<u8>>());
    // Filters do not help with palette indices.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_deflate_compression(png::DeflateCompression::Level(3));
    finish(encoder, &data)?;
    Ok(bytes)
}

fn encoder<'a>(
    bitmap: &Bitmap,
    to: &'a mut Vec<u8>,
) -> Result<png::Encoder<'static, &'a mut Vec<u8>>, EncodeError> {
    let edge = |length: usize| u32::try_from(length).map_err(|_| EncodeError::TooLarge);
    Ok(png::Encoder::new(to, edge(bitmap.width)?, edge(bitmap.height())?))
}

fn finish(encoder: png::Encoder<'_, &mut Vec<u8>>, data: &[u8]) -> Result<(), EncodeError> {
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(data)?;
        writer.finish()
    });
    Ok(written?)
}

/// A bitmap as JPEG of a quality from 1 to 100.
pub(super) fn jpeg(bitmap: &Bitmap, quality: u8) -> Result<Vec<u8>, EncodeError> {
    let edge = |length: usize| u16::try_from(length).map_err(|_| EncodeError::TooLarge);
    let (width, height) = (edge(bitmap.width)?, edge(bitmap.height())?);
    let mut bytes = Vec::with_capacity(bitmap.pixels.len() / 4);
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(if quality < FINE_COLOUR {
        SamplingFactor::R_4_2_0
    } else {
        SamplingFactor::R_4_4_4
    });
    let bgrx: Vec<u8>;
    let data = if cfg!(target_endian = "little") {
        bytemuck::cast_slice(&bitmap.pixels)
    } else {
        bgrx = bitmap.pixels.iter().flat_map(|pixel| pixel.to_le_bytes()).collect();
        &bgrx
    };
    encoder.encode(data, width, height, ColorType::Bgra)?;
    Ok(bytes)
}
