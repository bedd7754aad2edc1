//! The connections of desktops to the proxy.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use protocol::ids::{ChatId, DesktopId};
use tokio::sync::OnceCell;

/// Maximum number of open connections of one desktop.
const MAX_CONNECTIONS: usize = 128;

/// What identifies a desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Origin {
    /// Its address on the desktops' network.
    Address(IpAddr),
    /// The socket that only this desktop has.
    Desktop(DesktopId),
}

/// A connection from a desktop, or the tunnel that it became.
pub(super) struct Client {
    pub(super) origin: Origin,
    /// The chat of the desktop, once known. A desktop never changes its chat.
    pub(super) chat: OnceCell<ChatId>,
    connections: Connections,
}

/// The number of open connections of each desktop.
#[derive(Clone, Default)]
pub(super) struct Connections(Arc<Mutex<HashMap<Origin, usize>>>);

impl Connections {
    /// Counts a connection until the result is dropped; `None` if the desktop has too many.
    pub(super) fn admit(&self, origin: Origin) -> Option<Client> {
        let mut connections = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = connections.entry(origin).or_default();
        if *count >= MAX_CONNECTIONS {
            return None;
        }
        *count += 1;
        Some(Client { origin, chat: OnceCell::new(), connections: self.clone() })
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let mut connections = self.connections.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = connections.get_mut(&self.origin) {
            *count -= 1;
            if *count == 0 {
                connections.remove(&self.origin);
            }
        }
    }
}
