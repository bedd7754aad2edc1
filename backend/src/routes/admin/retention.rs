//! What the retention deletes.

use axum::extract::State;

use crate::app::AppState;
use crate::http::current_user::Superuser;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::services::retention::RetentionView;

/// Tells what the retention deletes next, and what it has deleted. For superusers.
///
/// How long things are kept is a setting of the installation.
#[utoipa::path(get, path = "/admin/retention", operation_id = "get_retention", tag = "Administration", responses(
    (status = 200, body = RetentionView),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser")))]
pub(in crate::routes) async fn get(
    State(state): State<AppState>,
    _: Superuser,
) -> Result<Json<RetentionView>, ApiError> {
    Ok(Json(state.retention.view().await?))
}
