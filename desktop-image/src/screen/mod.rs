//! Pictures of the screen, with the pointer in them.
//!
//! [`shm`] is the fast way, [`portable`] the one that works on every X server; both only grab pixels.

mod cursor;
mod encode;
mod portable;
mod shm;

use std::sync::{Arc, Mutex, PoisonError};

use image::RgbImage;
use protocol::action::{Point, Region, Size};
use x11rb::protocol::xproto::ConnectionExt as _;

pub use cursor::Cursor;

use crate::x11::{Display, XError};

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
    /// The part asked for is not on the screen.
    #[error("the region is outside the screen")]
    Outside,
}

/// A way to get at the pixels of the screen.
trait PixelSource: Send + std::fmt::Debug {
    /// The pixels of a region that is known to be on the screen, without the pointer. A buffer that is
    /// `reused` saves making the memory of a new one present, which takes longer than filling it.
    fn grab(&mut self, region: Region, reused: Vec<u8>) -> Result<RgbImage, ScreenError>;
}

/// The screen of the desktop.
#[derive(Debug)]
pub struct Screen {
    display: Display,
    size: Size,
    source: Mutex<Box<dyn PixelSource>>,
    last: Mutex<Last>,
}

/// The last whole picture and its encoding: an unchanged screen is not encoded again.
#[derive(Debug, Default)]
struct Last {
    picture: RgbImage,
    png: Arc<[u8]>,
    spare: Vec<u8>,
}

impl Screen {
    /// Opens the screen of a display; by shared memory where the server offers it.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn open(display_name: &str) -> Result<Self, XError> {
        let display = Display::connect(display_name)?;
        cursor::prepare(&display)?;
        let size = Size {
            width: display.screen.width_in_pixels.into(),
            height: display.screen.height_in_pixels.into(),
        };
        let source: Box<dyn PixelSource> = match shm::ShmSource::open(display_name, size) {
            Ok(source) => Box::new(source),
            Err(error) => {
                tracing::warn!(error = %error, "capturing the screen the slow way");
                Box::new(portable::PortableSource)
            }
        };
        Ok(Self { display, size, source: Mutex::new(source), last: Mutex::default() })
    }

    /// Pixels of the screen.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// The whole screen as a region.
    #[must_use]
    pub fn whole(&self) -> Region {
        Region { x: 0, y: 0, width: self.size.width, height: self.size.height }
    }

    /// Whether a region has pixels and lies on the screen.
    #[must_use]
    pub fn holds(&self, region: Region) -> bool {
        let fits = |start: i32, length: u32, limit: u32| {
            u32::try_from(start).is_ok_and(|start| start.checked_add(length).is_some_and(|end| end <= limit))
        };
        region.width > 0
            && region.height > 0
            && fits(region.x, region.width, self.size.width)
            && fits(region.y, region.height, self.size.height)
    }

    /// The pixels of a region, without the pointer, in a buffer that may be `reused`.
    ///
    /// # Errors
    /// When the region is not on the screen or the server does not answer.
    pub fn pixels(&self, region: Region, reused: Vec<u8>) -> Result<RgbImage, ScreenError> {
        if !self.holds(region) {
            return Err(ScreenError::Outside);
        }
        self.source.lock().unwrap_or_else(PoisonError::into_inner).grab(region, reused)
    }

    /// The whole screen as PNG, with the pointer.
    ///
    /// # Errors
    /// See [`Screen::pixels`].
    pub fn screenshot(&self) -> Result<Arc<[u8]>, ScreenError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let reused = std::mem::take(&mut last.spare);
        let picture = self.picture(self.whole(), reused)?;
        if picture != last.picture {
            last.png = encode::png(&picture)?.into();
            last.spare = std::mem::replace(&mut last.picture, picture).into_raw();
        } else {
            last.spare = picture.into_raw();
        }
        Ok(Arc::clone(&last.png))
    }

    fn picture(&self, region: Region, reused: Vec<u8>) -> Result<RgbImage, ScreenError> {
        let mut picture = self.pixels(region, reused)?;
        self.cursor()?.draw(&mut picture, Point { x: region.x, y: region.y });
        Ok(picture)
    }

    /// A region of the screen as PNG, at its native resolution and with the pointer.
    ///
    /// # Errors
    /// See [`Screen::pixels`].
    pub fn zoom(&self, region: Region) -> Result<Vec<u8>, ScreenError> {
        encode::png(&self.picture(region, Vec::new())?)
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
