//! Loads image files, scaled and encoded for a model.

use std::io::Cursor;
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};
use protocol::action::Size;
use protocol::editor::EditorImage;

use super::error::{EditorError, at};
use super::store;

/// Limits on the file size and on the memory for decoding, in bytes.
const MAX_BYTES_READ: u64 = 32 * 1024 * 1024;
const MAX_BYTES_DECODED: u64 = 256 * 1024 * 1024;
/// Model vendors reject longer edges in requests with many images.
const MAX_EDGE: u32 = 2000;
/// Limit on the encoded image in bytes: in base64 it is below the 5 MB that the strictest vendor accepts.
const MAX_BYTES: usize = 3_700_000;
const JPEG_QUALITY: u8 = 85;

/// Loads an image. A small enough PNG or JPEG without rotation is returned unchanged, an animation as its first frame.
pub(super) fn load(path: &Path, format: ImageFormat) -> Result<EditorImage, EditorError> {
    let failed = |source| EditorError::Image(path.display().to_string(), source);
    let (file, metadata) = store::open(path)?;
    if metadata.len() > MAX_BYTES_READ {
        return Err(failed(None));
    }
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut std::io::Read::take(file, MAX_BYTES_READ), &mut bytes)
        .map_err(at(path))?;
    fit(&bytes, format).map_err(|error| failed(Some(error)))
}

fn fit(bytes: &[u8], format: ImageFormat) -> Result<EditorImage, ImageError> {
    // Decode it even if it is returned unchanged: vendors reject a whole conversation for one damaged image.
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_BYTES_DECODED);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    let fits = image.width().max(image.height()) <= MAX_EDGE && bytes.len() <= MAX_BYTES;
    let plain = matches!(format, ImageFormat::Png | ImageFormat::Jpeg);
    if fits && plain && orientation == Orientation::NoTransforms {
        return Ok(encoded(bytes, format, &image));
    }
    image.apply_orientation(orientation);
    if image.width().max(image.height()) > MAX_EDGE {
        image = image.thumbnail(MAX_EDGE, MAX_EDGE);
    }
    if format != ImageFormat::Jpeg {
        let mut png = Vec::new();
        image.write_to(&mut Cursor::new(&mut png), ImageFormat::Png)?;
        if png.len() <= MAX_BYTES {
            return Ok(encoded(&png, ImageFormat::Png, &image));
        }
    }
    let mut jpeg = Vec::new();
    image.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY))?;
    Ok(encoded(&jpeg, ImageFormat::Jpeg, &image))
}

fn encoded(bytes: &[u8], format: ImageFormat, image: &DynamicImage) -> EditorImage {
    EditorImage {
        media_type: format.to_mime_type().to_owned(),
        size: Size { width: image.width(), height: image.height() },
        data: BASE64_STANDARD.encode(bytes),
    }
}
