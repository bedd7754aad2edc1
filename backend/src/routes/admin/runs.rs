//! The runs of everybody.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use protocol::ids::RunId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::AppState;
use crate::http::current_user::Superuser;
use crate::http::page::{PageParameters, PageRequest};
use crate::http::problem::{ApiError, Problem};
use crate::http::query::Query;
use crate::services::audit::Actor;
use crate::store::run_list::{ListedRun, RunFilter};
use crate::words::BackendReason;

/// Which runs to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::routes) struct RunQuery {
    /// Those that have not ended, or those that have.
    #[serde(default)]
    #[param(inline, default = "unfinished")]
    filter: RunFilter,
}

/// Lists the runs of everybody, the newest first. For superusers.
#[utoipa::path(get, path = "/admin/runs", operation_id = "list_all_runs", tag = "Administration", params(RunQuery, PageParameters), responses(
    (status = 200, body = Vec<ListedRun>, headers(("Link", description = "The next page, if there is one: `<?...>; rel=next`"))),
    (status = 400, body = Problem, description = "There is no such filter"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 422, body = Problem, description = "A parameter is out of range")))]
pub(in crate::routes) async fn list(
    State(state): State<AppState>,
    _: Superuser,
    Query(RunQuery { filter }): Query<RunQuery>,
    request: PageRequest,
) -> Result<Response, ApiError> {
    let runs = state.run_administration.list(filter, request.page()?).await?;
    Ok(request.answer(runs, |run| run.position))
}

/// Cancels somebody's run. For superusers.
///
/// It ends at once, or with the action that is under way. A run that has ended is unchanged.
#[utoipa::path(post, path = "/admin/runs/{run_id}/cancel", operation_id = "cancel_any_run", tag = "Administration", params(("run_id" = uuid::Uuid, Path)), responses(
    (status = 204, description = "It has ended, or is told to"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 404, body = Problem)))]
pub(in crate::routes) async fn cancel(
    State(state): State<AppState>,
    by: Actor,
    id: Result<Path<RunId>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::not_found(BackendReason::NoRun))?;
    state.run_administration.cancel(id, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}
