//! Images: their ids, their bytes, and how they are fitted to what a model accepts.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageReader};
use protocol::action::{Point, Size};
use protocol::agent::actions::ScreenshotFormat;
use protocol::transcript::ScreenshotRef;
use sha2::{Digest as _, Sha256};

/// Models count an image in patches of this many pixels a side.
const PATCH: u32 = 28;
/// The longest edge of an image in a request with more than 20 of them. A session may reach that number, and keeps one
/// size throughout.
const MAX_EDGE_AMONG_MANY: u32 = 2000;
/// The quality of images for models; see `docs/adr/0003-screenshots-as-jpeg.md`.
const JPEG_QUALITY: u8 = 60;
/// The format of images for models.
pub const SENT_FORMAT: ScreenshotFormat = ScreenshotFormat::Jpeg { quality: JPEG_QUALITY };

/// The images and documents of a conversation: their bytes in base64 by SHA-256, and the resized versions of images.
#[derive(Debug, Default)]
pub struct Images {
    originals: BTreeMap<String, Arc<str>>,
    /// The lengths in base64 of images that the caller has kept for itself.
    announced: BTreeMap<String, usize>,
    /// Those of them that were needed.
    wanted: Mutex<BTreeSet<String>>,
    /// The transcript is sent with every turn, but each image is resized only once.
    fitted: Mutex<BTreeMap<(String, u32, u32), FittedImage>>,
}

/// An image as a model receives it.
#[derive(Debug, Clone)]
pub struct FittedImage {
    /// `image/png` or `image/jpeg`.
    pub media_type: String,
    /// The bytes, in base64.
    pub base64: Arc<str>,
}

impl Images {
    /// The images of a request: those that came with it, and the lengths of others.
    #[must_use]
    pub fn new(sent: BTreeMap<String, String>, announced: BTreeMap<String, usize>) -> Self {
        let originals = sent.into_iter().map(|(sha256, data)| (sha256, data.into())).collect();
        Self { originals, announced, ..Self::default() }
    }

    /// Adds an image.
    pub fn insert(&mut self, sha256: String, base64: Arc<str>) {
        self.announced.remove(&sha256);
        self.originals.insert(sha256, base64);
    }

    /// Forgets an announced image whose bytes are lost.
    pub fn remove_announced(&mut self, sha256: &str) {
        self.announced.remove(sha256);
    }

    /// Whether the caller has kept images for itself.
    #[must_use]
    pub fn are_incomplete(&self) -> bool {
        !self.announced.is_empty()
    }

    /// The images that were needed since the last call and that only the caller has.
    #[must_use]
    pub fn take_wanted(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.wanted.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The length of an image in base64; 0 when its bytes are missing.
    #[must_use]
    pub fn bytes_of(&self, image: &ScreenshotRef) -> usize {
        let announced = || self.announced.get(&image.sha256).copied();
        self.originals.get(&image.sha256).map(|base64| base64.len()).or_else(announced).unwrap_or_default()
    }

    /// Whether the bytes of a document, or of an image, are here or with the caller.
    #[must_use]
    pub fn has(&self, sha256: &str) -> bool {
        self.originals.contains_key(sha256) || self.announced.contains_key(sha256)
    }

    /// The bytes of a document, or of an image as it is, in base64. `None` when they are missing, or with the caller: then
    /// they are noted as wanted.
    #[must_use]
    pub fn bytes(&self, sha256: &str) -> Option<Arc<str>> {
        let original = self.originals.get(sha256).cloned();
        if original.is_none() && self.announced.contains_key(sha256) {
            self.wanted.lock().unwrap_or_else(PoisonError::into_inner).insert(sha256.to_owned());
        }
        original
    }

    /// Whether the bytes of an image are here or with the caller.
    #[must_use]
    pub fn holds(&self, image: &ScreenshotRef) -> bool {
        self.has(&image.sha256)
    }

    /// The image at exactly `size`: the original if it has that size, else a resized version, whose bytes are the same
    /// each time. `None` when its bytes are missing, or with the caller: then the image is noted as wanted.
    ///
    /// # Errors
    /// When it can't be decoded.
    pub fn at_size(&self, image: &ScreenshotRef, size: Size) -> Result<Option<FittedImage>, ImageError> {
        let Some(original) = self.bytes(&image.sha256) else { return Ok(None) };
        if image.size == size {
            return Ok(Some(FittedImage { media_type: image.media_type.clone(), base64: original }));
        }
        let key = (image.sha256.clone(), size.width, size.height);
        let mut fitted = self.fitted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = fitted.get(&key) {
            return Ok(Some(known.clone()));
        }
        let made = resized(&original, size)?;
        fitted.insert(key, made.clone());
        Ok(Some(made))
    }
}

impl Images {
    /// Like [`Self::at_size`], but an image that can't be decoded is logged and left out.
    pub fn at_size_or_none(&self, image: &ScreenshotRef, size: Size) -> Option<FittedImage> {
        self.at_size(image, size)
            .inspect_err(|error| tracing::warn!(%error, "an image of the transcript can't be shown"))
            .ok()
            .flatten()
    }
}

/// Why an image can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The text is not base64.
    #[error("the image is not valid base64")]
    Base64(#[source] base64::DecodeError),
    /// The bytes are not an image.
    #[error("the image can't be decoded or encoded")]
    Codec(#[from] image::ImageError),
}

/// The id of an image: the SHA-256 of its bytes, in hexadecimal.
///
/// # Errors
/// When the text is not base64.
pub fn name_of(base64: &str) -> Result<String, ImageError> {
    let bytes = BASE64_STANDARD.decode(base64).map_err(ImageError::Base64)?;
    Ok(hex::encode(Sha256::digest(bytes)))
}

/// The largest image that a family of models accepts without shrinking it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageTier {
    /// The longest edge, padded to whole patches, in pixels.
    pub max_edge: u32,
    /// The most tokens of one image.
    pub max_tokens: u32,
}

impl ImageTier {
    /// Claude before 4.7.
    pub const STANDARD: Self = Self { max_edge: 1568, max_tokens: 1568 };
    /// Claude 4.7 and later.
    pub const HIGH: Self = Self { max_edge: 2576, max_tokens: 4784 };

    /// Whether an image of this size is not shrunk.
    #[must_use]
    pub fn fits(self, size: Size) -> bool {
        let padded = |edge: u32| edge.div_ceil(PATCH) * PATCH;
        padded(size.width) <= self.max_edge
            && padded(size.height) <= self.max_edge
            && tokens(size) <= self.max_tokens
    }

    /// The size at which a single image of `size` is not shrunk: `size` itself if it fits, else the largest of its
    /// aspect ratio.
    #[must_use]
    pub fn fit(self, size: Size) -> Size {
        self.fit_within(size, self.max_edge)
    }

    /// The size at which a session sends its screenshots, whatever their number.
    #[must_use]
    pub fn fit_among_many(self, size: Size) -> Size {
        self.fit_within(size, MAX_EDGE_AMONG_MANY)
    }

    fn fit_within(self, size: Size, max_edge: u32) -> Size {
        let long = size.width.max(size.height);
        if long <= max_edge && self.fits(size) {
            return size;
        }
        (1..=long.min(max_edge))
            .rev()
            .map(|edge| with_long_edge(size, edge))
            .find(|candidate| self.fits(*candidate))
            .unwrap_or(Size { width: 1, height: 1 })
    }
}

/// The tokens of an image of this size.
#[must_use]
pub fn tokens(size: Size) -> u32 {
    size.width.div_ceil(PATCH) * size.height.div_ceil(PATCH)
}

/// The size with the aspect ratio of `size` whose longer edge is `edge`.
fn with_long_edge(size: Size, edge: u32) -> Size {
    let (long, short) = (size.width.max(size.height), size.width.min(size.height));
    let other = scale(edge, short, long).max(1);
    if size.width >= size.height {
        Size { width: edge, height: other }
    } else {
        Size { width: other, height: edge }
    }
}

/// `value * to / from`, rounded half up.
fn scale(value: u32, to: u32, from: u32) -> u32 {
    let (value, to, from) = (u64::from(value), u64::from(to), u64::from(from).max(1));
    u32::try_from((2 * value * to + from) / (2 * from)).unwrap_or(u32::MAX)
}

/// Maps between pixels of the screen and pixels of the screenshots that the model sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScreenScale {
    /// The size of the screen.
    pub screen: Size,
    /// The size of the screenshots.
    pub sent: Size,
}

impl ScreenScale {
    /// The mapping of a session on a screen, for models of a tier.
    #[must_use]
    pub fn new(screen: Size, tier: ImageTier) -> Self {
        Self { screen, sent: tier.fit_among_many(screen) }
    }

    /// From the model's pixels to the screen's; `None` outside the screen.
    #[must_use]
    pub fn to_screen(&self, x: i64, y: i64) -> Option<Point> {
        Some(Point {
            x: to_screen_axis(x, self.screen.width, self.sent.width)?,
            y: to_screen_axis(y, self.screen.height, self.sent.height)?,
        })
    }

    /// From the screen's pixels to the model's.
    #[must_use]
    pub fn to_model(&self, point: Point) -> Point {
        let axis = |value: i32, to: u32, from: u32| {
            let scaled = scale(u32::try_from(value).unwrap_or(0), to, from).min(to.saturating_sub(1));
            i32::try_from(scaled).unwrap_or(i32::MAX)
        };
        Point {
            x: axis(point.x, self.sent.width, self.screen.width),
            y: axis(point.y, self.sent.height, self.screen.height),
        }
    }
}

/// The model's last pixel may round to the first one beyond the screen; it means the screen's last one.
fn to_screen_axis(value: i64, screen: u32, sent: u32) -> Option<i32> {
    let value = u32::try_from(value).ok().filter(|value| *value < sent)?;
    i32::try_from(scale(value, screen, sent).min(screen.saturating_sub(1))).ok()
}

/// An image resized to exactly `size`, in the format of images for models.
fn resized(base64: &str, size: Size) -> Result<FittedImage, ImageError> {
    let bytes = BASE64_STANDARD.decode(base64).map_err(ImageError::Base64)?;
    let image = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(image::ImageError::IoError)?
        .decode()?;
    let resized = image.resize_exact(size.width, size.height, FilterType::CatmullRom).into_rgb8();
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY);
    DynamicImage::ImageRgb8(resized).write_with_encoder(encoder)?;
    let base64 = BASE64_STANDARD.encode(&jpeg).into();
    Ok(FittedImage { media_type: SENT_FORMAT.media_type().to_owned(), base64 })
}

/// A plain grey image, for vendors that require one when there is none.
///
/// # Errors
/// When it can't be encoded.
pub fn blank(size: Size) -> Result<FittedImage, ImageError> {
    let image = image::GrayImage::from_pixel(size.width, size.height, image::Luma([128]));
    let mut png = Vec::new();
    DynamicImage::ImageLuma8(image).write_with_encoder(PngEncoder::new(&mut png))?;
    let base64 = BASE64_STANDARD.encode(&png).into();
    Ok(FittedImage { media_type: "image/png".to_owned(), base64 })
}

/// The size at which an enlarged region is shown: as large as fits the screenshot size, with the region's aspect ratio.
#[must_use]
pub fn zoom_size(part: Size, usual: Size) -> Size {
    let by_width = Size { width: usual.width, height: scale(part.height, usual.width, part.width).max(1) };
    if by_width.height <= usual.height {
        return by_width;
    }
    Size { width: scale(part.width, usual.height, part.height).max(1), height: usual.height }
}

/// The size at which an image file is shown: its own, or the largest of its aspect ratio that fits.
#[must_use]
pub fn shrunk_size(image: Size, usual: Size) -> Size {
    let fits = image.width <= usual.width && image.height <= usual.height;
    if fits { image } else { zoom_size(image, usual) }
}
