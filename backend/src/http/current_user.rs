//! Extractors for the authenticated user.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use protocol::ids::UserId;
use tower_sessions::Session;

use crate::app::AppState;
use crate::http::problem::ApiError;
use crate::http::sessions::{USER_ID, extend};
use crate::store::users::{self, User};

/// The caller, authenticated by bearer token or cookie session.
pub struct CurrentUser(pub User);

impl FromRequestParts<AppState> for CurrentUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let user_id = match parts.headers.get(AUTHORIZATION) {
            Some(header) => bearer_login(header, state).await.map(|(user_id, _)| user_id),
            None => session_user(parts, state).await?,
        };
        let user_id = user_id.ok_or(ApiError::Unauthorized)?;
        let mut conn = state.database.connection().await?;
        let user = users::find(&mut conn, user_id).await?;
        user.map(Self).ok_or(ApiError::Unauthorized)
    }
}

impl OptionalFromRequestParts<AppState> for CurrentUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Option<Self>, ApiError> {
        match <Self as FromRequestParts<AppState>>::from_request_parts(parts, state).await {
            Ok(user) => Ok(Some(user)),
            Err(ApiError::Unauthorized) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The caller, if they are a superuser.
pub struct Superuser(pub User);

impl FromRequestParts<AppState> for Superuser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let CurrentUser(user) =
            <CurrentUser as FromRequestParts<AppState>>::from_request_parts(parts, state).await?;
        if user.is_superuser { Ok(Self(user)) } else { Err(ApiError::SuperuserRequired) }
    }
}

/// The user of a bearer token in an `Authorization` header and when it expires, if it is valid.
pub(super) async fn bearer_login(header: &HeaderValue, state: &AppState) -> Option<(UserId, DateTime<Utc>)> {
    state.access_tokens.verify(bearer_token(header.to_str().ok()?)?).await
}

/// The token of an `Authorization` header. The scheme's case does not matter (RFC 9110, 11.1).
fn bearer_token(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start_matches(' '))
}

async fn session_user(parts: &mut Parts, state: &AppState) -> Result<Option<UserId>, ApiError> {
    let session = Session::from_request_parts(parts, state)
        .await
        .map_err(|(_, reason)| ApiError::Internal(anyhow::anyhow!("reading the session: {reason}")))?;
    let user_id = session.get(USER_ID).await?;
    if user_id.is_some() {
        extend(&session, state.clock.now()).await?;
    }
    Ok(user_id)
}
