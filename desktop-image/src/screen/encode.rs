//! Pictures as files.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _, RgbImage};

use super::ScreenError;

/// A picture as PNG. Fast compression: the best one takes twenty times as long for 4 % fewer bytes.
///
/// # Errors
/// When the encoder refuses.
pub(super) fn png(picture: &RgbImage) -> Result<Vec<u8>, ScreenError> {
    let mut bytes = Vec::with_capacity(picture.as_raw().len() / 8);
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive).write_image(
        picture.as_raw(),
        picture.width(),
        picture.height(),
        ExtendedColorType::Rgb8,
    )?;
    Ok(bytes)
}
