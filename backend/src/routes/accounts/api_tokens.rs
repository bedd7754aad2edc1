//! The caller's API tokens.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use protocol::ids::ApiTokenId;
use protocol::secret::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::AppState;
use crate::auth::scope::Scope;
use crate::http::current_user::CurrentUser;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::services::api_tokens::{ApiTokenView, NewApiToken};
use crate::services::audit::Source;
use crate::words::BackendReason;

/// An API token to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "nightly backup", "scopes": ["chats:read", "files:read"], "expires_at": "2027-11-30T08:15:00Z" }))]
pub(in crate::routes) struct ApiTokenForm {
    /// 1 to 100 characters.
    name: String,
    /// What it may do.
    #[schema(min_items = 1)]
    scopes: Vec<Scope>,
    /// When it becomes invalid; `null` or missing: never.
    #[serde(default)]
    expires_at: Option<DateTime<Utc>>,
}

/// A new API token.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "id": "0198c2c4-8a2f-7b11-8e55-0f2d9c7a4b12", "name": "nightly backup", "prefix": "dh_6f0c1a2b",
    "scopes": ["chats:read", "files:read"], "created_at": "2026-11-30T08:15:00Z", "expires_at": "2027-11-30T08:15:00Z",
    "last_used_at": null, "token": "dh_6f0c1a2b..." }))]
pub(in crate::routes) struct CreatedApiToken {
    #[serde(flatten)]
    view: ApiTokenView,
    /// The token itself. Nobody can read it again.
    token: Secret,
}

/// Lists the caller's API tokens, the newest first.
#[utoipa::path(get, path = "/users/me/tokens", operation_id = "list_api_tokens", tag = "Accounts", responses(
    (status = 200, body = Vec<ApiTokenView>),
    (status = 401, body = Problem)))]
pub(in crate::routes) async fn list(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
) -> Result<Json<Vec<ApiTokenView>>, ApiError> {
    Ok(Json(state.api_tokens.list(user.id).await?))
}

/// Creates an API token, which is in this answer only.
///
/// Send it as `Authorization: Bearer` or `X-API-Key`. It may do what its scopes name, for the caller.
#[utoipa::path(post, path = "/users/me/tokens", operation_id = "create_api_token", tag = "Accounts", request_body = ApiTokenForm, responses(
    (status = 201, body = CreatedApiToken),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 409, body = Problem, description = "The caller has too many tokens"),
    (status = 422, body = Problem, description = "The form can't be used")))]
pub(in crate::routes) async fn create(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    source: Source,
    Json(ApiTokenForm { name, scopes, expires_at }): Json<ApiTokenForm>,
) -> Result<(StatusCode, Json<CreatedApiToken>), ApiError> {
    let new = NewApiToken { name, scopes, expires_at };
    let (view, token) = state.api_tokens.create(&user, new, &source).await?;
    Ok((StatusCode::CREATED, Json(CreatedApiToken { view, token })))
}

/// Revokes an API token, at once. Its streams and WebSockets are closed.
#[utoipa::path(delete, path = "/users/me/tokens/{token_id}", operation_id = "revoke_api_token", tag = "Accounts",
    params(("token_id" = uuid::Uuid, Path)), responses(
    (status = 204),
    (status = 401, body = Problem),
    (status = 404, body = Problem)))]
pub(in crate::routes) async fn revoke(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    source: Source,
    id: Result<Path<ApiTokenId>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::not_found(BackendReason::NoToken))?;
    state.api_tokens.revoke(&user, id, &source).await?;
    Ok(StatusCode::NO_CONTENT)
}
