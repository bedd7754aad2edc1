//! Announces logins that may have ended, to streams that outlast the request which opened them.

use protocol::ids::UserId;
use tokio::sync::broadcast;

use crate::auth::credential::Credential;

/// Number of announcements that a stream may lag behind. It then looks its login up.
const CAPACITY: usize = 64;

/// Which logins may have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginChange {
    /// The one with this credential.
    Credential(Credential),
    /// All of a user.
    User(UserId),
    /// Any: announcements may have been missed.
    Unknown,
}

/// Fans announcements out. Cheap to clone.
#[derive(Clone)]
pub struct Logins(broadcast::Sender<LoginChange>);

impl Default for Logins {
    fn default() -> Self {
        Self(broadcast::Sender::new(CAPACITY))
    }
}

impl Logins {
    /// Announces a change.
    pub fn announce(&self, change: LoginChange) {
        // Fails if there is no stream, which is fine.
        let _ = self.0.send(change);
    }

    /// Receives the announcements from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<LoginChange> {
        self.0.subscribe()
    }
}
