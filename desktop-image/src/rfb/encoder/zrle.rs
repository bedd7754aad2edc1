//! ZRLE: tiles of a few colours each, all through one zlib stream.

use super::EncodeError;
use super::palette::Palette;
use super::zlib::ZlibStream;
use crate::framebuffer::tiles::{Picture, TILE, rgb};
use crate::rfb::pixel_format::PixelFormat;

const RAW: u8 = 0;
/// Most colours that are packed into less than a byte each.
const MOST_COLOURS: usize = 16;

/// Appends a picture.
pub(super) fn encode(
    picture: &Picture,
    format: &PixelFormat,
    stream: &mut ZlibStream,
    to: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let mut data = Vec::with_capacity(picture.pixels.len());
    // ZRLE's tiles are as large as ours.
    for rows in picture.pixels.chunks(picture.width.max(1) * TILE) {
        for left in (0..picture.width).step_by(TILE) {
            let right = (left + TILE).min(picture.width);
            let pixels = rows.chunks_exact(picture.width).flat_map(|row| &row[left..right]).copied();
            tile(&Picture { width: right - left, pixels: pixels.collect() }, format, &mut data);
        }
    }
    let compressed = stream.compress(&data)?;
    let length = u32::try_from(compressed.len()).map_err(|_| EncodeError::TooLarge)?;
    to.extend(length.to_be_bytes());
    to.extend(compressed);
    Ok(())
}

fn tile(picture: &Picture, format: &PixelFormat, to: &mut Vec<u8>) {
    let Some(palette) = Palette::of(picture, MOST_COLOURS) else {
        to.push(RAW);
        picture.pixels.iter().for_each(|pixel| format.write_compact(rgb(*pixel), to));
        return;
    };
    // The number of colours says which form it is.
    to.push(u8::try_from(palette.colours.len()).unwrap_or(RAW));
    palette.colours.iter().for_each(|colour| format.write_compact(rgb(*colour), to));
    match palette.colours.len() {
        1 => {}
        2 => to.extend(palette.packed(picture.width, 1)),
        3..=4 => to.extend(palette.packed(picture.width, 2)),
        _ => to.extend(palette.packed(picture.width, 4)),
    }
}
