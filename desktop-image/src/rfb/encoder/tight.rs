//! Tight for classic viewers, and TightPNG for browsers.

use super::palette::{MAX_COLOURS, Palette};
use super::zlib::ZlibStream;
use super::{EncodeError, files};
use crate::framebuffer::tiles::{Bitmap, rgb};
use crate::rfb::pixel_format::PixelFormat;

const FILL: u8 = 0x80;
const JPEG: u8 = 0x90;
const PNG: u8 = 0xa0;
/// The filter is named in the next byte.
const WITH_FILTER: u8 = 0x40;
const PALETTE_FILTER: u8 = 1;
/// Data shorter than this is sent uncompressed.
const SHORTEST: usize = 12;
/// Fewest pixels of a photograph; smaller bitmaps with many colours are icons.
const PHOTOGRAPH: usize = 128 * 128;
/// Fewest distinct colours among 256 samples of a photograph.
const PHOTOGRAPH_COLOURS: usize = 160;

/// The zlib stream of each kind of data.
#[derive(Debug, Clone, Copy)]
enum Stream {
    Pixels,
    TwoColours,
    Palette,
}

/// The zlib streams of one viewer.
#[derive(Debug)]
pub(super) struct Tight {
    streams: [Option<ZlibStream>; 3],
    compression: u32,
    /// JPEG quality from 1 to 100; `None` when the viewer accepts no JPEG.
    quality: Option<u8>,
}

impl Tight {
    pub(super) fn new(compression: u32) -> Self {
        Self { streams: [None, None, None], compression, quality: None }
    }

    pub(super) fn set(&mut self, compression: u32, quality: Option<u8>) {
        (self.compression, self.quality) = (compression, quality);
    }

    /// Appends a bitmap.
    pub(super) fn encode(
        &mut self,
        bitmap: &Bitmap,
        format: &PixelFormat,
        to: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let is_indexable = |palette: &Palette| palette.colours.len() <= 2 || format.bytes() > 1;
        let palette = Palette::of(bitmap, MAX_COLOURS).filter(is_indexable);
        if let Some(palette) = palette {
            if let [colour] = palette.colours[..] {
                to.push(FILL);
                format.write_tight(rgb(colour), to);
                return Ok(());
            }
            let (stream, depth) =
                if palette.colours.len() == 2 { (Stream::TwoColours, 1) } else { (Stream::Palette, 8) };
            to.extend([WITH_FILTER | (stream as u8) << 4, PALETTE_FILTER]);
            to.push(u8::try_from(palette.colours.len() - 1).map_err(|_| EncodeError::TooLarge)?);
            palette.colours.iter().for_each(|colour| format.write_tight(rgb(*colour), to));
            return self.compressed(stream, &palette.packed(bitmap.width, depth), to);
        }
        if let Some(quality) = self.quality
            && format.bytes() > 1
            && is_photograph(bitmap)
        {
            return with_length(JPEG, &files::jpeg(bitmap, quality)?, to);
        }
        to.push((Stream::Pixels as u8) << 4);
        let mut pixels = Vec::with_capacity(bitmap.pixels.len() * 4);
        bitmap.pixels.iter().for_each(|pixel| format.write_tight(rgb(*pixel), &mut pixels));
        self.compressed(Stream::Pixels, &pixels, to)
    }

    fn compressed(&mut self, stream: Stream, data: &[u8], to: &mut Vec<u8>) -> Result<(), EncodeError> {
        if data.len() < SHORTEST {
            to.extend_from_slice(data);
            return Ok(());
        }
        let level = self.compression;
        let stream = self.streams[stream as usize].get_or_insert_with(|| ZlibStream::new(level));
        let data = stream.compress(data)?;
        length(data.len(), to)?;
        to.extend(data);
        Ok(())
    }
}

/// Appends a bitmap as TightPNG.
pub(super) fn with_png(bitmap: &Bitmap, quality: u8, to: &mut Vec<u8>) -> Result<(), EncodeError> {
    match Palette::of(bitmap, MAX_COLOURS) {
        Some(Palette { colours, .. }) if colours.len() == 1 => {
            to.push(FILL);
            to.extend(rgb(colours[0]));
            Ok(())
        }
        Some(palette) => with_length(PNG, &files::indexed_png(bitmap, &palette)?, to),
        None if is_photograph(bitmap) => with_length(JPEG, &files::jpeg(bitmap, quality)?, to),
        None => with_length(PNG, &files::rgb_png(bitmap)?, to),
    }
}

fn with_length(control: u8, data: &[u8], to: &mut Vec<u8>) -> Result<(), EncodeError> {
    to.push(control);
    length(data.len(), to)?;
    to.extend_from_slice(data);
    Ok(())
}

/// Appends a length in Tight's compact form: one to three bytes.
fn length(length: usize, to: &mut Vec<u8>) -> Result<(), EncodeError> {
    let length = u32::try_from(length).ok().filter(|length| *length < 1 << 22);
    let [low, middle, high, _] = length.ok_or(EncodeError::TooLarge)?.to_le_bytes();
    let (first, second) = (low & 0x7f, (low >> 7) | (middle << 1) & 0x7f);
    let third = (middle >> 6) | (high << 2);
    match (second, third) {
        (0, 0) => to.push(first),
        (_, 0) => to.extend([first | 0x80, second]),
        _ => to.extend([first | 0x80, second | 0x80, third]),
    }
    Ok(())
}

/// Whether a bitmap with many colours is a photograph: even distant pixels differ.
fn is_photograph(bitmap: &Bitmap) -> bool {
    let count = bitmap.pixels.len();
    if count < PHOTOGRAPH {
        return false;
    }
    // An odd step, or the samples would all be in a few columns.
    let mut samples: Vec<u32> = bitmap.pixels.iter().step_by((count / 256) | 1).take(256).copied().collect();
    samples.sort_unstable();
    samples.dedup();
    samples.len() >= PHOTOGRAPH_COLOURS
}

#[cfg(test)]
pub(super) mod tests {
    use super::with_length;

    /// Reads a length as noVNC does.
    pub(in super::super) fn read_length(bytes: &[u8]) -> (usize, &[u8]) {
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
    fn lengths_are_read_back() {
        for length in [0, 1, 127, 128, 16_383, 16_384, (1 << 22) - 1] {
            let mut bytes = Vec::new();
            with_length(0, &vec![7; length], &mut bytes).unwrap();
            let (read, data) = read_length(&bytes[1..]);
            assert_eq!((read, data.len()), (length, length));
        }
        assert!(with_length(0, &vec![7; 1 << 22], &mut Vec::new()).is_err());
    }
}
