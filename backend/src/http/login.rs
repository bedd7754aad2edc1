//! The login behind a request whose response outlasts it: event streams and live views end with it.

use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use protocol::ids::UserId;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tower_sessions::Session;

use crate::app::AppState;
use crate::database::DatabaseError;
use crate::http::current_user::bearer_login;
use crate::http::problem::ApiError;
use crate::http::sessions::stored_id;
use crate::live::logins::LoginChange;
use crate::store::{sessions, users};

/// The longest wait before a login is looked up again.
const LOOK_UP_EVERY: Duration = Duration::from_secs(60 * 60);
/// Delay before a failed look-up is repeated.
const RETRY_DELAY: Duration = Duration::from_secs(2);

/// What the caller logged in with. The handler authenticates the caller; this only tells when to stop.
pub struct Login {
    credential: Credential,
    /// Subscribed before the caller is authenticated, so that nothing since is missed.
    changes: Receiver<LoginChange>,
}

/// What authenticates a caller.
enum Credential {
    /// A session, by its stored id.
    Session(String),
    Bearer {
        user_id: UserId,
        expires_at: DateTime<Utc>,
    },
}

impl FromRequestParts<AppState> for Login {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let changes = state.logins.subscribe();
        let credential = match parts.headers.get(AUTHORIZATION) {
            Some(header) => bearer_login(header, state)
                .await
                .map(|(user_id, expires_at)| Credential::Bearer { user_id, expires_at }),
            None => {
                let session = Session::from_request_parts(parts, state).await;
                session.ok().and_then(|session| session.id()).map(|id| Credential::Session(stored_id(id)))
            }
        };
        Ok(Self { credential: credential.ok_or(ApiError::Unauthorized)?, changes })
    }
}

impl Login {
    /// Completes when the login has ended. While the database can't be reached, it counts as going on.
    pub async fn ended(mut self, state: AppState) {
        let mut user_id = None;
        loop {
            match self.look_up(&state).await {
                Ok(Some((user, expires_at))) => {
                    user_id = Some(user);
                    let left = (expires_at - state.clock.now()).to_std().unwrap_or_default();
                    tokio::select! {
                        () = self.changed(user) => {}
                        () = tokio::time::sleep(left.min(LOOK_UP_EVERY)) => {}
                    }
                }
                Ok(None) => return,
                Err(error) => {
                    tracing::warn!(
                        user.id = user_id.map(|id: UserId| id.to_string()),
                        ?error,
                        "could not look a login up"
                    );
                    tokio::time::sleep(RETRY_DELAY).await;
                }
            }
        }
    }

    /// Completes when the login may have ended.
    async fn changed(&mut self, user: UserId) {
        loop {
            let concerned = match self.changes.recv().await {
                Ok(LoginChange::Session(id)) => {
                    matches!(&self.credential, Credential::Session(own) if *own == id)
                }
                Ok(LoginChange::User(id)) => id == user,
                Ok(LoginChange::Unknown) | Err(RecvError::Lagged(_)) => true,
                // The service is about to end.
                Err(RecvError::Closed) => return std::future::pending().await,
            };
            if concerned {
                return;
            }
        }
    }

    /// The user and when the login expires; `None` if it has ended.
    async fn look_up(&self, state: &AppState) -> Result<Option<(UserId, DateTime<Utc>)>, DatabaseError> {
        let now = state.clock.now();
        let mut conn = state.database.connection().await?;
        let login = match &self.credential {
            Credential::Session(id) => {
                let session = sessions::find(&mut conn, id, now).await?;
                session.and_then(|session| Some((session.user_id?, session.expires_at)))
            }
            Credential::Bearer { user_id, expires_at } => {
                (*expires_at > now).then_some((*user_id, *expires_at))
            }
        };
        let Some((user_id, _)) = login else { return Ok(None) };
        Ok(users::find(&mut conn, user_id).await?.and(login))
    }
}
