//! Runs of the computer-use loop.

use axum::Json;
use axum::extract::State;

use crate::api_error::{ApiError, Problem};
use crate::auth::owned::OwnedRun;
use crate::state::AppState;
use crate::store::runs::Run;

/// Where a run stands.
#[utoipa::path(get, path = "/runs/{run_id}", params(("run_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = Run), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(OwnedRun(run): OwnedRun) -> Json<Run> {
    Json(run)
}

/// Stops a run after the current action. One that has ended stays as it is.
#[utoipa::path(post, path = "/runs/{run_id}/cancel", params(("run_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = Run), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn cancel(
    State(state): State<AppState>,
    OwnedRun(run): OwnedRun,
) -> Result<Json<Run>, ApiError> {
    if run.state.is_terminal() {
        return Ok(Json(run));
    }
    Ok(Json(crate::services::runs::cancel(&state, run.id).await?))
}
