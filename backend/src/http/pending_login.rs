//! A browser's login with an identity provider that lacks the code of the second factor. It is kept in the browser's session,
//! where nobody is logged in yet.

use chrono::{DateTime, TimeDelta, Utc};
use protocol::ids::UserId;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use tower_sessions::session::Error;

/// The session value that holds it.
const PENDING: &str = "pending_login";
/// How long it waits for the code.
const LIFETIME: TimeDelta = TimeDelta::minutes(5);
/// The most codes that are tried.
const ATTEMPTS: u32 = 5;

/// A login that waits for a code.
#[derive(Debug, Serialize, Deserialize)]
pub struct PendingLogin {
    /// Who the provider says it is.
    pub user_id: UserId,
    /// The slug of the provider.
    pub provider: String,
    begun_at: DateTime<Utc>,
    attempts: u32,
}

impl PendingLogin {
    /// Makes a session wait for a code, under a new id.
    ///
    /// # Errors
    /// When the session can't be stored.
    pub async fn begin(
        session: &Session,
        user_id: UserId,
        provider: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        session.cycle_id().await?;
        let pending = Self { user_id, provider: provider.to_owned(), begun_at: now, attempts: 0 };
        session.insert(PENDING, pending).await
    }

    /// The login that a session waits with, for one more code; `None` if there is none, or it waited too long or for too many codes.
    ///
    /// # Errors
    /// When the session can't be read or stored.
    pub async fn attempt(session: &Session, now: DateTime<Utc>) -> Result<Option<Self>, Error> {
        let Some(mut pending) = session.remove::<Self>(PENDING).await? else { return Ok(None) };
        if pending.begun_at + LIFETIME <= now || pending.attempts >= ATTEMPTS {
            return Ok(None);
        }
        pending.attempts += 1;
        session.insert(PENDING, &pending).await?;
        // Before the code is looked at.
        session.save().await?;
        Ok(Some(pending))
    }

    /// Makes a session wait no longer.
    ///
    /// # Errors
    /// When the session can't be read.
    pub async fn end(session: &Session) -> Result<(), Error> {
        session.remove::<Self>(PENDING).await.map(drop)
    }
}
