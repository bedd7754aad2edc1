//! ZRLE: tiles with palettes in one zlib stream.

use super::EncodeError;
use super::palette::Palette;
use super::zlib::ZlibStream;
use crate::framebuffer::tiles::{Bitmap, TILE, rgb};
use crate::rfb::pixel_format::PixelFormat;

const RAW: u8 = 0;
/// Largest palette whose indices are packed into less than a byte.
const MAX_COLOURS: usize = 16;

/// Appends a bitmap.
pub(super) fn encode(
    bitmap: &Bitmap,
    format: &PixelFormat,
    stream: &mut ZlibStream,
    to: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let mut data = Vec::with_capacity(bitmap.pixels.len());
    // ZRLE's tiles have the same size as the framebuffer's.
    for rows in bitmap.pixels.chunks(bitmap.width.max(1) * TILE) {
        for left in (0..bitmap.width).step_by(TILE) {
            let right = (left + TILE).min(bitmap.width);
            let pixels = rows.chunks_exact(bitmap.width).flat_map(|row| &row[left..right]).copied();
            tile(&Bitmap { width: right - left, pixels: pixels.collect() }, format, &mut data);
        }
    }
    let compressed = stream.compress(&data)?;
    let length = u32::try_from(compressed.len()).map_err(|_| EncodeError::TooLarge)?;
    to.extend(length.to_be_bytes());
    to.extend(compressed);
    Ok(())
}

fn tile(bitmap: &Bitmap, format: &PixelFormat, to: &mut Vec<u8>) {
    let Some(palette) = Palette::of(bitmap, MAX_COLOURS) else {
        to.push(RAW);
        bitmap.pixels.iter().for_each(|pixel| format.write_compact(rgb(*pixel), to));
        return;
    };
    // The number of colours selects the form.
    to.push(u8::try_from(palette.colours.len()).unwrap_or(RAW));
    palette.colours.iter().for_each(|colour| format.write_compact(rgb(*colour), to));
    match palette.colours.len() {
        1 => {}
        2 => to.extend(palette.packed(bitmap.width, 1)),
        3..=4 => to.extend(palette.packed(bitmap.width, 2)),
        _ => to.extend(palette.packed(bitmap.width, 4)),
    }
}
