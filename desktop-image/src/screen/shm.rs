//! Captures pixels through memory shared with the X server (MIT-SHM).
//!
//! The memory is an anonymous file that is passed to the server as a descriptor, so it needs no shared IPC namespace.
//! It is read as a file, so it needs no memory map either.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt as _;

use image::RgbImage;
use nix::sys::memfd::{MFdFlags, memfd_create};
use protocol::action::{Region, Size};
use x11rb::connection::Connection as _;
use x11rb::protocol::shm::{ConnectionExt as _, Seg};
use x11rb::protocol::xproto::{ImageFormat, ImageOrder};

use super::{PixelSource, ScreenError, TakeRows};
use crate::x11::{Display, XError};

const BYTES_PER_PIXEL: usize = 4;
/// Bytes of a pixel without padding.
const RGB: usize = 3;
/// Rows read at once: few enough to stay in the CPU cache.
const ROWS: u32 = 32;

/// Memory for a whole screen, written by the server and read by the agent.
#[derive(Debug)]
pub(super) struct ShmSource {
    display: Display,
    segment: Seg,
    memory: File,
    bytes: Vec<u8>,
}

impl ShmSource {
    /// Shares memory for a screen of the given size.
    ///
    /// # Errors
    /// When the server does not support MIT-SHM 1.2 or its pixels are not four bytes of BGRX.
    pub(super) fn open(display_name: &str, size: Size) -> Result<Self, ScreenError> {
        let display = Display::connect(display_name)?;
        let setup = display.connection.setup();
        let four_bytes = setup
            .pixmap_formats
            .iter()
            .any(|format| format.depth == display.screen.root_depth && format.bits_per_pixel == 32);
        if !four_bytes || setup.image_byte_order != ImageOrder::LSB_FIRST || display.screen.root_depth != 24 {
            return Err(XError::Missing("24-bit pixels in four bytes").into());
        }
        let connection = &display.connection;
        let version = connection.shm_query_version().map_err(XError::from)?.reply().map_err(XError::from)?;
        if (version.major_version, version.minor_version) < (1, 2) {
            return Err(XError::Missing("MIT-SHM 1.2").into());
        }
        let memory = memory(size)?;
        let handed = OwnedFd::from(memory.try_clone().map_err(ScreenError::SharedMemory)?);
        let segment = connection.generate_id().map_err(XError::from)?;
        let attach = connection.shm_attach_fd(segment, handed, false).map_err(XError::from)?;
        attach.check().map_err(XError::from)?;
        Ok(Self { display, segment, memory, bytes: Vec::new() })
    }
}

/// Memory for the four-byte pixels of a whole screen.
fn memory(size: Size) -> Result<File, ScreenError> {
    let memory = memfd_create("screen", MFdFlags::MFD_CLOEXEC)
        .map_err(|errno| ScreenError::SharedMemory(errno.into()))?;
    let memory = File::from(memory);
    let length = u64::from(size.width) * u64::from(size.height) * BYTES_PER_PIXEL as u64;
    memory.set_len(length).map_err(ScreenError::SharedMemory)?;
    Ok(memory)
}

impl PixelSource for ShmSource {
    fn grab(&mut self, region: Region, reused: Vec<u8>) -> Result<RgbImage, ScreenError> {
        let row = region.width as usize * RGB;
        let mut rgb = reused;
        rgb.resize(row * region.height as usize, 0);
        let mut fits = true;
        self.grab_bgrx(region, ROWS, &mut |first, bgrx| {
            let place = row * first as usize;
            let to = rgb.get_mut(place..place + bgrx.len() / BYTES_PER_PIXEL * RGB);
            fits &= to.is_some_and(|to| garb::bytes::bgra_to_rgb(bgrx, to).is_ok());
        })?;
        RgbImage::from_raw(region.width, region.height, rgb).filter(|_| fits).ok_or(ScreenError::Outside)
    }

    fn grab_bgrx(&mut self, region: Region, rows: u32, take: TakeRows<'_>) -> Result<(), ScreenError> {
        // Coordinates on an X screen fit 16 bits.
        let outside = |_| ScreenError::Outside;
        let (x, y) = (i16::try_from(region.x).map_err(outside)?, i16::try_from(region.y).map_err(outside)?);
        let width = u16::try_from(region.width).map_err(outside)?;
        let height = u16::try_from(region.height).map_err(outside)?;
        let format = u8::from(ImageFormat::Z_PIXMAP);
        let (connection, root) = (&self.display.connection, self.display.root);
        connection
            .shm_get_image(root, x, y, width, height, !0, format, self.segment, 0)
            .map_err(XError::from)?
            .reply()
            .map_err(XError::from)?;
        let row = usize::from(width) * BYTES_PER_PIXEL;
        for first in (0..region.height).step_by(rows as usize) {
            let rows = rows.min(region.height - first);
            self.bytes.resize(row * rows as usize, 0);
            let place = row as u64 * u64::from(first);
            self.memory.read_exact_at(&mut self.bytes, place).map_err(ScreenError::SharedMemory)?;
            take(first, &self.bytes);
        }
        Ok(())
    }
}
