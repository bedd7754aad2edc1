//! The windows on the screen, as the window manager lists them.

use protocol::action::Region;
use protocol::desktop::Window;
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _};

use crate::x11::{Display, XError};

/// Longest title that is read, in units of four bytes.
const LONGEST_TITLE: u32 = 256;
const MOST_WINDOWS: u32 = 1024;

/// Asks for windows.
#[derive(Debug)]
pub struct Windows {
    display: Display,
    client_list: Atom,
    active: Atom,
    name: Atom,
    utf8: Atom,
    kind: Atom,
    /// Kinds of windows that belong to the desktop itself: the panel.
    furniture: [Atom; 2],
}

impl Windows {
    /// Connects to a display.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn open(display_name: &str) -> Result<Self, XError> {
        let display = Display::connect(display_name)?;
        let client_list = display.atom("_NET_CLIENT_LIST_STACKING")?;
        let active = display.atom("_NET_ACTIVE_WINDOW")?;
        let (name, utf8) = (display.atom("_NET_WM_NAME")?, display.atom("UTF8_STRING")?);
        let kind = display.atom("_NET_WM_WINDOW_TYPE")?;
        let furniture =
            [display.atom("_NET_WM_WINDOW_TYPE_DOCK")?, display.atom("_NET_WM_WINDOW_TYPE_DESKTOP")?];
        Ok(Self { display, client_list, active, name, utf8, kind, furniture })
    }

    /// The windows of programs, the topmost first.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn list(&self) -> Result<Vec<Window>, XError> {
        let root = self.display.root;
        let focused = self.atoms(root, self.active, AtomEnum::WINDOW)?.first().copied();
        let mut windows = Vec::new();
        for id in self.atoms(root, self.client_list, AtomEnum::WINDOW)?.into_iter().rev() {
            match self.describe(id, focused == Some(id)) {
                Ok(window) => windows.extend(window),
                // It has gone since it was listed.
                Err(XError::Reply(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(windows)
    }

    /// The numbers of a property; none when the window lacks it.
    fn atoms(&self, window: u32, property: Atom, kind: AtomEnum) -> Result<Vec<u32>, XError> {
        let connection = &self.display.connection;
        let reply = connection.get_property(false, window, property, kind, 0, MOST_WINDOWS)?.reply()?;
        Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
    }

    /// A window; `None` when it belongs to the desktop itself.
    fn describe(&self, id: u32, focused: bool) -> Result<Option<Window>, XError> {
        let connection = &self.display.connection;
        if self.atoms(id, self.kind, AtomEnum::ATOM)?.iter().any(|kind| self.furniture.contains(kind)) {
            return Ok(None);
        }
        let geometry = connection.get_geometry(id)?.reply()?;
        let corner = connection.translate_coordinates(id, self.display.root, 0, 0)?.reply()?;
        let mut title = self.text(id, self.name, self.utf8)?;
        if title.is_empty() {
            title = self.text(id, AtomEnum::WM_NAME.into(), AtomEnum::ANY.into())?;
        }
        // Two strings, each ended by a zero: the instance and the class.
        let class = self.text(id, AtomEnum::WM_CLASS.into(), AtomEnum::STRING.into())?;
        let app = class.split('\0').nth(1).unwrap_or_default().to_owned();
        let region = Region {
            x: corner.dst_x.into(),
            y: corner.dst_y.into(),
            width: geometry.width.into(),
            height: geometry.height.into(),
        };
        Ok(Some(Window { id, title, app, region, focused }))
    }

    fn text(&self, id: u32, property: Atom, kind: Atom) -> Result<String, XError> {
        let connection = &self.display.connection;
        let reply = connection.get_property(false, id, property, kind, 0, LONGEST_TITLE)?.reply()?;
        Ok(String::from_utf8_lossy(&reply.value).into_owned())
    }
}
