//! The login behind a request whose response outlasts it: event streams and live views end with it.

use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use protocol::ids::UserId;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::app::AppState;
use crate::auth::credential::Credential;
use crate::database::DatabaseError;
use crate::http::current_user::Caller;
use crate::http::problem::ApiError;
use crate::live::logins::LoginChange;
use crate::store::{api_tokens, sessions, token_families, users};

/// The longest wait before a login is looked up again.
const LOOK_UP_EVERY: Duration = Duration::from_secs(60 * 60);
/// Delay before a failed look-up is repeated.
const RETRY_DELAY: Duration = Duration::from_secs(2);

/// What the caller logged in with. The handler authenticates the caller; this only tells when to stop. A program's login
/// goes on while it is refreshed, whenever the access token of the request expires.
pub struct Login {
    credential: Credential,
    user_id: UserId,
    changes: Receiver<LoginChange>,
}

impl FromRequestParts<AppState> for Login {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        // What has changed before this is seen by the first look-up.
        let changes = state.logins.subscribe();
        let Caller { user, credential, .. } = Caller::from_request_parts(parts, state).await?;
        Ok(Self { credential, user_id: user.id, changes })
    }
}

impl Login {
    /// Completes when the login has ended. While the database can't be reached, it counts as going on.
    pub async fn ended(mut self, state: AppState) {
        loop {
            match self.look_up(&state).await {
                Ok(Some(expires_at)) => {
                    let left = (expires_at - state.clock.now()).to_std().unwrap_or_default();
                    tokio::select! {
                        () = self.changed() => {}
                        () = tokio::time::sleep(left.min(LOOK_UP_EVERY)) => {}
                    }
                }
                Ok(None) => return,
                Err(error) => {
                    tracing::warn!(user.id = %self.user_id, ?error, "could not look a login up");
                    tokio::time::sleep(RETRY_DELAY).await;
                }
            }
        }
    }

    /// Completes when the login may have ended.
    async fn changed(&mut self) {
        loop {
            let concerned = match self.changes.recv().await {
                Ok(LoginChange::Credential(credential)) => credential == self.credential,
                Ok(LoginChange::User(id)) => id == self.user_id,
                Ok(LoginChange::Unknown) | Err(RecvError::Lagged(_)) => true,
                // The service is about to end.
                Err(RecvError::Closed) => return std::future::pending().await,
            };
            if concerned {
                return;
            }
        }
    }

    /// When the login expires; `None` if it has ended.
    async fn look_up(&self, state: &AppState) -> Result<Option<DateTime<Utc>>, DatabaseError> {
        let now = state.clock.now();
        let mut conn = state.database.connection().await?;
        match &self.credential {
            Credential::Session(id) => {
                let session = sessions::find(&mut conn, id, now).await?;
                let session = session.filter(|session| session.user_id == Some(self.user_id));
                let Some(session) = session else { return Ok(None) };
                Ok(users::find_enabled(&mut conn, self.user_id).await?.map(|_| session.expires_at))
            }
            Credential::TokenFamily(id) => {
                let found = token_families::find_user(&mut conn, *id, now).await?;
                Ok(found.map(|(_, family)| family.expires_at))
            }
            Credential::ApiToken(id) => {
                let found = api_tokens::find(&mut conn, *id, now).await?;
                Ok(found.map(|(token, _)| token.expires_at.unwrap_or(DateTime::<Utc>::MAX_UTC)))
            }
        }
    }
}
