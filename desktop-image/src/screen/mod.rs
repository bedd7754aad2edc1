//! Pictures of the screen, with the pointer in them.
//!
//! [`shm`] is the fast way, [`portable`] the one that works on every X server; both only grab pixels.

mod cursor;
mod drawn;
mod encode;
mod portable;
mod resize;
mod shm;
mod shown;

use std::sync::{Arc, Mutex, PoisonError};

use image::RgbImage;
use protocol::action::{Point, Region, Size};
use protocol::agent::actions::{ScreenshotFormat, ScreenshotOptions};
use tokio::sync::watch;
use x11rb::protocol::xproto::ConnectionExt as _;

pub use cursor::Cursor;
pub(crate) use resize::set as set_size;

use crate::x11::{Display, XError};
use drawn::Drawn;
use resize::ScreenSize;
use shown::Shown;

/// Pixels of a picture's edge.
const EDGE: std::ops::RangeInclusive<u32> = 1..=8192;
const QUALITY: std::ops::RangeInclusive<u8> = 1..=100;

/// Why no picture came about.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    /// The X server refused.
    #[error(transparent)]
    X(#[from] XError),
    /// The shared memory could not be used.
    #[error("could not use the shared memory of a picture")]
    SharedMemory(#[source] std::io::Error),
    /// The portable way failed.
    #[error("could not capture the screen")]
    Portable(#[from] xcap::XCapError),
    /// The picture could not be encoded.
    #[error("could not encode the picture")]
    Encode(#[from] image::ImageError),
    /// The picture could not be encoded as JPEG.
    #[error("could not encode the picture")]
    Jpeg(#[from] jpeg_encoder::EncodingError),
    /// No picture has the quality asked for.
    #[error("The quality of a JPEG must be from 1 to 100.")]
    Quality,
    /// No picture has the size asked for.
    #[error("A picture must have from 1 to 8192 pixels each way.")]
    Size,
    /// The screen can't have the size asked for.
    #[error("The screen must have from 64x64 to {}x{} pixels.", most.width, most.height)]
    TooLarge {
        /// The largest size it can have.
        most: Size,
    },
    /// The part asked for is not on the screen.
    #[error("The region is outside the screen.")]
    Outside,
}

/// A way to get at the pixels of the screen.
trait PixelSource: Send + std::fmt::Debug {
    /// The pixels of a region that is known to be on the screen, without the pointer. A buffer that is
    /// `reused` saves making the memory of a new one present, which takes longer than filling it.
    fn grab(&mut self, region: Region, reused: Vec<u8>) -> Result<RgbImage, ScreenError>;

    /// The same pixels as the server keeps them: blue, green, red and a byte that means nothing. They are
    /// handed over so many rows at a time, with the number of the first.
    fn grab_bgrx(&mut self, region: Region, rows: u32, take: TakeRows<'_>) -> Result<(), ScreenError>;
}

/// Takes rows of pixels and the number of the first.
pub type TakeRows<'a> = &'a mut dyn FnMut(u32, &[u8]);

/// The screen of the desktop.
#[derive(Debug)]
pub struct Screen {
    display: Display,
    size: Arc<ScreenSize>,
    source: Mutex<Box<dyn PixelSource>>,
    drawn: Drawn,
    shown: Mutex<Shown>,
}

/// A picture as a file.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The file.
    pub bytes: Arc<[u8]>,
    /// Its format.
    pub format: ScreenshotFormat,
    /// Its pixels.
    pub size: Size,
    /// The number of the screen's state that it shows: pictures of the same number show the same.
    pub state: u64,
}

impl Screen {
    /// Opens the screen of a display; by shared memory where the server offers it.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn open(display_name: &str) -> Result<Self, XError> {
        let display = Display::connect(display_name)?;
        cursor::prepare(&display)?;
        let drawn = Drawn::watch(&display)?;
        let size = ScreenSize::open(display_name)?;
        let source: Box<dyn PixelSource> = match shm::ShmSource::open(display_name, size.most()) {
            Ok(source) => Box::new(source),
            Err(error) => {
                tracing::warn!(error = %error, "capturing the screen the slow way");
                Box::new(portable::PortableSource)
            }
        };
        Ok(Self { display, size, source: Mutex::new(source), drawn, shown: Mutex::default() })
    }

    /// Pixels of the screen.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size.current()
    }

    /// Tells each change of the size.
    #[must_use]
    pub fn sizes(&self) -> watch::Receiver<Size> {
        self.size.changes()
    }

    /// Changes the size, within what the X server was started with.
    ///
    /// # Errors
    /// When the server can't have that size or does not answer.
    pub fn resize(&self, size: Size) -> Result<(), ScreenError> {
        self.size.set(size)
    }

    /// The whole screen as a region.
    #[must_use]
    pub fn whole(&self) -> Region {
        let Size { width, height } = self.size();
        Region { x: 0, y: 0, width, height }
    }

    /// Whether a region has pixels and lies on the screen.
    #[must_use]
    pub fn holds(&self, region: Region) -> bool {
        let fits = |start: i32, length: u32, limit: u32| {
            u32::try_from(start).is_ok_and(|start| start.checked_add(length).is_some_and(|end| end <= limit))
        };
        let size = self.size();
        region.width > 0
            && region.height > 0
            && fits(region.x, region.width, size.width)
            && fits(region.y, region.height, size.height)
    }

    /// The pixels of a region, without the pointer, in a buffer that may be `reused`.
    ///
    /// # Errors
    /// When the region is not on the screen or the server does not answer.
    pub fn pixels(&self, region: Region, reused: Vec<u8>) -> Result<RgbImage, ScreenError> {
        self.grab(region, |source| source.grab(region, reused))
    }

    /// The pixels of a region without the pointer, four bytes each: blue, green, red and one that means
    /// nothing. They are handed over so many rows at a time, which a processor's cache can hold.
    ///
    /// # Errors
    /// See [`Screen::pixels`].
    pub fn bgrx(&self, region: Region, rows: u32, take: TakeRows<'_>) -> Result<(), ScreenError> {
        self.grab(region, |source| source.grab_bgrx(region, rows.max(1), take))
    }

    fn grab<T>(
        &self,
        region: Region,
        grab: impl FnOnce(&mut dyn PixelSource) -> Result<T, ScreenError>,
    ) -> Result<T, ScreenError> {
        if !self.holds(region) {
            // That the screen has grown may not be known yet.
            self.size.refresh()?;
            if !self.holds(region) {
                return Err(ScreenError::Outside);
            }
        }
        let grabbed = grab(self.source.lock().unwrap_or_else(PoisonError::into_inner).as_mut());
        if grabbed.is_err() {
            // The server refuses what the screen no longer holds, which may not be known either.
            self.size.refresh()?;
            if !self.holds(region) {
                return Err(ScreenError::Outside);
            }
        }
        grabbed
    }

    /// The whole screen with the pointer.
    ///
    /// # Errors
    /// See [`Screen::pixels`]; and when no picture can be made as the options say.
    pub fn screenshot(&self, options: ScreenshotOptions) -> Result<Picture, ScreenError> {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = self.look(&mut shown) {
            // What has been noticed as drawn to may not have been seen.
            shown.forget();
            // The screen may have shrunk in between.
            if !matches!(error, ScreenError::Outside) {
                return Err(error);
            }
            self.look(&mut shown)?;
        }
        if let Some(picture) = shown.encoded(options) {
            return Ok(picture);
        }
        let picture = made(shown.pixels(), options.size, options.format, shown.state())?;
        shown.keep(options, picture.clone());
        Ok(picture)
    }

    /// Brings the last look up to date.
    fn look(&self, shown: &mut Shown) -> Result<(), ScreenError> {
        let whole = self.whole();
        let mut drawn = self.drawn.take(&self.display)?;
        if !shown.covers(whole) {
            drawn = vec![whole];
        }
        let parts = drawn.into_iter().map(|part| Ok((part, self.pixels(part, Vec::new())?)));
        let parts = parts.collect::<Result<_, ScreenError>>()?;
        shown.update(whole, parts, &self.cursor()?);
        Ok(())
    }

    /// A region of the screen with the pointer, from the screen's own pixels.
    ///
    /// # Errors
    /// See [`Screen::screenshot`].
    pub fn zoom(&self, region: Region, options: ScreenshotOptions) -> Result<Picture, ScreenError> {
        let mut pixels = self.pixels(region, Vec::new())?;
        self.cursor()?.draw(&mut pixels, Point { x: region.x, y: region.y });
        let part = Size { width: region.width, height: region.height };
        made(&pixels, options.size.map(|into| encode::fit(part, into)), options.format, 0)
    }

    /// The pointer: its picture and place.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn cursor(&self) -> Result<Cursor, XError> {
        Cursor::fetch(&self.display)
    }

    /// Where the pointer is.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn pointer(&self) -> Result<Point, XError> {
        let reply =
            self.display.connection.query_pointer(self.display.root).map_err(XError::from)?.reply()?;
        Ok(Point { x: reply.root_x.into(), y: reply.root_y.into() })
    }
}

/// Refuses what no picture can be made as.
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

/// A picture of some pixels, scaled when a size is given.
fn made(
    pixels: &RgbImage,
    size: Option<Size>,
    format: ScreenshotFormat,
    state: u64,
) -> Result<Picture, ScreenError> {
    let own = Size { width: pixels.width(), height: pixels.height() };
    let size = size.unwrap_or(own);
    let bytes = if size == own {
        encode::encode(pixels, format)?
    } else {
        encode::encode(&encode::scale(pixels, size)?, format)?
    };
    Ok(Picture { bytes: bytes.into(), format, size, state })
}
