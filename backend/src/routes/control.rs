//! Control of a desktop: whose mouse and keyboard count.

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

/// Takes control of the desktop. What a run does there ends, and nothing more is begun until control is handed back.
///
/// The live view with this lease keeps it. When nothing is heard of the window for a while, control is handed back by
/// itself. Another window of the same person that takes control cuts this one back to watching.
#[utoipa::path(post, path = "/chats/{chat_id}/desktop/control", params(("chat_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = Control), (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem, description = "The desktop does not run, or another person has control")))]
pub(super) async fn take(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    OwnedChat(chat): OwnedChat,
) -> Result<Json<Control>, ApiError> {
    Ok(Json(state.control.take(chat.id, user.id).await?))
}

/// Whose control to end.
#[derive(Deserialize, IntoParams)]
pub(super) struct ReleaseQuery {
    /// The lease of the window that hands back; whoever has control when absent.
    lease: Option<ControlLeaseId>,
}

/// Hands the desktop back: what the person did goes to the log, and the run continues. It is no error when nobody has control.
#[utoipa::path(delete, path = "/chats/{chat_id}/desktop/control",
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
