//! The desktop of a chat.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::app::AppState;
use crate::http::json::Json;
use crate::http::owned::OwnedChat;
use crate::http::problem::{ApiError, Problem};
use crate::live::views::DesktopView;
use crate::services::desktops::DesktopError;

/// Returns the state of the desktop.
#[utoipa::path(get, path = "/chats/{chat_id}/desktop", operation_id = "get_desktop", tag = "Desktops", params(("chat_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = DesktopView), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
) -> Result<Json<DesktopView>, ApiError> {
    Ok(Json(state.desktops.view(chat.id).await?))
}

/// Starts the desktop if it is not running, and responds once it can be used.
#[utoipa::path(post, path = "/chats/{chat_id}/desktop", operation_id = "start_desktop", tag = "Desktops", params(("chat_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = DesktopView),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 503, body = Problem, description = "It can't be started")))]
pub(super) async fn start(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
) -> Result<Json<DesktopView>, ApiError> {
    let _in_use = state.desktops.keep_in_use(chat.id);
    state.desktops.ensure(chat.id).await?;
    Ok(Json(state.desktops.view(chat.id).await?))
}

/// Takes a screenshot of the current screen. A desktop that was paused or stopped as idle is resumed or
/// started.
#[utoipa::path(get, path = "/chats/{chat_id}/desktop/screenshot", operation_id = "take_screenshot", tag = "Desktops", params(("chat_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = Vec<u8>, content_type = "image/png"),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem, description = "The desktop does not run")))]
pub(super) async fn screenshot(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
) -> Result<Response, ApiError> {
    let _in_use = state.desktops.keep_in_use(chat.id);
    let access = state.desktops.come_back(chat.id).await?.ok_or(DesktopError::NotRunning)?;
    let screenshot = state.desktops.client(access).screenshot().await.map_err(ApiError::internal)?;
    let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, screenshot).into_response())
}
