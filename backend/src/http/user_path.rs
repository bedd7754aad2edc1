//! The user that the path of an administration route names.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use protocol::ids::UserId;
use serde::Deserialize;

use crate::app::AppState;
use crate::http::problem::ApiError;
use crate::services::audit::Actor;
use crate::words::BackendReason;

/// The user named by `{user_id}`. For superusers only; there may be no such user.
pub struct UserPath {
    /// The user.
    pub user_id: UserId,
    /// The superuser who asks.
    pub by: Actor,
}

#[derive(Deserialize)]
struct Named {
    user_id: UserId,
}

impl FromRequestParts<AppState> for UserPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let by = Actor::from_request_parts(parts, state).await?;
        let Ok(Path(Named { user_id })) = Path::<Named>::from_request_parts(parts, state).await else {
            return Err(ApiError::not_found(BackendReason::NoUser));
        };
        Ok(Self { user_id, by })
    }
}
