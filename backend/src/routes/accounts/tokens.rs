//! Logins of programs: access tokens and refresh tokens.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::ids::UserId;
use protocol::secret::Secret;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::auth::credential::Credential;
use crate::http::current_user::Caller;
use crate::http::json::Json;
use crate::http::json_or_form::JsonOrForm;
use crate::http::problem::{ApiError, Problem};
use crate::services::audit::Source;
use crate::services::program_logins::Tokens;
use crate::services::second_factors::Credentials;
use crate::store::users::User;
use crate::words::BackendReason;

/// A username and password, a code if the account has a second factor, and what the program calls itself.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({ "username": "ada", "password": "correct horse battery" }))]
pub(in crate::routes) struct ProgramCredentials {
    /// The username, or the e-mail address.
    username: String,
    password: Secret,
    /// A code of the authenticator app, or a recovery code. Accounts without a second factor need none.
    #[serde(default)]
    code: Option<Secret>,
    /// What the list of sessions calls this login; at most 100 characters.
    #[serde(default)]
    label: String,
}

/// The tokens of a login.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "access_token": "eyJhbGciOiJSUzI1NiIs...", "token_type": "bearer", "expires_in": 1800,
    "refresh_token": "dhr_6f0c...", "refresh_expires_in": 604_800, "success": true, "token": "eyJhbGciOiJSUzI1NiIs...",
    "user": { "id": "0198c2c4-7c1e-7f0a-9d3b-5a1f0e6b2c11", "username": "ada", "email": "ada@example.com",
        "full_name": "Ada Lovelace", "role": "admin", "is_admin": true } }))]
pub(in crate::routes) struct LoginTokens {
    /// A JWT; send it as `Authorization: Bearer`.
    access_token: String,
    /// Always `bearer`.
    token_type: &'static str,
    /// How many seconds the access token is valid.
    expires_in: i64,
    /// Gets the next tokens, once, from `POST /auth/refresh`.
    refresh_token: Secret,
    /// How many seconds the refresh token is valid.
    refresh_expires_in: i64,
    /// Always `true`.
    success: bool,
    /// The access token again.
    token: String,
    /// Who is logged in.
    user: LoggedInUser,
}

/// Who is logged in.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct LoggedInUser {
    /// Identifies the user.
    id: UserId,
    /// The login name.
    username: String,
    /// The e-mail address.
    email: String,
    /// Given and family name.
    full_name: String,
    /// `admin` for superusers, else `user`.
    role: &'static str,
    /// Whether the user is a superuser.
    is_admin: bool,
}

impl From<User> for LoggedInUser {
    fn from(user: User) -> Self {
        let full_name = format!("{} {}", user.first_name, user.last_name).trim().to_owned();
        let role = if user.is_superuser { "admin" } else { "user" };
        let User { id, username, email, is_superuser: is_admin, .. } = user;
        Self { id, username, email, full_name, role, is_admin }
    }
}

impl From<Tokens> for LoginTokens {
    fn from(tokens: Tokens) -> Self {
        Self {
            token: tokens.access_token.clone(),
            access_token: tokens.access_token,
            token_type: "bearer",
            expires_in: tokens.expires_in.num_seconds(),
            refresh_token: tokens.refresh_token,
            refresh_expires_in: tokens.refresh_expires_in.num_seconds(),
            success: true,
            user: tokens.user.into(),
        }
    }
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({ "refresh_token": "dhr_6f0c..." }))]
pub(in crate::routes) struct RefreshForm {
    refresh_token: Secret,
}

/// A refresh token, if the program has one.
#[derive(Default, Deserialize, ToSchema)]
#[schema(example = json!({ "refresh_token": "dhr_6f0c..." }))]
pub(in crate::routes) struct LogoutForm {
    /// Names the login to end; without it, it is that of the access token.
    #[serde(default)]
    refresh_token: Option<Secret>,
}

/// Logs a program in.
///
/// The refresh token gets the next tokens, once. Both kinds are invalid as soon as the login ends: by logout, from the list of
/// sessions, or with a change of the password.
#[utoipa::path(post, path = "/auth/login", operation_id = "create_access_token", tag = "Accounts", security(()),
    request_body(content((ProgramCredentials = "application/json"), (ProgramCredentials = "application/x-www-form-urlencoded"))),
    responses(
    (status = 200, body = LoginTokens),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem, description = "The username or password is wrong (`wrong_credentials`); or the password is right, and a code is missing (`second_factor_required`) or wrong (`second_factor_wrong`)"),
    (status = 415, body = Problem, description = "Neither JSON nor a form"),
    (status = 422, body = Problem, description = "A body of another shape, or a label that is too long"),
    (status = 429, body = Problem, description = "Too many failed logins with this account or from this address; `Retry-After` says when to try again"),
    (status = 503, body = Problem, description = "Too many people are logging in")))]
pub(in crate::routes) async fn login(
    State(state): State<AppState>,
    source: Source,
    JsonOrForm(credentials): JsonOrForm<ProgramCredentials>,
) -> Result<Json<LoginTokens>, ApiError> {
    let ProgramCredentials { username, password, code, label } = credentials;
    let credentials = Credentials { username: &username, password: &password, code: code.as_ref() };
    let user = state.second_factors.authenticate(credentials, &source).await?;
    Ok(Json(state.program_logins.open(user, &label, &source).await?.into()))
}

/// Gets the next tokens of a login.
///
/// Each refresh token is used once: store the new one before using it. The last one used gives the same tokens again for 10 s,
/// for programs that ask twice at once or miss an answer. A later use ends the login, because the token may be stolen.
#[utoipa::path(post, path = "/auth/refresh", operation_id = "refresh_access_token", tag = "Accounts", security(()),
    request_body(content((RefreshForm = "application/json"), (RefreshForm = "application/x-www-form-urlencoded"))),
    responses(
    (status = 200, body = LoginTokens),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem, description = "The token is not valid (`refresh_invalid`), or was used before, which has ended the login (`refresh_reused`)"),
    (status = 415, body = Problem, description = "Neither JSON nor a form"),
    (status = 422, body = Problem, description = "A body of another shape")))]
pub(in crate::routes) async fn refresh(
    State(state): State<AppState>,
    source: Source,
    JsonOrForm(form): JsonOrForm<RefreshForm>,
) -> Result<Json<LoginTokens>, ApiError> {
    Ok(Json(state.program_logins.refresh(&form.refresh_token, &source).await?.into()))
}

/// Logs out: ends the login of the refresh token in the body, else that of the request.
///
/// Its tokens are invalid at once, and its streams and WebSockets are closed. An unknown refresh token is no error.
#[utoipa::path(post, path = "/auth/logout", operation_id = "log_out", tag = "Accounts", request_body = Option<LogoutForm>, responses(
    (status = 204),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 415, body = Problem, description = "No JSON"),
    (status = 422, body = Problem, description = "JSON of another shape")))]
pub(in crate::routes) async fn logout(
    State(state): State<AppState>,
    source: Source,
    session: Session,
    caller: Result<Caller, ApiError>,
    form: Option<Json<LogoutForm>>,
) -> Result<StatusCode, ApiError> {
    let named = form.and_then(|Json(form)| form.refresh_token);
    if let Some(token) = named {
        state.program_logins.close_by_token(&token, &source).await?;
        return Ok(StatusCode::NO_CONTENT);
    }
    let Caller { user, credential, .. } = caller?;
    match credential {
        Credential::TokenFamily(family) => state.program_logins.close(&user, family, &source).await?,
        Credential::Session(id) => {
            state.sessions.close_browser(&user, &id, &source).await?;
            session.flush().await?;
        }
        Credential::ApiToken(_) => return Err(ApiError::forbidden(BackendReason::LoginNeeded)),
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Logs out everywhere: ends all sessions of browsers and logins of programs of the caller, this one included. API tokens stay.
#[utoipa::path(post, path = "/auth/logout-everywhere", operation_id = "log_out_everywhere", tag = "Accounts", responses(
    (status = 204),
    (status = 401, body = Problem)))]
pub(in crate::routes) async fn logout_everywhere(
    State(state): State<AppState>,
    caller: Caller,
    source: Source,
    session: Session,
) -> Result<StatusCode, ApiError> {
    state.sessions.end_all(&caller.user, &source).await?;
    if let Credential::Session(_) = caller.credential {
        session.flush().await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
