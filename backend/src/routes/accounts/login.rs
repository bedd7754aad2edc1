//! Logging in with a cookie session, for browsers.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::secret::Secret;
use serde::Deserialize;
use tower_sessions::Session;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::auth::credential::Credential;
use crate::http::current_user::Caller;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::http::sessions::log_in;
use crate::services::audit::Source;
use crate::services::second_factors::Credentials;
use crate::services::sessions::LoginWith;
use crate::store::users::User;

/// A username and password, and a code if the account has a second factor.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({ "username": "ada", "password": "correct horse battery" }))]
pub(in crate::routes) struct BrowserCredentials {
    username: String,
    password: Secret,
    /// A code of the authenticator app, or a recovery code. Accounts without a second factor need none.
    #[serde(default)]
    code: Option<Secret>,
}

/// Logs a browser in and sets a session cookie.
#[utoipa::path(post, path = "/auth/session", operation_id = "create_session", tag = "Accounts", security(()), request_body = BrowserCredentials, responses(
    (status = 200, body = User),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem, description = "The username or password is wrong (`wrong_credentials`); or the password is right, and a code is missing (`second_factor_required`) or wrong (`second_factor_wrong`)"),
    (status = 403, body = Problem, description = "The account is disabled (`account_disabled`)"),
    (status = 422, body = Problem, description = "JSON of another shape"),
    (status = 429, body = Problem, description = "Too many failed logins with this account or from this address; `Retry-After` says when to try again"),
    (status = 503, body = Problem, description = "Too many people are logging in")))]
pub(in crate::routes) async fn open_session(
    State(state): State<AppState>,
    session: Session,
    source: Source,
    Json(form): Json<BrowserCredentials>,
) -> Result<Json<User>, ApiError> {
    let BrowserCredentials { username, password, code } = form;
    let credentials = Credentials { username: &username, password: &password, code: code.as_ref() };
    let user = state.second_factors.authenticate(credentials, &source).await?;
    begin_session(&state, &session, &user, LoginWith::Password, &source).await?;
    Ok(Json(user))
}

/// Logs a browser in as somebody who has proved who they are.
pub(in crate::routes) async fn begin_session(
    state: &AppState,
    session: &Session,
    user: &User,
    with: LoginWith<'_>,
    source: &Source,
) -> Result<(), ApiError> {
    state.sessions.opened(user, with, source).await?;
    log_in(session, user.id, source, state.clock.now()).await?;
    Ok(())
}

/// Logs the browser out.
#[utoipa::path(delete, path = "/auth/session", operation_id = "delete_session", tag = "Accounts", security(()), responses((status = 204)))]
pub(in crate::routes) async fn close_session(
    State(state): State<AppState>,
    session: Session,
    source: Source,
    caller: Result<Caller, ApiError>,
) -> Result<StatusCode, ApiError> {
    if let Ok(Caller { user, credential: Credential::Session(id), .. }) = caller {
        state.sessions.close_browser(&user, &id, &source).await?;
    }
    session.flush().await?;
    Ok(StatusCode::NO_CONTENT)
}
