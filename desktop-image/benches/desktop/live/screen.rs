//! Content on the screen: a button that changes colour, text that scrolls, a video.

use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConnectionExt as _, CreateGCAux, CreateWindowAux, EventMask, Gcontext,
    ImageFormat, Window, WindowClass,
};
use x11rb::rust_connection::{DefaultStream, RustConnection};

use super::servers::Server;

/// The frame interval of moving content.
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 30);
const VIDEO: (u16, u16) = (640, 360);
const PAGE: (u16, u16) = (800, 600);
/// Size of a character in pixels, and the distance of one scroll step.
const CHARACTER: (u16, u16) = (8, 16);
const SCROLLED: u16 = 3 * CHARACTER.1;

/// A window drawn by the benchmark.
pub(crate) struct Stage {
    connection: RustConnection,
    window: Window,
    context: Gcontext,
}

impl Stage {
    /// Opens a window near the upper left corner, above all others.
    pub(crate) fn open(server: &Server, size: (u16, u16)) -> anyhow::Result<Self> {
        let number = server.display.trim_start_matches(':');
        let socket = UnixStream::connect(format!("/tmp/.X11-unix/X{number}")).context("no X server")?;
        let (stream, _) = DefaultStream::from_unix_stream(socket)?;
        let (name, cookie) = match &server.cookie {
            Some(cookie) => (b"MIT-MAGIC-COOKIE-1".to_vec(), cookie.clone()),
            None => (Vec::new(), Vec::new()),
        };
        let connection = RustConnection::connect_to_stream_with_auth_info(stream, 0, name, cookie)?;
        let root = connection.setup().roots[0].root;
        let (window, context) = (connection.generate_id()?, connection.generate_id()?);
        let attributes = CreateWindowAux::new()
            .background_pixel(0x00ff_ffff)
            .override_redirect(1)
            .event_mask(EventMask::BUTTON_PRESS | EventMask::EXPOSURE);
        let class = WindowClass::INPUT_OUTPUT;
        let (width, height) = size;
        connection.create_window(
            COPY_DEPTH_FROM_PARENT,
            window,
            root,
            100,
            100,
            width,
            height,
            0,
            class,
            0,
            &attributes,
        )?;
        connection.create_gc(context, window, &CreateGCAux::new().graphics_exposures(0))?;
        connection.map_window(window)?;
        connection.flush()?;
        while !matches!(connection.wait_for_event()?, Event::Expose(_)) {}
        Ok(Self { connection, window, context })
    }

    /// Changes its colour with each button press, for a number of presses.
    pub(crate) fn blink(self, presses: usize) -> anyhow::Result<()> {
        let mut pressed = 0_u32;
        while pressed as usize != presses {
            if let Event::ButtonPress(_) = self.connection.wait_for_event()? {
                pressed += 1;
                let colour = if pressed.is_multiple_of(2) { 0x00ff_ffff } else { 0x0030_60c0 };
                let colour = ChangeWindowAttributesAux::new().background_pixel(colour);
                self.connection.change_window_attributes(self.window, &colour)?;
                self.connection.clear_area(false, self.window, 0, 0, 0, 0)?;
                self.connection.flush()?;
            }
        }
        self.sync()
    }

    /// Scrolls text upwards, as a terminal does, until the deadline.
    pub(crate) fn scroll(self, deadline: Instant) -> anyhow::Result<()> {
        let mut page = 0;
        for top in (0..PAGE.1).step_by(usize::from(SCROLLED)) {
            self.write_lines(top, page)?;
            page += 1;
        }
        each_frame(deadline, || {
            let (width, rest) = (PAGE.0, PAGE.1 - SCROLLED);
            let window = self.window;
            self.connection.copy_area(window, window, self.context, 0, SCROLLED as i16, 0, 0, width, rest)?;
            page += 1;
            self.write_lines(rest, page)
        })
    }

    /// Plays a video until the deadline.
    pub(crate) fn play(self, deadline: Instant) -> anyhow::Result<()> {
        let mut frame = vec![0; usize::from(VIDEO.0) * usize::from(VIDEO.1) * 4];
        let mut number = 0;
        each_frame(deadline, || {
            number += 1;
            paint(&mut frame, number);
            // A request has at most 256 KiB.
            let rows = 64;
            for (part, top) in frame.chunks(usize::from(VIDEO.0) * 4 * rows).zip((0_i16..).step_by(rows)) {
                let height = (part.len() / (usize::from(VIDEO.0) * 4)) as u16;
                self.connection.put_image(
                    ImageFormat::Z_PIXMAP,
                    self.window,
                    self.context,
                    VIDEO.0,
                    height,
                    0,
                    top,
                    0,
                    24,
                    part,
                )?;
            }
            self.sync()
        })
    }

    fn sync(&self) -> anyhow::Result<()> {
        self.connection.get_input_focus()?.reply()?;
        Ok(())
    }

    /// Writes lines of glyphs that look like text, different ones for each page.
    fn write_lines(&self, top: u16, page: u32) -> anyhow::Result<()> {
        let mut pixels = vec![0xff_u8; usize::from(PAGE.0) * usize::from(SCROLLED) * 4];
        let mut random = page.wrapping_mul(0x9e37_79b9) | 1;
        for line in 0..SCROLLED / CHARACTER.1 {
            for place in 0..PAGE.0 / CHARACTER.0 {
                random ^= random << 13;
                random ^= random >> 17;
                random ^= random << 5;
                if random.is_multiple_of(6) || place > 40 + (page % 50) as u16 {
                    continue;
                }
                // One of 64 glyphs.
                let glyph = u64::from(random >> 26).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                for dot in 0..48_u16 {
                    if glyph.rotate_left(u32::from(dot)) & 5 == 5 {
                        let x = place * CHARACTER.0 + 1 + dot % 6;
                        let y = line * CHARACTER.1 + 3 + dot / 6;
                        let at = (usize::from(y) * usize::from(PAGE.0) + usize::from(x)) * 4;
                        pixels[at..at + 3].copy_from_slice(&[0x20, 0x20, 0x20]);
                    }
                }
            }
        }
        self.connection.put_image(
            ImageFormat::Z_PIXMAP,
            self.window,
            self.context,
            PAGE.0,
            SCROLLED,
            0,
            top as i16,
            0,
            24,
            &pixels,
        )?;
        self.sync()
    }
}

/// Draws soft shapes that move over a grain, much like a video to an encoder.
fn paint(frame: &mut [u8], number: u32) {
    let mut grain = number | 1;
    let width = usize::from(VIDEO.0);
    let time = f64::from(number) * 0.13;
    for (y, row) in frame.chunks_exact_mut(width * 4).enumerate() {
        let (sin_y, down) = ((y as f64 * 0.021 + time).sin(), y as f64 / f64::from(VIDEO.1));
        for (x, bgrx) in row.chunks_exact_mut(4).enumerate() {
            grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(grain >> 29);
            let wave = (x as f64 * 0.017 - time).sin() * sin_y;
            let edge = if (x / 80 + y / 60 + number as usize / 15).is_multiple_of(3) { 38.0 } else { 0.0 };
            bgrx[0] = (110.0 + 70.0 * wave + noise) as u8;
            bgrx[1] = (90.0 + 60.0 * wave + 60.0 * down + edge + noise) as u8;
            bgrx[2] = (140.0 - 80.0 * wave + noise) as u8;
        }
    }
}

/// Calls `draw` at the frame rate.
fn each_frame(deadline: Instant, mut draw: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut next = Instant::now();
    while Instant::now() < deadline {
        draw()?;
        next += FRAME;
        // Not `sleep`, which is banned for waiting on something: this is the content's clock.
        std::thread::park_timeout(next.saturating_duration_since(Instant::now()));
    }
    Ok(())
}
