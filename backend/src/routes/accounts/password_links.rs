//! One-time links by which people set a new password.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use protocol::secret::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::json::Json;
use crate::http::own_address::OwnAddress;
use crate::http::problem::{ApiError, Problem};
use crate::http::user_path::UserPath;
use crate::services::audit::Source;
use crate::services::password_links;

/// A one-time link.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct PasswordLink {
    /// The page where the user sets a new password. It is shown only now.
    url: String,
    /// When it expires.
    expires_at: DateTime<Utc>,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({ "token": "from the one-time link", "password": "correct horse battery" }))]
pub(in crate::routes) struct NewPassword {
    /// The token from the link.
    token: Secret,
    /// At least 8 characters.
    password: Secret,
}

/// The account whose password was set.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct PasswordSet {
    /// The name to log in with.
    username: String,
}

/// Issues a one-time link for setting a new password, which replaces an earlier one. For superusers.
#[utoipa::path(post, path = "/users/{user_id}/password-link", operation_id = "create_password_link", tag = "Accounts", params(("user_id" = uuid::Uuid, Path)), responses(
    (status = 201, body = PasswordLink),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 404, body = Problem)))]
pub(in crate::routes) async fn issue(
    State(state): State<AppState>,
    user: UserPath,
    address: OwnAddress,
) -> Result<(StatusCode, Json<PasswordLink>), ApiError> {
    let link = password_links::issue(&state.accounts, user.user_id, &user.by).await?;
    let url = address.link("password", "token", &link.token);
    Ok((StatusCode::CREATED, Json(PasswordLink { url, expires_at: link.expires_at })))
}

/// Sets a new password by a one-time link, and ends all logins of its user.
#[utoipa::path(post, path = "/auth/password-link", operation_id = "use_password_link", tag = "Accounts", security(()), request_body = NewPassword, responses(
    (status = 200, body = PasswordSet),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 403, body = Problem, description = "The link is wrong, used or expired (`password_link_refused`)"),
    (status = 422, body = Problem, description = "The password can't be used"),
    (status = 429, body = Problem, description = "Too many wrong links; `Retry-After` says when to try again"),
    (status = 503, body = Problem, description = "Too many passwords are being checked")))]
pub(in crate::routes) async fn redeem(
    State(state): State<AppState>,
    source: Source,
    Json(NewPassword { token, password }): Json<NewPassword>,
) -> Result<Json<PasswordSet>, ApiError> {
    let user = password_links::redeem(&state.accounts, &token, &password, &source).await?;
    Ok(Json(PasswordSet { username: user.username }))
}
