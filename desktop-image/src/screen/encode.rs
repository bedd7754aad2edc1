//! Encoding and scaling of screenshots.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::png::{CompressionType, FilterType as PngFilter, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder as _, RgbImage};
use jpeg_encoder::{ColorType, SamplingFactor};
use protocol::action::Size;
use protocol::agent::actions::ScreenshotFormat;

use super::ScreenError;

/// Encodes pixels in a format.
pub(super) fn encode(pixels: &RgbImage, format: ScreenshotFormat) -> Result<Vec<u8>, ScreenError> {
    let mut bytes = Vec::with_capacity(pixels.as_raw().len() / 8);
    let (width, height) = pixels.dimensions();
    match format {
        // The best compression takes twenty times as long for 4 % fewer bytes. Adaptive filters take a fifth longer
        // than Paeth's alone, for 2 to 13 % fewer.
        ScreenshotFormat::Png => {
            PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, PngFilter::Paeth).write_image(
                pixels.as_raw(),
                width,
                height,
                ExtendedColorType::Rgb8,
            )?;
        }
        ScreenshotFormat::Webp => WebPEncoder::new_lossless(&mut bytes).write_image(
            pixels.as_raw(),
            width,
            height,
            ExtendedColorType::Rgb8,
        )?,
        ScreenshotFormat::Jpeg { quality } => jpeg(pixels, quality, &mut bytes)?,
    }
    Ok(bytes)
}

fn jpeg(pixels: &RgbImage, quality: u8, bytes: &mut Vec<u8>) -> Result<(), ScreenError> {
    let edge = |length: u32| u16::try_from(length).map_err(|_| ScreenError::Size);
    let mut encoder = jpeg_encoder::Encoder::new(bytes, quality);
    // Coloured text is legible only without chroma subsampling.
    encoder.set_sampling_factor(SamplingFactor::R_4_4_4);
    let (width, height) = (edge(pixels.width())?, edge(pixels.height())?);
    Ok(encoder.encode(pixels.as_raw(), width, height, ColorType::Rgb)?)
}

/// Scales pixels to exactly a size.
///
/// # Errors
/// When the size has no pixels.
pub(super) fn scale(pixels: &RgbImage, to: Size) -> Result<RgbImage, ScreenError> {
    let unfit = |_| ScreenError::Size;
    let mut padded = vec![0; pixels.as_raw().len() / 3 * 4];
    garb::bytes::rgb_to_rgba(pixels.as_raw(), &mut padded).map_err(unfit)?;
    let from = ImageRef::new(pixels.width(), pixels.height(), &padded, PixelType::U8x4)
        .map_err(|_| ScreenError::Size)?;
    let mut scaled = Image::new(to.width, to.height, PixelType::U8x4);
    // Sharp enough for small text.
    let sharp = ResizeAlg::Convolution(FilterType::Lanczos3);
    let options = ResizeOptions::new().resize_alg(sharp).use_alpha(false);
    Resizer::new().resize(&from, &mut scaled, &options).map_err(|_| ScreenError::Size)?;
    let mut pixels = vec![0; scaled.buffer().len() / 4 * 3];
    garb::bytes::rgba_to_rgb(scaled.buffer(), &mut pixels).map_err(unfit)?;
    RgbImage::from_raw(to.width, to.height, pixels).ok_or(ScreenError::Size)
}

/// The largest size that fits into `into` and keeps the aspect ratio of `part`.
pub(super) fn fit(part: Size, into: Size) -> Size {
    let scaled = |length: u32, to: u32, from: u32| {
        let rounded =
            (2 * u64::from(length) * u64::from(to) + u64::from(from)) / (2 * u64::from(from.max(1)));
        u32::try_from(rounded).unwrap_or(u32::MAX).max(1)
    };
    let wide =
        u64::from(part.width) * u64::from(into.height) >= u64::from(part.height) * u64::from(into.width);
    if wide {
        Size { width: into.width, height: scaled(part.height, into.width, part.width).min(into.height) }
    } else {
        Size { width: scaled(part.width, into.height, part.height).min(into.width), height: into.height }
    }
}

#[cfg(test)]
mod tests {
    use super::{RgbImage, ScreenshotFormat, Size, encode, fit, scale};

    fn size(width: u32, height: u32) -> Size {
        Size { width, height }
    }

    fn pixels() -> RgbImage {
        RgbImage::from_fn(60, 40, |x, y| image::Rgb([(x * 4) as u8, (y * 6) as u8, 90]))
    }

    #[test]
    fn every_format_can_be_decoded() {
        for (format, most) in [
            (ScreenshotFormat::Png, 0),
            (ScreenshotFormat::Webp, 0),
            (ScreenshotFormat::Jpeg { quality: 90 }, 12),
        ] {
            let bytes = encode(&pixels(), format).unwrap();
            assert_eq!(image::guess_format(&bytes).unwrap().to_mime_type(), format.media_type());
            let read = image::load_from_memory(&bytes).unwrap().into_rgb8();
            let worst = read.as_raw().iter().zip(pixels().as_raw()).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(worst <= Some(most), "{format:?}: {worst:?}");
        }
    }

    #[test]
    fn scaling_keeps_the_layout() {
        let scaled = scale(&pixels(), size(30, 20)).unwrap();
        for (x, y, pixel) in scaled.enumerate_pixels() {
            let there = pixels().get_pixel(x * 2, y * 2).0;
            assert!(pixel.0.iter().zip(there).all(|(a, b)| a.abs_diff(b) < 12), "{x} {y}");
        }
    }

    #[test]
    fn fitting_keeps_the_aspect_ratio() {
        for (part, into, fitted) in [
            (size(400, 250), size(1280, 800), size(1280, 800)),
            (size(100, 100), size(1280, 800), size(800, 800)),
            (size(300, 10), size(1280, 800), size(1280, 43)),
            (size(2000, 1), size(1280, 800), size(1280, 1)),
            (size(1, 2000), size(1280, 800), size(1, 800)),
            (size(3840, 2160), size(1456, 819), size(1456, 819)),
        ] {
            assert_eq!(fit(part, into), fitted, "{part:?} into {into:?}");
        }
    }
}
