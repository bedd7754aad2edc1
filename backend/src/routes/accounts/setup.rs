//! Creating the first administrator with the one-time link.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::secret::Secret;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::routes::accounts::login::begin_session;
use crate::services::account_form::AccountForm;
use crate::services::audit::Source;
use crate::services::sessions::LoginWith;
use crate::store::users::{self, User};

/// Whether setup is still needed.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct SetupStatus {
    /// Whether no account exists yet.
    needed: bool,
}

/// The account of the first administrator.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({ "token": "from the one-time link", "username": "ada", "email": "ada@example.com", "password": "correct horse battery" }))]
pub(in crate::routes) struct SetupForm {
    /// The token from the one-time link.
    token: Secret,
    #[serde(flatten)]
    account: AccountForm,
}

/// Reports whether the first administrator is still to be created.
#[utoipa::path(get, path = "/setup", operation_id = "get_setup", tag = "Accounts", security(()), responses((status = 200, body = SetupStatus)))]
pub(in crate::routes) async fn status(State(state): State<AppState>) -> Result<Json<SetupStatus>, ApiError> {
    let mut conn = state.database.connection().await?;
    Ok(Json(SetupStatus { needed: !users::any(&mut conn).await? }))
}

/// Creates the first administrator and logs the browser in.
#[utoipa::path(post, path = "/setup", operation_id = "complete_setup", tag = "Accounts", security(()), request_body = SetupForm, responses(
    (status = 201, body = User),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 403, body = Problem, description = "The link is wrong or used"),
    (status = 409, body = Problem, description = "Somebody has an account already"),
    (status = 422, body = Problem, description = "The form can't be used"),
    (status = 503, body = Problem, description = "Too many passwords are being checked")))]
pub(in crate::routes) async fn set_up(
    State(state): State<AppState>,
    session: Session,
    source: Source,
    Json(form): Json<SetupForm>,
) -> Result<(StatusCode, Json<User>), ApiError> {
    let user = state.accounts.set_up(&form.token, form.account, &source).await?;
    begin_session(&state, &session, &user, LoginWith::Password, &source).await?;
    Ok((StatusCode::CREATED, Json(user)))
}
