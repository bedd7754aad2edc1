//! Where the caller is logged in, and their password.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::secret::Secret;
use serde::Deserialize;
use tower_sessions::Session;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::AppState;
use crate::auth::credential::Credential;
use crate::http::current_user::{Caller, CurrentUser};
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::services::audit::Source;
use crate::services::sessions::SessionView;
use crate::words::BackendReason;

/// The old and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "old": "correct horse battery", "new": "staple correct horse" }))]
pub(in crate::routes) struct PasswordForm {
    /// The present password. Those who log in with an identity provider only have none.
    #[serde(default)]
    old: Option<Secret>,
    /// The new one: at least 8 characters.
    new: Secret,
}

/// Lists where the caller is logged in: browsers and programs, the one used last first.
#[utoipa::path(get, path = "/users/me/sessions", operation_id = "list_sessions", tag = "Accounts", responses(
    (status = 200, body = Vec<SessionView>),
    (status = 401, body = Problem)))]
pub(in crate::routes) async fn list(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<SessionView>>, ApiError> {
    Ok(Json(state.sessions.list(caller.user.id, &caller.credential).await?))
}

/// Ends a session. Its streams and WebSockets are closed.
#[utoipa::path(delete, path = "/users/me/sessions/{session_id}", operation_id = "delete_session_of_user", tag = "Accounts",
    params(("session_id" = Uuid, Path)), responses(
    (status = 204),
    (status = 401, body = Problem),
    (status = 404, body = Problem)))]
pub(in crate::routes) async fn end(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    source: Source,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::not_found(BackendReason::NoSession))?;
    state.sessions.end(&user, id, &source).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the caller's password, and ends all their other sessions. API tokens stay.
///
/// A browser's session gets a new cookie.
#[utoipa::path(post, path = "/users/me/password", operation_id = "change_password", tag = "Accounts", request_body = PasswordForm, responses(
    (status = 204),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 422, body = Problem, description = "The old password is wrong (`old_password_wrong`), or the new one can't be used"),
    (status = 429, body = Problem, description = "The old password was wrong too often; `Retry-After` says when to try again"),
    (status = 503, body = Problem, description = "Too many passwords are being checked")))]
pub(in crate::routes) async fn change_password(
    State(state): State<AppState>,
    caller: Caller,
    source: Source,
    session: Session,
    Json(PasswordForm { old, new }): Json<PasswordForm>,
) -> Result<StatusCode, ApiError> {
    let Caller { user, credential, .. } = caller;
    state
        .sessions
        .change_password(&state.accounts, &user, (old.as_ref(), &new), &credential, &source)
        .await?;
    if let Credential::Session(_) = credential {
        session.cycle_id().await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
