//! Captures pixels through xcap: slower, but works on any X server.

use image::{DynamicImage, RgbImage};
use protocol::action::Region;
use xcap::Monitor;

use super::{PixelSource, ScreenError, TakeRows};

/// Captures the first monitor of the display in the agent's environment.
#[derive(Debug)]
pub(super) struct PortableSource;

impl PixelSource for PortableSource {
    fn grab(&mut self, region: Region, _reused: Vec<u8>) -> Result<RgbImage, ScreenError> {
        let monitor = Monitor::all().map_err(failed)?.into_iter().next().ok_or(ScreenError::Outside)?;
        let edge = |value: i32| u32::try_from(value).map_err(|_| ScreenError::Outside);
        let pixels = monitor
            .capture_region(edge(region.x)?, edge(region.y)?, region.width, region.height)
            .map_err(failed)?;
        Ok(DynamicImage::ImageRgba8(pixels).into_rgb8())
    }

    fn grab_bgrx(&mut self, region: Region, rows: u32, take: TakeRows<'_>) -> Result<(), ScreenError> {
        let pixels = self.grab(region, Vec::new())?;
        let row = region.width as usize * 3;
        for (first, rgb) in (0..).step_by(rows as usize).zip(pixels.as_raw().chunks(row * rows as usize)) {
            let pixels = rgb.as_chunks().0.iter();
            take(first, &pixels.flat_map(|[red, green, blue]| [*blue, *green, *red, 0]).collect::<Vec<u8>>());
        }
        Ok(())
    }
}

fn failed(error: xcap::XCapError) -> ScreenError {
    ScreenError::Portable(error.into())
}
