//! One user, for superusers.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::config::limits::Limits;
use crate::http::json::{Json, object};
use crate::http::problem::{ApiError, Problem};
use crate::http::user_path::UserPath;
use crate::services::users::changes::UserChange;
use crate::store::users::{User, UserRole};

/// Changes to a user; a missing field is unchanged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "role": "superuser", "disabled": false }))]
pub(in crate::routes) struct UserForm {
    /// The login name; unique without regard to case.
    #[serde(default)]
    username: Option<String>,
    /// The e-mail address; unique without regard to case.
    #[serde(default)]
    email: Option<String>,
    /// Given name.
    #[serde(default)]
    first_name: Option<String>,
    /// Family name.
    #[serde(default)]
    last_name: Option<String>,
    /// What the user may do. A change ends all logins of the user.
    #[serde(default)]
    role: Option<UserRole>,
    /// Whether the user can't log in. `true` ends all their logins and cancels their runs.
    #[serde(default)]
    disabled: Option<bool>,
    /// What the user may have, where it differs from the others.
    #[serde(default, deserialize_with = "object")]
    limits: Option<Limits>,
}

impl From<UserForm> for UserChange {
    fn from(form: UserForm) -> Self {
        let UserForm { username, email, first_name, last_name, role, disabled, limits } = form;
        Self { username, email, first_name, last_name, role, disabled, limits }
    }
}

/// Returns a user. For superusers.
#[utoipa::path(get, path = "/users/{user_id}", operation_id = "get_user", tag = "Accounts", params(("user_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = User),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 404, body = Problem)))]
pub(in crate::routes) async fn get(
    State(state): State<AppState>,
    user: UserPath,
) -> Result<Json<User>, ApiError> {
    Ok(Json(state.users.get(user.user_id).await?))
}

/// Changes a user: their names, their role, their limits, and whether they can log in. For superusers.
#[utoipa::path(patch, path = "/users/{user_id}", operation_id = "update_user", tag = "Accounts", params(("user_id" = uuid::Uuid, Path)), request_body = UserForm, responses(
    (status = 200, body = User),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 404, body = Problem),
    (status = 409, body = Problem, description = "The username or e-mail address is taken, or it is the last superuser who can log in (`last_superuser`)"),
    (status = 422, body = Problem, description = "The form can't be used")))]
pub(in crate::routes) async fn change(
    State(state): State<AppState>,
    user: UserPath,
    Json(form): Json<UserForm>,
) -> Result<Json<User>, ApiError> {
    Ok(Json(state.users.change(user.user_id, form.into(), &user.by).await?))
}

/// Deletes a user with all their chats, desktops and files. For superusers.
#[utoipa::path(delete, path = "/users/{user_id}", operation_id = "delete_user", tag = "Accounts", params(("user_id" = uuid::Uuid, Path)), responses(
    (status = 204, description = "The account is gone. What could not be deleted of its data at once is deleted later"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 404, body = Problem),
    (status = 409, body = Problem, description = "It is the last superuser who can log in (`last_superuser`)")))]
pub(in crate::routes) async fn delete(
    State(state): State<AppState>,
    user: UserPath,
) -> Result<StatusCode, ApiError> {
    state.users.delete(user.user_id, &user.by).await?;
    Ok(StatusCode::NO_CONTENT)
}
