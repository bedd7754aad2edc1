//! The size of the screen, which the agent or a program can change while the desktop runs.

use std::sync::{Arc, Mutex, PoisonError};

use protocol::action::Size;
use tokio::sync::watch;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::randr::{ConnectionExt as _, Mode, ModeInfo, NotifyMask, Rotation, SetConfig};
use x11rb::protocol::xproto::ConnectionExt as _;

use super::ScreenError;
use crate::config::SCREEN_EDGE;
use crate::x11::{Display, XError, spawn_event_thread};

/// Pixels per inch, as the X server is started with.
const DPI: u32 = 96;

/// The size of the screen.
#[derive(Debug)]
pub(super) struct ScreenSize {
    display: Display,
    /// Held while the size is changed.
    changing: Mutex<()>,
    most: Size,
    current: watch::Sender<Size>,
}

impl ScreenSize {
    /// Reads the size and starts a thread that watches it, since programs may change it too. The thread ends with the X
    /// server.
    ///
    /// # Errors
    /// When the server does not answer or lacks RandR.
    pub(super) fn open(display_name: &str) -> Result<Arc<Self>, XError> {
        let (display, listening) = (Display::connect(display_name)?, Display::connect(display_name)?);
        display.connection.randr_query_version(1, 5)?.reply()?;
        let most = largest(&display)?;
        listening.connection.randr_query_version(1, 5)?.reply()?;
        listening.connection.randr_select_input(listening.root, NotifyMask::SCREEN_CHANGE)?;
        listening.sync()?;
        let (current, _) = watch::channel(actual(&display)?);
        let size = Arc::new(Self { display, changing: Mutex::default(), most, current });
        let listener = Arc::clone(&size);
        spawn_event_thread("screen size", move || {
            let Err(error) = listener.listen(&listening);
            tracing::debug!(error = %error, "no longer listening for the size of the screen");
        })?;
        Ok(size)
    }

    fn listen(&self, display: &Display) -> Result<std::convert::Infallible, XError> {
        loop {
            if let Event::RandrScreenChangeNotify(_) = display.connection.wait_for_event()? {
                self.refresh()?;
            }
        }
    }

    /// The size when last read.
    pub(super) fn current(&self) -> Size {
        *self.current.borrow()
    }

    /// The largest size that the server supports.
    pub(super) fn most(&self) -> Size {
        self.most
    }

    /// Watches the size.
    pub(super) fn changes(&self) -> watch::Receiver<Size> {
        self.current.subscribe()
    }

    /// Reads the size from the server.
    pub(super) fn refresh(&self) -> Result<(), XError> {
        let actual = actual(&self.display)?;
        self.current.send_if_modified(|known| std::mem::replace(known, actual) != actual);
        Ok(())
    }

    /// Changes the size.
    ///
    /// # Errors
    /// When the server does not support that size or does not answer.
    pub(super) fn set(&self, size: Size) -> Result<(), ScreenError> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |edge: u32, most: u32| SCREEN_EDGE.contains(&edge) && edge <= most;
        if !fits(size.width, self.most.width) || !fits(size.height, self.most.height) {
            return Err(ScreenError::TooLarge { most: self.most });
        }
        set(&self.display, size)?;
        Ok(self.refresh()?)
    }
}

fn largest(display: &Display) -> Result<Size, XError> {
    let range = display.connection.randr_get_screen_size_range(display.root)?.reply()?;
    Ok(Size { width: range.max_width.into(), height: range.max_height.into() })
}

fn actual(display: &Display) -> Result<Size, XError> {
    let geometry = display.connection.get_geometry(display.root)?.reply()?;
    Ok(Size { width: geometry.width.into(), height: geometry.height.into() })
}

/// Gives the screen a size that the server supports.
pub(crate) fn set(display: &Display, size: Size) -> Result<(), XError> {
    let connection = &display.connection;
    if actual(display)? == size {
        return Ok(());
    }
    let resources = connection.randr_get_screen_resources_current(display.root)?.reply()?;
    let (Some(crtc), Some(output)) = (resources.crtcs.first(), resources.outputs.first()) else {
        return Err(XError::Missing("a monitor"));
    };
    let edge = |edge: u32| u16::try_from(edge).unwrap_or(u16::MAX);
    let (width, height) = (edge(size.width), edge(size.height));
    let before = connection.randr_get_crtc_info(*crtc, x11rb::CURRENT_TIME)?.reply()?.mode;
    let known = resources.modes.iter().find(|mode| (mode.width, mode.height) == (width, height));
    let mode = match known {
        Some(mode) => mode.id,
        None => new_mode(display, width, height)?,
    };
    connection.randr_add_output_mode(*output, mode)?.check()?;
    let configure = |mode: Mode, outputs: &[u32]| -> Result<(), XError> {
        let now = x11rb::CURRENT_TIME;
        let reply = connection
            .randr_set_crtc_config(*crtc, now, now, 0, 0, mode, Rotation::ROTATE0, outputs)?
            .reply()?;
        if reply.status == SetConfig::SUCCESS { Ok(()) } else { Err(XError::Missing("that size")) }
    };
    // Clients must not see the monitor turned off.
    connection.grab_server()?;
    let changed = configure(x11rb::NONE, &[]).and_then(|()| {
        let millimetres = |pixels: u32| pixels * 254 / 10 / DPI;
        let (across, down) = (millimetres(size.width), millimetres(size.height));
        connection.randr_set_screen_size(display.root, width, height, across, down)?.check()?;
        configure(mode, &[*output])
    });
    connection.ungrab_server()?;
    changed?;
    if before != mode && before != x11rb::NONE {
        // Delete our previous mode. The server rejects deleting one of its own, which is fine.
        connection.randr_delete_output_mode(*output, before)?.ignore_error();
        connection.randr_destroy_mode(before)?.ignore_error();
    }
    display.sync()
}

fn new_mode(display: &Display, width: u16, height: u16) -> Result<Mode, XError> {
    let name = format!("{width}x{height}");
    let mode = ModeInfo {
        id: 0,
        width,
        height,
        dot_clock: 0,
        hsync_start: width,
        hsync_end: width,
        htotal: width,
        hskew: 0,
        vsync_start: height,
        vsync_end: height,
        vtotal: height,
        name_len: u16::try_from(name.len()).unwrap_or_default(),
        mode_flags: 0_u32.into(),
    };
    Ok(display.connection.randr_create_mode(display.root, mode, name.as_bytes())?.reply()?.mode)
}
