//! Logging in: bearer tokens for programs, cookie sessions for browsers.

use std::net::IpAddr;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use protocol::secret::Secret;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::auth::bearer::LIFETIME;
use crate::http::client::Client;
use crate::http::json::{Json, JsonOrForm};
use crate::http::problem::{ApiError, Problem};
use crate::http::sessions::USER_ID;
use crate::store::users::User;

/// A username and password.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({ "username": "ada", "password": "correct horse battery" }))]
pub(in crate::routes) struct Credentials {
    username: String,
    password: Secret,
}

/// A bearer token.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct AccessToken {
    /// A JWT, valid for 12 hours; send it as `Authorization: Bearer`.
    access_token: String,
    /// Always `bearer`.
    token_type: &'static str,
    /// For how many seconds the token is valid from now on.
    expires_in: i64,
}

/// Issues a bearer token to a program.
#[utoipa::path(post, path = "/auth/login", operation_id = "create_access_token", tag = "Accounts", security(()),
    request_body(content((Credentials = "application/json"), (Credentials = "application/x-www-form-urlencoded"))), responses(
    (status = 200, body = AccessToken),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem, description = "The username or password is wrong"),
    (status = 422, body = Problem, description = "JSON of another shape"),
    (status = 429, body = Problem, description = "Too many failed logins with this account or from this address; `Retry-After` says when to try again"),
    (status = 503, body = Problem, description = "Too many people are logging in")))]
pub(in crate::routes) async fn login(
    State(state): State<AppState>,
    Extension(client): Extension<Client>,
    JsonOrForm(credentials): JsonOrForm<Credentials>,
) -> Result<Json<AccessToken>, ApiError> {
    let user = authenticate(&state, credentials, client.address).await?;
    let access_token = state.bearer_tokens.issue(user.id).map_err(ApiError::Internal)?;
    Ok(Json(AccessToken { access_token, token_type: "bearer", expires_in: LIFETIME.num_seconds() }))
}

/// Logs a browser in and sets a session cookie.
#[utoipa::path(post, path = "/auth/session", operation_id = "create_session", tag = "Accounts", security(()), request_body = Credentials, responses(
    (status = 200, body = User),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem, description = "The username or password is wrong"),
    (status = 422, body = Problem, description = "JSON of another shape"),
    (status = 429, body = Problem, description = "Too many failed logins with this account or from this address; `Retry-After` says when to try again"),
    (status = 503, body = Problem, description = "Too many people are logging in")))]
pub(in crate::routes) async fn open_session(
    State(state): State<AppState>,
    session: Session,
    Extension(client): Extension<Client>,
    Json(credentials): Json<Credentials>,
) -> Result<Json<User>, ApiError> {
    let user = authenticate(&state, credentials, client.address).await?;
    log_in(&session, &user).await?;
    Ok(Json(user))
}

/// Logs the browser out.
#[utoipa::path(delete, path = "/auth/session", operation_id = "delete_session", tag = "Accounts", security(()), responses((status = 204)))]
pub(in crate::routes) async fn close_session(session: Session) -> Result<StatusCode, ApiError> {
    session.flush().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Logs a session in under a new id, which prevents session fixation.
pub(in crate::routes) async fn log_in(session: &Session, user: &User) -> Result<(), ApiError> {
    session.cycle_id().await?;
    Ok(session.insert(USER_ID, user.id).await?)
}

async fn authenticate(
    state: &AppState,
    credentials: Credentials,
    address: Option<IpAddr>,
) -> Result<User, ApiError> {
    let Credentials { username, password } = credentials;
    Ok(state.accounts.authenticate(&username, &password, address).await?)
}
