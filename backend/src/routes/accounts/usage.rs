//! What people use, and may use.

use axum::extract::State;

use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::http::user_path::UserPath;
use crate::services::quotas::Usage;
use crate::store::users::User;

/// Returns what the caller uses, and may use.
#[utoipa::path(get, path = "/users/me/usage", operation_id = "get_current_usage", tag = "Accounts", responses(
    (status = 200, body = Usage),
    (status = 401, body = Problem)))]
pub(in crate::routes) async fn own(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
) -> Result<Json<Usage>, ApiError> {
    usage(&state, &user).await
}

/// Returns what a user uses, and may use. For superusers.
#[utoipa::path(get, path = "/users/{user_id}/usage", operation_id = "get_usage", tag = "Accounts", params(("user_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = Usage),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 404, body = Problem)))]
pub(in crate::routes) async fn of(
    State(state): State<AppState>,
    user: UserPath,
) -> Result<Json<Usage>, ApiError> {
    let user = state.users.get(user.user_id).await?;
    usage(&state, &user).await
}

async fn usage(state: &AppState, user: &User) -> Result<Json<Usage>, ApiError> {
    let mut conn = state.database.connection().await?;
    let sockets = state.sockets.count(user.id);
    Ok(Json(state.quotas.usage(&mut conn, user, sockets, state.clock.now()).await?))
}
