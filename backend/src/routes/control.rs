//! Taking and releasing control of a desktop.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::ids::ControlLeaseId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::json::Json;
use crate::http::owned::OwnedChat;
use crate::http::problem::{ApiError, Problem};
use crate::http::query::Query;
use crate::live::views::Control;

/// Takes control of the desktop. Preempts a run at work; none continues until control is handed back.
///
/// A live view opened with this lease keeps it alive. If the window is silent for a while, control is handed
/// back automatically. If another window of the same person takes control, this one can only watch.
#[utoipa::path(post, path = "/chats/{chat_id}/desktop/control", operation_id = "take_control", tag = "Desktops", params(("chat_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = Control), (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem, description = "The desktop does not run, or another person has control")))]
pub(super) async fn take(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    OwnedChat(chat): OwnedChat,
) -> Result<Json<Control>, ApiError> {
    Ok(Json(state.control.take(chat.id, user.id).await?))
}

/// Which control to release.
#[derive(Deserialize, IntoParams)]
pub(super) struct ReleaseQuery {
    /// The lease of the window that hands back; without it, whoever is in control.
    lease: Option<ControlLeaseId>,
}

/// Hands the desktop back: records what the person did and resumes the run. Succeeds also if nobody is in
/// control.
#[utoipa::path(delete, path = "/chats/{chat_id}/desktop/control", operation_id = "release_control", tag = "Desktops",
    params(("chat_id" = uuid::Uuid, Path), ReleaseQuery), responses(
    (status = 204),
    (status = 400, body = Problem, description = "`lease` is no id"),
    (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn release(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    Query(query): Query<ReleaseQuery>,
) -> Result<StatusCode, ApiError> {
    state.control.release(chat.id, query.lease).await?;
    Ok(StatusCode::NO_CONTENT)
}
