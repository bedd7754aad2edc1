//! Encodes rectangles of pixels for a viewer.
//!
//! Browsers get TightPNG, which they decode natively: one colour as a fill, few colours as PNG with a palette,
//! photographs as JPEG, everything else as PNG. Classic viewers get Tight, ZRLE or raw pixels.

mod files;
mod options;
mod palette;
mod tight;
mod zlib;
mod zrle;

use protocol::action::Size;

use super::desktop_size::DesktopSizeStatus;
use super::pixel_format::PixelFormat;
use crate::framebuffer::copy_rect::CopyRect;
use crate::framebuffer::rect::Rect;
use crate::framebuffer::tiles::{Bitmap, rgb};
use crate::screen::Cursor;
pub(crate) use options::ResizeSupport;
use options::{COPY_RECT, CURSOR, DESKTOP_SIZE, EXTENDED_DESKTOP_SIZE, EncodingOptions, PixelEncoding};
use tight::Tight;
use zlib::ZlibStream;

/// Widest rectangle of Tight encodings, and most pixels: they fit Tight's longest data even if they do not compress.
const MAX_WIDTH: usize = 2048;
const MAX_PIXELS: usize = 1024 * 1024;
/// Maximum number of pixels in a piece of raw pixels, which nothing makes smaller: 256 KiB.
const MAX_RAW_PIXELS: usize = 64 * 1024;

/// Why a rectangle could not be encoded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EncodeError {
    #[error("could not encode as PNG")]
    Png(#[from] png::EncodingError),
    #[error("could not encode as JPEG")]
    Jpeg(#[from] jpeg_encoder::EncodingError),
    #[error("could not compress")]
    Zlib(#[from] flate2::CompressError),
    #[error("a rectangle is too large for its encoding")]
    TooLarge,
}

/// Encodes for one viewer, with its compression streams.
#[derive(Debug)]
pub(crate) struct Encoder {
    format: PixelFormat,
    /// The encodings that the viewer named last, preferred ones first.
    encodings: Vec<i32>,
    /// What has been chosen from them.
    pub(crate) options: EncodingOptions,
    /// The compression streams last as long as the connection, even while another encoding is in use.
    tight: Tight,
    zrle: Option<ZlibStream>,
}

impl Encoder {
    /// An encoder for a viewer that has not set encodings: raw pixels.
    pub(crate) fn new() -> Self {
        let options = EncodingOptions::choose(&[], &PixelFormat::SERVER);
        Self {
            format: PixelFormat::SERVER,
            encodings: Vec::new(),
            options,
            tight: Tight::new(options.compression),
            zrle: None,
        }
    }

    /// Sets the pixel format, on which the usable encodings depend.
    pub(crate) fn set_format(&mut self, format: PixelFormat) {
        self.format = format;
        let encodings = std::mem::take(&mut self.encodings);
        self.set_encodings(&encodings);
    }

    /// Sets the encodings that the viewer understands, preferred ones first.
    pub(crate) fn set_encodings(&mut self, encodings: &[i32]) {
        self.encodings = encodings.to_vec();
        self.options = EncodingOptions::choose(encodings, &self.format);
        self.tight.set(self.options.compression, self.options.tight_quality);
    }

    /// Whether an encoded rectangle depends only on its pixels and the quality, so that viewers can share it.
    pub(crate) fn is_shareable(&self) -> bool {
        matches!(self.options.pixels, PixelEncoding::TightPng)
    }

    /// Splits a rectangle into pieces that the encodings allow.
    pub(crate) fn pieces(&self, rect: Rect) -> impl Iterator<Item = Rect> + use<> {
        let max_pixels = if self.options.pixels == PixelEncoding::Raw { MAX_RAW_PIXELS } else { MAX_PIXELS };
        rect.pieces(MAX_WIDTH, max_pixels)
    }

    /// Appends one rectangle with its pixels.
    pub(crate) fn rectangle(
        &mut self,
        rect: Rect,
        bitmap: &Bitmap,
        to: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        header([rect.x, rect.y, rect.width, rect.height], self.options.pixels.number(), to)?;
        match self.options.pixels {
            PixelEncoding::Raw => {
                bitmap.pixels.iter().for_each(|pixel| self.format.write(rgb(*pixel), to));
                Ok(())
            }
            PixelEncoding::TightPng => tight::with_png(bitmap, self.options.quality, to),
            PixelEncoding::Tight => self.tight.encode(bitmap, &self.format, to),
            PixelEncoding::Zrle => {
                let stream = self.zrle.get_or_insert_with(|| ZlibStream::new(self.options.compression));
                zrle::encode(bitmap, &self.format, stream, to)
            }
        }
    }

    /// Appends a CopyRect rectangle.
    pub(crate) fn copy_rect(&self, copy: CopyRect, to: &mut Vec<u8>) -> Result<(), EncodeError> {
        header([copy.to.x, copy.to.y, copy.to.width, copy.to.height], COPY_RECT, to)?;
        for place in [copy.from.x, copy.from.y] {
            to.extend(u16::try_from(place).map_err(|_| EncodeError::TooLarge)?.to_be_bytes());
        }
        Ok(())
    }

    /// Appends a rectangle with the screen's size; the status is for ExtendedDesktopSize only.
    pub(crate) fn desktop_size(
        &self,
        size: Size,
        status: DesktopSizeStatus,
        to: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let [width, height] = [size.width, size.height].map(|edge| edge as usize);
        if self.options.resize != ResizeSupport::Extended {
            return header([0, 0, width, height], DESKTOP_SIZE, to);
        }
        header([status.reason.into(), status.status.into(), width, height], EXTENDED_DESKTOP_SIZE, to)?;
        // One screen: id, position, size, no flags.
        to.extend([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for edge in [width, height] {
            to.extend(u16::try_from(edge).map_err(|_| EncodeError::TooLarge)?.to_be_bytes());
        }
        to.extend([0; 4]);
        Ok(())
    }

    /// Appends the cursor image.
    pub(crate) fn cursor_shape(&self, cursor: &Cursor, to: &mut Vec<u8>) -> Result<(), EncodeError> {
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

fn header(place_and_size: [usize; 4], encoding: i32, to: &mut Vec<u8>) -> Result<(), EncodeError> {
    for value in place_and_size {
        to.extend(u16::try_from(value).map_err(|_| EncodeError::TooLarge)?.to_be_bytes());
    }
    to.extend(encoding.to_be_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::options::TIGHT_PNG;
    use super::tight::tests::read_length;
    use super::{Bitmap, Encoder, Rect};

    fn make_bitmap(width: usize, height: usize, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Bitmap {
        let packed = |at: usize| {
            let [red, green, blue] = pixel((at % width) as u32, (at / width) as u32);
            u32::from_be_bytes([0, red, green, blue])
        };
        Bitmap { width, pixels: (0..width * height).map(packed).collect() }
    }

    fn image(bitmap: &Bitmap) -> RgbImage {
        RgbImage::from_fn(bitmap.width as u32, bitmap.height() as u32, |x, y| {
            Rgb(super::rgb(bitmap.pixels[y as usize * bitmap.width + x as usize]))
        })
    }

    /// Encodes a bitmap and decodes it as a viewer does. Returns the control byte too.
    fn through(bitmap: &Bitmap) -> (u8, RgbImage) {
        let mut encoder = Encoder::new();
        encoder.set_encodings(&[TIGHT_PNG]);
        let mut bytes = Vec::new();
        let rect = Rect { x: 3, y: 4, width: bitmap.width, height: bitmap.height() };
        encoder.rectangle(rect, bitmap, &mut bytes).unwrap();
        assert_eq!(bytes[..4], [0, 3, 0, 4]);
        assert_eq!(bytes[8..12], TIGHT_PNG.to_be_bytes());
        let control = bytes[12];
        if control == 0x80 {
            let colour = Rgb([bytes[13], bytes[14], bytes[15]]);
            assert_eq!(bytes.len(), 16);
            let (width, height) = image(bitmap).dimensions();
            return (control, RgbImage::from_pixel(width, height, colour));
        }
        let (length, data) = read_length(&bytes[13..]);
        assert_eq!(length, data.len());
        (control, image::load_from_memory(data).unwrap().into_rgb8())
    }

    #[test]
    fn bitmaps_are_encoded_losslessly() {
        for colours in [1, 2, 3, 4, 5, 16, 17, 256, 257, 5000] {
            let bitmap = make_bitmap(77, 65, |x, y| {
                let place = (x + y * 77) % colours;
                [(place % 256) as u8, (place / 256) as u8, 9]
            });
            let (control, arrived) = through(&bitmap);
            assert_eq!(control == 0x80, colours == 1);
            assert_eq!(arrived, image(&bitmap), "{colours} colours");
        }
    }

    #[test]
    fn a_photograph_is_sent_as_jpeg_and_looks_similar() {
        let bitmap = make_bitmap(256, 256, |x, y| [x as u8, y as u8, ((x + y) / 2) as u8]);
        let (control, arrived) = through(&bitmap);
        assert_eq!(control, 0x90);
        let differences = arrived.as_raw().iter().zip(image(&bitmap).into_raw()).map(|(a, b)| a.abs_diff(b));
        assert!(differences.max().unwrap() < 40);
    }

    #[test]
    fn a_viewer_without_tight_gets_raw_pixels() {
        let mut bytes = Vec::new();
        let bitmap = make_bitmap(2, 1, |_, _| [1, 2, 3]);
        let rect = Rect { x: 0, y: 0, width: 2, height: 1 };
        Encoder::new().rectangle(rect, &bitmap, &mut bytes).unwrap();
        assert_eq!(bytes[8..], [0, 0, 0, 0, 3, 2, 1, 0, 3, 2, 1, 0]);
    }
}
