//! The windows on the screen, as the window manager lists them.
//!
//! The window manager keeps the list in properties of the root window. A thread watches them, so that nothing has to
//! poll.

mod control;
mod error;

use std::sync::Arc;

use protocol::action::Region;
use protocol::agent::windows::Window;
use tokio::sync::watch;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, CreateWindowAux, EventMask, Timestamp,
    WindowClass,
};

use crate::x11::{Display, XError};
pub use error::WindowError;

/// Most of a title that is read, in units of four bytes.
const MAX_TITLE_UNITS: u32 = 256;
const MAX_WINDOWS: u32 = 1024;

/// Lists windows and controls them through the window manager.
#[derive(Debug)]
pub struct Windows {
    display: Arc<Display>,
    atoms: Atoms,
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
        _NET_WM_NAME,
        _NET_WM_STATE,
        _NET_WM_STATE_HIDDEN,
        _NET_WM_WINDOW_TYPE,
        _NET_WM_WINDOW_TYPE_DOCK,
        _NET_WM_WINDOW_TYPE_DESKTOP,
        UTF8_STRING,
    }
}

impl Windows {
    /// Connects to a display and starts a thread that watches it, which ends with the X server.
    pub fn open(display_name: &str) -> Result<Self, XError> {
        let display = Arc::new(Display::connect(display_name)?);
        let atoms = Atoms::new(&display.connection)?.reply()?;
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
        std::thread::Builder::new()
            .name("windows".into())
            .spawn(move || {
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
            })
            .map_err(|_| XError::Missing("a thread to hear of its windows"))?;
        Ok(Self { display, atoms, changes, clock, times })
    }

    /// The windows of programs, topmost first.
    pub fn list(&self) -> Result<Vec<Window>, XError> {
        let root = self.display.root;
        let focused = self.numbers(root, self.atoms._NET_ACTIVE_WINDOW, AtomEnum::WINDOW)?.first().copied();
        let mut windows = Vec::new();
        for id in
            self.numbers(root, self.atoms._NET_CLIENT_LIST_STACKING, AtomEnum::WINDOW)?.into_iter().rev()
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

    /// The numbers in a property; empty if the window lacks it.
    fn numbers(&self, window: u32, property: Atom, kind: AtomEnum) -> Result<Vec<u32>, XError> {
        let connection = &self.display.connection;
        let reply = connection.get_property(false, window, property, kind, 0, MAX_WINDOWS)?.reply()?;
        Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
    }

    /// A window; `None` if it belongs to the session.
    fn describe(&self, id: u32, focused: bool) -> Result<Option<Window>, XError> {
        let connection = &self.display.connection;
        let atoms = &self.atoms;
        // The panel and the like are not the person's windows.
        let session_types = [atoms._NET_WM_WINDOW_TYPE_DOCK, atoms._NET_WM_WINDOW_TYPE_DESKTOP];
        let kinds = self.numbers(id, atoms._NET_WM_WINDOW_TYPE, AtomEnum::ATOM)?;
        if kinds.iter().any(|kind| session_types.contains(kind)) {
            return Ok(None);
        }
        let geometry = connection.get_geometry(id)?.reply()?;
        let corner = connection.translate_coordinates(id, self.display.root, 0, 0)?.reply()?;
        let mut title = self.text(id, atoms._NET_WM_NAME, atoms.UTF8_STRING)?;
        if title.is_empty() {
            title = self.text(id, AtomEnum::WM_NAME.into(), AtomEnum::ANY.into())?;
        }
        // Two zero-terminated strings: instance and class.
        let class = self.text(id, AtomEnum::WM_CLASS.into(), AtomEnum::STRING.into())?;
        let app = class.split('\0').nth(1).unwrap_or_default().to_owned();
        let region = Region {
            x: corner.dst_x.into(),
            y: corner.dst_y.into(),
            width: geometry.width.into(),
            height: geometry.height.into(),
        };
        let states = self.numbers(id, atoms._NET_WM_STATE, AtomEnum::ATOM)?;
        let minimized = states.contains(&atoms._NET_WM_STATE_HIDDEN);
        Ok(Some(Window { id, title, app, region, focused, minimized }))
    }

    fn text(&self, id: u32, property: Atom, kind: Atom) -> Result<String, XError> {
        let connection = &self.display.connection;
        let reply = connection.get_property(false, id, property, kind, 0, MAX_TITLE_UNITS)?.reply()?;
        Ok(String::from_utf8_lossy(&reply.value).into_owned())
    }
}
