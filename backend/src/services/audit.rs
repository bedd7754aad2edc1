//! The audit log: who did what to accounts, keys and settings.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use protocol::ids::UserId;

use crate::store::audit::{AuditAction, NewAuditEntry};
use crate::store::users::User;

/// Where a request comes from.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The client's address; `None` if it is unknown.
    pub address: Option<IpAddr>,
    /// The client's `User-Agent`, shortened; may be empty.
    pub client: String,
}

impl Source {
    /// The address as text.
    #[must_use]
    pub fn address_text(&self) -> Option<String> {
        self.address.map(|address| address.to_string())
    }

    /// An entry about what a user did from here.
    #[must_use]
    pub fn entry(&self, user: &User, action: AuditAction, now: DateTime<Utc>) -> NewAuditEntry {
        self.named(Some(user), action, now)
    }

    /// An entry about what somebody did from here who is not logged in.
    #[must_use]
    pub fn stranger_entry(&self, action: AuditAction, now: DateTime<Utc>) -> NewAuditEntry {
        self.named(None, action, now)
    }

    fn named(&self, user: Option<&User>, action: AuditAction, now: DateTime<Utc>) -> NewAuditEntry {
        NewAuditEntry {
            at: now,
            actor_id: user.map(|user| user.id),
            actor_name: user.map(|user| user.username.clone()),
            action,
            object: None,
            address: self.address_text(),
            client: Some(self.client.clone()).filter(|client| !client.is_empty()),
            detail: serde_json::json!({}),
        }
    }
}

/// Who administers something, and from where.
#[derive(Debug, Clone)]
pub enum Actor {
    /// A user.
    User(Box<User>, Source),
    /// The command line, or the installation itself.
    Installation,
}

impl Actor {
    /// The user.
    #[must_use]
    pub fn id(&self) -> Option<UserId> {
        match self {
            Self::User(user, _) => Some(user.id),
            Self::Installation => None,
        }
    }

    /// An entry about what they did to an object: an id or a name.
    #[must_use]
    pub fn entry(&self, action: AuditAction, object: impl Into<String>, now: DateTime<Utc>) -> NewAuditEntry {
        let object = object.into();
        match self {
            Self::User(user, source) => {
                NewAuditEntry { object: Some(object), ..source.entry(user, action, now) }
            }
            Self::Installation => NewAuditEntry::of_installation(action, object, now),
        }
    }
}
