//! Small versions of pictures that come from desktops, whose programs may send anything.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{ImageReader, Limits};

/// The most bytes that a decoded picture may take: a screen of 8192 x 4320 in RGB.
const MAX_DECODED_BYTES: u64 = 8192 * 4320 * 3;

/// A picture as a JPEG, scaled down to at most this many pixels wide and high.
///
/// # Errors
/// When it is no picture, or takes too much memory.
pub fn shrink(picture: &[u8], (width, height): (u32, u32), quality: u8) -> image::ImageResult<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(picture)).with_guessed_format()?;
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    let picture = reader.decode()?;
    let small = if picture.width() > width || picture.height() > height {
        picture.thumbnail(width, height)
    } else {
        picture
    };
    let mut jpeg = Vec::new();
    small.into_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, quality))?;
    Ok(jpeg)
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, RgbImage};

    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut png = Cursor::new(Vec::new());
        RgbImage::new(width, height).write_to(&mut png, ImageFormat::Png).unwrap();
        png.into_inner()
    }

    #[test]
    fn pictures_are_scaled_down_and_never_up() {
        let size = |picture: &[u8]| {
            let small = image::load_from_memory(&shrink(picture, (320, 320), 70).unwrap()).unwrap();
            (small.width(), small.height())
        };
        assert_eq!(size(&png(1280, 800)), (320, 200));
        assert_eq!(size(&png(20, 10)), (20, 10));
        assert!(shrink(b"text", (320, 320), 70).is_err());
    }

    /// Two megabytes of a single color are 400 of pixels.
    #[test]
    fn a_picture_that_takes_too_much_memory_is_refused() {
        let large = png(16_384, 8_192);
        assert!(large.len() < 4 << 20, "{}", large.len());
        assert!(matches!(shrink(&large, (320, 320), 70), Err(image::ImageError::Limits(_))));
    }
}
