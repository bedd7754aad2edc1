//! All files of a chat at once.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::content::attachment;
use crate::app::AppState;
use crate::http::owned::OwnedChat;
use crate::http::problem::{ApiError, Problem};

/// Returns the chat's files, outputs and uploads, as one zip archive.
#[utoipa::path(get, path = "/chats/{chat_id}/files.zip", operation_id = "download_chat_files", tag = "Files",
    params(("chat_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = Vec<u8>, content_type = "application/zip"),
    (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(in crate::routes) async fn archive(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
) -> Result<Response, ApiError> {
    let entries = state.files.archive_entries(chat.id).await?;
    let title = if chat.title.is_empty() { "Files" } else { &chat.title };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, attachment(&format!("{title}.zip"))),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    ];
    Ok((headers, Body::from_stream(state.files.archive(entries))).into_response())
}
