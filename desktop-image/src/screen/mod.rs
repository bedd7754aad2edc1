//! The screen: its size, its pixels, and screenshots with the pointer drawn in.
//!
//! [`shm`] captures pixels fast, [`portable`] on any X server. [`damage_tracker`] finds what to capture,
//! [`screenshot_cache`] keeps the last screenshot, and [`encode`] scales and encodes it. [`resize`] changes the size.

mod cursor;
mod damage_tracker;
mod encode;
#[cfg(feature = "xcap")]
mod portable;
mod resize;
mod screenshot_cache;
mod shm;

use std::sync::{Arc, Mutex, PoisonError};

use image::RgbImage;
use protocol::action::{Point, Region, Size};
use protocol::agent::actions::{ScreenshotFormat, ScreenshotOptions};
use tokio::sync::watch;
use x11rb::protocol::xproto::ConnectionExt as _;

pub use cursor::Cursor;
pub(crate) use resize::set as set_size;

use crate::region;
use crate::x11::{Display, XError};
use damage_tracker::DamageTracker;
use resize::ScreenSize;
use screenshot_cache::ScreenshotCache;

/// Allowed width and height of a screenshot in pixels.
const EDGE: std::ops::RangeInclusive<u32> = 1..=8192;
const QUALITY: std::ops::RangeInclusive<u8> = 1..=100;

/// Why the screen could not be captured or resized.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    /// The X server refused.
    #[error(transparent)]
    X(#[from] XError),
    /// The shared memory could not be used.
    #[error("could not use the memory shared with the X server")]
    SharedMemory(#[source] std::io::Error),
    /// xcap failed.
    #[error("could not capture the screen")]
    Portable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// PNG or WebP encoding failed.
    #[error("could not encode the screenshot")]
    Encode(#[from] image::ImageError),
    /// JPEG encoding failed.
    #[error("could not encode the screenshot as JPEG")]
    Jpeg(#[from] jpeg_encoder::EncodingError),
    /// The quality is out of bounds.
    #[error("The quality of a JPEG must be from 1 to 100.")]
    Quality,
    /// The size is out of bounds.
    #[error("The width and height of a screenshot must be from 1 to 8192 pixels.")]
    Size,
    /// The X server does not support that size.
    #[error("The size of the screen must be from 64x64 to {}x{} pixels.", most.width, most.height)]
    TooLarge {
        /// The largest supported size.
        most: Size,
    },
    /// The region is not on the screen.
    #[error("The region is outside the screen.")]
    Outside,
}

/// A way to capture pixels.
trait PixelSource: Send + std::fmt::Debug {
    /// The pixels of a region on the screen, without the pointer. Reusing a buffer avoids the page faults of a new one,
    /// which take longer than filling it.
    fn grab(&mut self, region: Region, reused: Vec<u8>) -> Result<RgbImage, ScreenError>;

    /// The pixels of a region on the screen as BGRX. `take` gets at most `rows` rows at a time, with the number of the
    /// first.
    fn grab_bgrx(&mut self, region: Region, rows: u32, take: TakeRows<'_>) -> Result<(), ScreenError>;
}

/// A callback that gets the number of the first row and the pixels of some rows.
pub type TakeRows<'a> = &'a mut dyn FnMut(u32, &[u8]);

/// The screen of the desktop.
#[derive(Debug)]
pub struct Screen {
    display: Display,
    size: Arc<ScreenSize>,
    source: Mutex<Box<dyn PixelSource>>,
    damage: DamageTracker,
    cache: Mutex<ScreenshotCache>,
}

/// An encoded screenshot.
#[derive(Debug, Clone)]
pub struct EncodedScreenshot {
    /// The encoded image.
    pub bytes: Arc<[u8]>,
    /// The encoding.
    pub format: ScreenshotFormat,
    /// Width and height, after scaling.
    pub size: Size,
    /// The version of the screen's content: equal versions show the same.
    pub state: u64,
}

impl Screen {
    /// Opens the screen of a display. Captures through shared memory if the server supports it.
    ///
    /// # Errors
    /// When the server does not answer, or supports no shared memory and the feature `xcap` is off.
    pub fn open(display_name: &str) -> Result<Self, ScreenError> {
        let display = Display::connect(display_name)?;
        cursor::prepare(&display)?;
        let damage = DamageTracker::watch(&display)?;
        let size = ScreenSize::open(display_name)?;
        let source: Box<dyn PixelSource> = match shm::ShmSource::open(display_name, size.most()) {
            Ok(source) => Box::new(source),
            Err(error) => portable_source(&error).ok_or(error)?,
        };
        Ok(Self { display, size, source: Mutex::new(source), damage, cache: Mutex::default() })
    }

    /// The screen's size.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size.current()
    }

    /// Watches the screen's size.
    #[must_use]
    pub fn sizes(&self) -> watch::Receiver<Size> {
        self.size.changes()
    }

    /// Resizes the screen, up to the size that the X server was started with.
    ///
    /// # Errors
    /// When the server does not support that size or does not answer.
    pub fn resize(&self, size: Size) -> Result<(), ScreenError> {
        self.size.set(size)
    }

    /// The whole screen as a region.
    #[must_use]
    pub fn whole(&self) -> Region {
        region::whole(self.size())
    }

    /// Whether a region is not empty and lies on the screen.
    #[must_use]
    pub fn holds(&self, region: Region) -> bool {
        region.width > 0 && region.height > 0 && region::contains(self.whole(), region)
    }

    /// Captures the pixels of a region without the pointer, using the allocation of `reused`.
    ///
    /// # Errors
    /// When the region is not on the screen or the server does not answer.
    pub fn pixels(&self, region: Region, reused: Vec<u8>) -> Result<RgbImage, ScreenError> {
        self.grab(region, |source| source.grab(region, reused))
    }

    /// Captures the pixels of a region without the pointer as BGRX. `take` gets at most `rows` rows at a time, so that
    /// they stay in the CPU cache.
    pub fn bgrx(&self, region: Region, rows: u32, take: TakeRows<'_>) -> Result<(), ScreenError> {
        self.grab(region, |source| source.grab_bgrx(region, rows.max(1), take))
    }

    fn grab<T>(
        &self,
        region: Region,
        grab: impl FnOnce(&mut dyn PixelSource) -> Result<T, ScreenError>,
    ) -> Result<T, ScreenError> {
        if !self.holds(region) {
            // The screen may have grown since its size was last read.
            self.size.refresh()?;
            if !self.holds(region) {
                return Err(ScreenError::Outside);
            }
        }
        let grabbed = grab(self.source.lock().unwrap_or_else(PoisonError::into_inner).as_mut());
        if grabbed.is_err() {
            // The screen may have shrunk: the server rejects regions outside of it.
            self.size.refresh()?;
            if !self.holds(region) {
                return Err(ScreenError::Outside);
            }
        }
        grabbed
    }

    /// Takes a screenshot of the whole screen with the pointer.
    ///
    /// # Errors
    /// See [`Screen::pixels`]; and when the options are out of bounds.
    pub fn screenshot(&self, options: ScreenshotOptions) -> Result<EncodedScreenshot, ScreenError> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = self.refresh(&mut cache) {
            // The damage has been taken without capturing all of it.
            cache.invalidate();
            // Try again if the screen has shrunk in between.
            if !matches!(error, ScreenError::Outside) {
                return Err(error);
            }
            self.refresh(&mut cache)?;
        }
        if let Some(screenshot) = cache.encoded(options) {
            return Ok(screenshot);
        }
        let screenshot = encode_scaled(cache.pixels(), options.size, options.format, cache.state())?;
        cache.store(options, screenshot.clone());
        Ok(screenshot)
    }

    /// Captures what was drawn since the last screenshot.
    fn refresh(&self, cache: &mut ScreenshotCache) -> Result<(), ScreenError> {
        let whole = self.whole();
        let mut damaged = self.damage.take(&self.display)?;
        if !cache.covers(whole) {
            damaged = vec![whole];
        }
        let parts = damaged.into_iter().map(|part| Ok((part, self.pixels(part, Vec::new())?)));
        let parts = parts.collect::<Result<_, ScreenError>>()?;
        cache.update(whole, parts, &self.cursor()?);
        Ok(())
    }

    /// Takes a screenshot of a region with the pointer, unscaled by default.
    pub fn zoom(&self, region: Region, options: ScreenshotOptions) -> Result<EncodedScreenshot, ScreenError> {
        let mut pixels = self.pixels(region, Vec::new())?;
        self.cursor()?.draw(&mut pixels, Point { x: region.x, y: region.y });
        let part = Size { width: region.width, height: region.height };
        encode_scaled(&pixels, options.size.map(|into| encode::fit(part, into)), options.format, 0)
    }

    /// The pointer's image and position.
    pub fn cursor(&self) -> Result<Cursor, XError> {
        Cursor::fetch(&self.display)
    }

    /// The pointer's position.
    pub fn pointer(&self) -> Result<Point, XError> {
        let reply =
            self.display.connection.query_pointer(self.display.root).map_err(XError::from)?.reply()?;
        Ok(Point { x: reply.root_x.into(), y: reply.root_y.into() })
    }
}

/// The pixel source without memory shared with the X server.
#[cfg(feature = "xcap")]
fn portable_source(error: &ScreenError) -> Option<Box<dyn PixelSource>> {
    tracing::warn!(%error, "capturing the screen without shared memory, which is slower");
    Some(Box::new(portable::PortableSource))
}

#[cfg(not(feature = "xcap"))]
fn portable_source(_: &ScreenError) -> Option<Box<dyn PixelSource>> {
    None
}

/// Checks that a screenshot can be taken with these options.
///
/// # Errors
/// When the size or the quality is out of bounds.
pub fn check(options: ScreenshotOptions) -> Result<(), ScreenError> {
    if let ScreenshotFormat::Jpeg { quality } = options.format
        && !QUALITY.contains(&quality)
    {
        return Err(ScreenError::Quality);
    }
    let sound = |size: Size| EDGE.contains(&size.width) && EDGE.contains(&size.height);
    if options.size.is_none_or(sound) { Ok(()) } else { Err(ScreenError::Size) }
}

/// Encodes pixels, scaled to the size in the options if given.
fn encode_scaled(
    pixels: &RgbImage,
    size: Option<Size>,
    format: ScreenshotFormat,
    state: u64,
) -> Result<EncodedScreenshot, ScreenError> {
    let own = Size { width: pixels.width(), height: pixels.height() };
    let size = size.unwrap_or(own);
    let bytes = if size == own {
        encode::encode(pixels, format)?
    } else {
        encode::encode(&encode::scale(pixels, size)?, format)?
    };
    Ok(EncodedScreenshot { bytes: bytes.into(), format, size, state })
}
