//! A connection to the X server, and its errors.

use protocol::action::Region;
use x11rb::errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _, Screen, Window};
use x11rb::rust_connection::RustConnection;

/// Most numbers read from a property.
const MAX_NUMBERS: u32 = 1024;
/// Most of a text read from a property, in units of four bytes.
const MAX_TEXT_UNITS: u32 = 256;

/// Why a request to the X server failed.
#[derive(Debug, thiserror::Error)]
pub enum XError {
    /// The connection could not be established.
    #[error("could not connect to the X server")]
    Connect(#[from] ConnectError),
    /// The connection broke.
    #[error("the connection to the X server broke")]
    Connection(#[from] ConnectionError),
    /// A request was refused.
    #[error("the X server refused a request: {0}")]
    Reply(#[from] ReplyError),
    /// A request was refused, or the ids ran out.
    #[error("the X server refused a request: {0}")]
    ReplyOrId(#[from] ReplyOrIdError),
    /// No thread could be started to read events.
    #[error("could not start a thread for the X server's events")]
    Thread(#[source] std::io::Error),
    /// The server has no screen.
    #[error("the X server has no screen")]
    NoScreen,
    /// The server lacks an extension.
    #[error("the X server lacks {0}")]
    Missing(&'static str),
}

/// A connection, with the root window of its screen.
#[derive(Debug)]
pub struct Display {
    /// The connection.
    pub connection: RustConnection,
    /// The root window.
    pub root: Window,
    /// The screen as the server described it.
    pub screen: Screen,
}

impl Display {
    /// Connects to the display called `name`, such as `:1`, with the cookie that `XAUTHORITY` points at.
    pub fn connect(name: &str) -> Result<Self, XError> {
        let (connection, index) = x11rb::connect(Some(name))?;
        let screen = x11rb::connection::Connection::setup(&connection)
            .roots
            .get(index)
            .cloned()
            .ok_or(XError::NoScreen)?;
        Ok(Self { connection, root: screen.root, screen })
    }

    /// The atom called `name`.
    pub fn atom(&self, name: &str) -> Result<Atom, XError> {
        Ok(self.connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }

    /// The numbers in a property of 32-bit values; empty if the window lacks it.
    pub(crate) fn numbers(&self, window: Window, property: Atom, kind: AtomEnum) -> Result<Vec<u32>, XError> {
        let reply = self.connection.get_property(false, window, property, kind, 0, MAX_NUMBERS)?.reply()?;
        Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
    }

    /// The text in a property; empty if the window lacks it. A long text is cut.
    pub(crate) fn text(&self, window: Window, property: Atom, kind: Atom) -> Result<String, XError> {
        let reply =
            self.connection.get_property(false, window, property, kind, 0, MAX_TEXT_UNITS)?.reply()?;
        Ok(String::from_utf8_lossy(&reply.value).into_owned())
    }

    /// The region of a window on the screen, without the window manager's frame.
    pub(crate) fn region_of(&self, window: Window) -> Result<Region, XError> {
        let geometry = self.connection.get_geometry(window)?.reply()?;
        let corner = self.connection.translate_coordinates(window, self.root, 0, 0)?.reply()?;
        Ok(Region {
            x: corner.dst_x.into(),
            y: corner.dst_y.into(),
            width: geometry.width.into(),
            height: geometry.height.into(),
        })
    }

    /// Waits until the server has handled all requests sent so far.
    pub fn sync(&self) -> Result<(), XError> {
        self.connection.get_input_focus()?.reply()?;
        Ok(())
    }
}

/// Starts a thread that reads events. It should end when its connection breaks, as it does with the X server.
pub(crate) fn spawn_event_thread(name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), XError> {
    std::thread::Builder::new().name(name.into()).spawn(run).map_err(XError::Thread)?;
    Ok(())
}
