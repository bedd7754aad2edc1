//! The background: a vertical gradient.

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, CreateGCAux, ImageFormat, Pixmap, PropMode,
};
use x11rb::wrapper::ConnectionExt as _;

use crate::x11::{Display, XError};

/// Colours at the top and the bottom, as red, green, blue.
const TOP: [f32; 3] = [66.0, 78.0, 118.0];
const BOTTOM: [f32; 3] = [30.0, 36.0, 58.0];
/// Width of the tile that is repeated across the screen.
const TILE_WIDTH: u16 = 8;

/// Paints the root window of a screen of the given height. Returns the pixmap, which lives as long as the connection.
pub(super) fn paint(display: &Display, height: u16) -> Result<Pixmap, XError> {
    let connection = &display.connection;
    let depth = display.screen.root_depth;
    let pixmap = connection.generate_id()?;
    connection.create_pixmap(depth, pixmap, display.root, TILE_WIDTH, height)?;
    let context = connection.generate_id()?;
    connection.create_gc(context, pixmap, &CreateGCAux::new())?;
    let pixels = gradient(height);
    connection.put_image(
        ImageFormat::Z_PIXMAP,
        pixmap,
        context,
        TILE_WIDTH,
        height,
        0,
        0,
        0,
        depth,
        &pixels,
    )?;
    connection.free_gc(context)?;
    let background = ChangeWindowAttributesAux::new().background_pixmap(pixmap);
    connection.change_window_attributes(display.root, &background)?;
    connection.clear_area(false, display.root, 0, 0, 0, 0)?;
    for name in ["_XROOTPMAP_ID", "ESETROOT_PMAP_ID"] {
        let atom = display.atom(name)?;
        connection.change_property32(PropMode::REPLACE, display.root, atom, AtomEnum::PIXMAP, &[pixmap])?;
    }
    Ok(pixmap)
}

/// The tile's pixels as BGRX. Not dithered, since noise would make every screenshot many times larger.
fn gradient(height: u16) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(usize::from(height) * usize::from(TILE_WIDTH) * 4);
    for y in 0..height {
        let along = f32::from(y) / f32::from(height.max(2) - 1);
        let shade = |channel: usize| {
            let exact = TOP[channel] + (BOTTOM[channel] - TOP[channel]) * along;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 to 255")]
            let whole = exact.round() as u8;
            whole
        };
        let pixel = [shade(2), shade(1), shade(0), 0];
        pixels.extend(std::iter::repeat_n(pixel, TILE_WIDTH.into()).flatten());
    }
    pixels
}
