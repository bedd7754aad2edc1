//! The accounts elsewhere that the caller logs in with.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::ids::IdentityId;

use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::services::audit::Source;
use crate::services::identity_providers::identities::IdentityView;
use crate::words::BackendReason;

/// Lists the accounts at identity providers that the caller logs in with.
#[utoipa::path(get, path = "/users/me/identities", operation_id = "list_identities", tag = "Accounts", responses(
    (status = 200, body = Vec<IdentityView>),
    (status = 401, body = Problem)))]
pub(in crate::routes) async fn list(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
) -> Result<Json<Vec<IdentityView>>, ApiError> {
    Ok(Json(state.identity_providers.identities(&user).await?))
}

/// Unlinks an account at an identity provider: it does not log the caller in any more. Sessions stay.
#[utoipa::path(delete, path = "/users/me/identities/{identity_id}", operation_id = "delete_identity", tag = "Accounts",
    params(("identity_id" = uuid::Uuid, Path)), responses(
    (status = 204),
    (status = 401, body = Problem),
    (status = 404, body = Problem),
    (status = 409, body = Problem, description = "Nothing else would let the caller in: set a password first (`last_login`)")))]
pub(in crate::routes) async fn delete(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    source: Source,
    id: Result<Path<IdentityId>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::not_found(BackendReason::NoIdentity))?;
    state.identity_providers.unlink(&user, id, &source).await?;
    Ok(StatusCode::NO_CONTENT)
}
