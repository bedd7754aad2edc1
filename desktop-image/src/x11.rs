//! A connection to the X server, and its errors.

use x11rb::errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::xproto::{Atom, ConnectionExt as _, Screen, Window};
use x11rb::rust_connection::RustConnection;

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

    /// Waits until the server has handled all requests sent so far.
    pub fn sync(&self) -> Result<(), XError> {
        self.connection.get_input_focus()?.reply()?;
        Ok(())
    }
}
