//! The connection to the X server that all other modules share the types of.

use x11rb::errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::xproto::{Atom, ConnectionExt as _, Screen, Window};
use x11rb::rust_connection::RustConnection;

/// Why the X server could not be asked or refused.
#[derive(Debug, thiserror::Error)]
pub enum XError {
    /// No connection came about.
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

/// One connection with the screen's root window.
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

    /// Returns once the server has carried out everything asked so far.
    pub fn sync(&self) -> Result<(), XError> {
        self.connection.get_input_focus()?.reply()?;
        Ok(())
    }
}
