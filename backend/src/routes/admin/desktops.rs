//! The desktops of everybody.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::ids::DesktopId;

use crate::app::AppState;
use crate::http::current_user::Superuser;
use crate::http::page::{PageParameters, PageRequest};
use crate::http::problem::{ApiError, Problem};
use crate::services::audit::Actor;
use crate::store::desktops::RunningDesktop;
use crate::words::BackendReason;

/// Lists the desktops that are up, newest first, with whose they are and what they take. For superusers.
#[utoipa::path(get, path = "/admin/desktops", operation_id = "list_running_desktops", tag = "Administration", params(PageParameters), responses(
    (status = 200, body = Vec<RunningDesktop>, headers(("Link", description = "The next page, if there is one: `<?...>; rel=next`"))),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 422, body = Problem, description = "A parameter is out of range")))]
pub(in crate::routes) async fn list(
    State(state): State<AppState>,
    _: Superuser,
    request: PageRequest,
) -> Result<Response, ApiError> {
    let desktops = state.desktop_administration.list(request.page()?).await?;
    Ok(request.answer(desktops, |desktop| desktop.id))
}

/// Stops a desktop, and cancels the runs of its chat. For superusers.
///
/// Its home folder is kept; the next message of its owner starts it again.
#[utoipa::path(post, path = "/admin/desktops/{desktop_id}/stop", operation_id = "stop_running_desktop", tag = "Administration", params(("desktop_id" = uuid::Uuid, Path)), responses(
    (status = 204, description = "It is stopped, or the replica that runs it is told to"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 404, body = Problem)))]
pub(in crate::routes) async fn stop(
    State(state): State<AppState>,
    by: Actor,
    id: Result<Path<DesktopId>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let id = known(id)?;
    state.desktop_administration.stop(id, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a small picture of a screen, at most 320 pixels wide and high. For superusers.
///
/// It neither wakes the desktop nor counts as use.
#[utoipa::path(get, path = "/admin/desktops/{desktop_id}/thumbnail", operation_id = "take_desktop_thumbnail", tag = "Administration", params(("desktop_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = Vec<u8>, content_type = "image/jpeg"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 404, body = Problem),
    (status = 409, body = Problem, description = "It does not run on this replica, or is paused (`desktop_not_shown`)")))]
pub(in crate::routes) async fn thumbnail(
    State(state): State<AppState>,
    _: Superuser,
    id: Result<Path<DesktopId>, PathRejection>,
) -> Result<Response, ApiError> {
    let id = known(id)?;
    let jpeg = state.desktop_administration.thumbnail(id).await?;
    let headers = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, jpeg).into_response())
}

fn known(id: Result<Path<DesktopId>, PathRejection>) -> Result<DesktopId, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::not_found(BackendReason::NoDesktop))?;
    Ok(id)
}
