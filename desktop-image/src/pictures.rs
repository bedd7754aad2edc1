//! Picture files, decoded with bounded memory and fitted to what model vendors accept.

use std::io::Cursor;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use image::codecs::jpeg::JpegEncoder;
use image::error::{LimitError, LimitErrorKind};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};
use protocol::action::Size;
use protocol::editor::EditorImage;

/// Limits on the file and on the memory for decoding it, in bytes.
pub(crate) const MAX_BYTES_READ: u64 = 32 * 1024 * 1024;
const MAX_BYTES_DECODED: u64 = 256 * 1024 * 1024;
/// Model vendors reject longer edges in requests with many images.
const MAX_EDGE: u32 = 2000;
const JPEG_QUALITY: u8 = 85;
/// The formats that are decoded.
const FORMATS: [ImageFormat; 4] = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];

/// A picture for a model.
#[derive(Debug)]
pub(crate) struct FittedPicture {
    /// The picture, upright.
    pub(crate) image: EditorImage,
    /// The upright size of the file's picture.
    pub(crate) original: Size,
}

/// The format of a file with these first bytes, if it can be decoded.
pub(crate) fn format_of(start: &[u8]) -> Option<ImageFormat> {
    image::guess_format(start).ok().filter(|format| FORMATS.contains(format))
}

/// Fits a picture. A small enough PNG or JPEG without rotation stays unchanged, an animation becomes its first frame. At most
/// `max_bytes` are taken, if need be by fewer pixels.
///
/// # Errors
/// When it is damaged, or would take too much memory: its pixels are counted before they are decoded.
pub(crate) fn fit(bytes: &[u8], format: ImageFormat, max_bytes: usize) -> Result<FittedPicture, ImageError> {
    // Decode it even if it stays unchanged: vendors reject a whole conversation for one damaged image.
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_BYTES_DECODED);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    if decoder.total_bytes() > MAX_BYTES_DECODED {
        return Err(ImageError::Limits(LimitError::from_kind(LimitErrorKind::InsufficientMemory)));
    }
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    let plain = matches!(format, ImageFormat::Png | ImageFormat::Jpeg);
    let fits = size_of(&image).width.max(image.height()) <= MAX_EDGE && bytes.len() <= max_bytes;
    if fits && plain && orientation == Orientation::NoTransforms {
        return Ok(FittedPicture { image: encoded(bytes, format, &image), original: size_of(&image) });
    }
    image.apply_orientation(orientation);
    let original = size_of(&image);
    if image.width().max(image.height()) > MAX_EDGE {
        image = image.thumbnail(MAX_EDGE, MAX_EDGE);
    }
    if format != ImageFormat::Jpeg {
        let mut png = Vec::new();
        image.write_to(&mut Cursor::new(&mut png), ImageFormat::Png)?;
        if png.len() <= max_bytes {
            return Ok(FittedPicture { image: encoded(&png, ImageFormat::Png, &image), original });
        }
    }
    loop {
        let mut jpeg = Vec::new();
        image.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY))?;
        if jpeg.len() <= max_bytes || image.width().min(image.height()) < 2 {
            return Ok(FittedPicture { image: encoded(&jpeg, ImageFormat::Jpeg, &image), original });
        }
        image = image.thumbnail((image.width() * 3 / 4).max(1), (image.height() * 3 / 4).max(1));
    }
}

fn size_of(image: &DynamicImage) -> Size {
    Size { width: image.width(), height: image.height() }
}

fn encoded(bytes: &[u8], format: ImageFormat, image: &DynamicImage) -> EditorImage {
    EditorImage {
        media_type: format.to_mime_type().to_owned(),
        size: size_of(image),
        data: BASE64_STANDARD.encode(bytes),
    }
}
