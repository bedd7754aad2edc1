//! Which kinds of files nobody may upload.

use axum::extract::State;

use crate::app::AppState;
use crate::http::current_user::Superuser;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::services::audit::Actor;
use crate::services::files::rules::FileRules;

/// Returns the rules by which uploads are refused. For superusers.
#[utoipa::path(get, path = "/admin/file-rules", operation_id = "get_file_rules", tag = "Administration", responses(
    (status = 200, body = FileRules),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser")))]
pub(in crate::routes) async fn get(
    State(state): State<AppState>,
    _: Superuser,
) -> Result<Json<FileRules>, ApiError> {
    Ok(Json(state.files.rules().await?))
}

/// Replaces the rules by which uploads are refused. Files that are there already stay, and what desktops produce is not
/// concerned. For superusers.
#[utoipa::path(put, path = "/admin/file-rules", operation_id = "replace_file_rules", tag = "Administration", request_body = FileRules, responses(
    (status = 200, body = FileRules),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 422, body = Problem, description = "An entry can apply to no file")))]
pub(in crate::routes) async fn replace(
    State(state): State<AppState>,
    by: Actor,
    Json(rules): Json<FileRules>,
) -> Result<Json<FileRules>, ApiError> {
    Ok(Json(state.files.set_rules(rules, &by).await?))
}
