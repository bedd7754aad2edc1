//! The windows on the screen, as the window manager lists them.
//!
//! The window manager keeps the list in properties of the root window. A thread watches them, so that nothing has to
//! poll.

mod control;
mod error;
pub(crate) mod properties;

use std::sync::Arc;

use protocol::agent::windows::Window;
use tokio::sync::watch;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, CreateWindowAux, EventMask, Timestamp,
    WindowClass,
};

use crate::x11::{Display, XError, spawn_event_thread};
pub use error::WindowError;
use properties::WindowProperties;

/// Lists windows and controls them through the window manager.
#[derive(Debug)]
pub struct Windows {
    display: Arc<Display>,
    atoms: Atoms,
    properties: WindowProperties,
    /// A counter that changes when a window opens, closes or gets the focus.
    changes: watch::Receiver<u64>,
    /// A hidden window: changing its property makes the server report its time.
    clock: u32,
    times: watch::Receiver<Timestamp>,
}

x11rb::atom_manager! {
    /// Atoms of the window manager's properties and messages.
    Atoms: AtomsCookie {
        _NET_CLIENT_LIST_STACKING,
        _NET_ACTIVE_WINDOW,
        _NET_CLOSE_WINDOW,
        _NET_WM_STATE,
        _NET_WM_STATE_HIDDEN,
    }
}

impl Windows {
    /// Connects to a display and starts a thread that watches it, which ends with the X server.
    pub fn open(display_name: &str) -> Result<Self, XError> {
        let display = Arc::new(Display::connect(display_name)?);
        let atoms = Atoms::new(&display.connection)?.reply()?;
        let properties = WindowProperties::intern(&display)?;
        let watch = ChangeWindowAttributesAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        display.connection.change_window_attributes(display.root, &watch)?;
        let clock = display.connection.generate_id()?;
        let (class, watch) =
            (WindowClass::INPUT_ONLY, CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE));
        display.connection.create_window(0, clock, display.root, -1, -1, 1, 1, 0, class, 0, &watch)?;
        display.connection.flush()?;
        let (sender, changes) = watch::channel(0);
        let (tell_time, times) = watch::channel(0);
        let reader = Arc::clone(&display);
        let watched = [atoms._NET_CLIENT_LIST_STACKING, atoms._NET_ACTIVE_WINDOW];
        spawn_event_thread("windows", move || {
            while let Ok(event) = reader.connection.wait_for_event() {
                match event {
                    Event::PropertyNotify(changed) if changed.window == clock => {
                        // The receiver may have been dropped.
                        let _ = tell_time.send(changed.time);
                    }
                    Event::PropertyNotify(changed) if watched.contains(&changed.atom) => {
                        sender.send_modify(|count| *count += 1);
                    }
                    _ => {}
                }
            }
        })?;
        Ok(Self { display, atoms, properties, changes, clock, times })
    }

    /// The windows of programs, topmost first.
    pub fn list(&self) -> Result<Vec<Window>, XError> {
        let (display, root) = (&self.display, self.display.root);
        let focused =
            display.numbers(root, self.atoms._NET_ACTIVE_WINDOW, AtomEnum::WINDOW)?.first().copied();
        let mut windows = Vec::new();
        for id in
            display.numbers(root, self.atoms._NET_CLIENT_LIST_STACKING, AtomEnum::WINDOW)?.into_iter().rev()
        {
            match self.describe(id, focused == Some(id)) {
                Ok(window) => windows.extend(window),
                // It was closed after it was listed.
                Err(XError::Reply(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(windows)
    }

    /// A window; `None` if it belongs to the session.
    fn describe(&self, id: u32, focused: bool) -> Result<Option<Window>, XError> {
        let (display, properties) = (&self.display, &self.properties);
        if properties.is_session_window(display, id)? {
            return Ok(None);
        }
        let region = display.region_of(id)?;
        let (title, app) = (properties.title(display, id)?, WindowProperties::app(display, id)?);
        let states = display.numbers(id, self.atoms._NET_WM_STATE, AtomEnum::ATOM)?;
        let minimized = states.contains(&self.atoms._NET_WM_STATE_HIDDEN);
        Ok(Some(Window { id, title, app, region, focused, minimized }))
    }
}
