//! Screenshots that events of a chat refer to.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio::fs::File;
use tokio_util::io::ReaderStream;
use utoipa::IntoParams;

use crate::app::AppState;
use crate::blobs::{BlobStore, is_hash};
use crate::http::owned::OwnedChat;
use crate::http::problem::{ApiError, Problem};
use crate::http::query::Query;
use crate::store::screenshots;
use crate::words::BackendReason;

#[derive(Deserialize)]
pub(super) struct ScreenshotPath {
    sha256: String,
}

#[derive(Deserialize, IntoParams)]
pub(super) struct ScreenshotQuery {
    /// Whether to return a JPEG of at most 320 by 320 pixels instead.
    #[serde(default)]
    thumbnail: bool,
}

/// Returns a screenshot from the chat's log. Its content never changes.
#[utoipa::path(get, path = "/chats/{chat_id}/screenshots/{sha256}", operation_id = "get_screenshot", tag = "Desktops",
    params(("chat_id" = uuid::Uuid, Path), ("sha256" = String, Path), ScreenshotQuery),
    responses(
    (status = 200, body = Vec<u8>, content_type = "image/png"),
    (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn content(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    Path(path): Path<ScreenshotPath>,
    Query(query): Query<ScreenshotQuery>,
) -> Result<Response, ApiError> {
    if !is_hash(&path.sha256) {
        return Err(ApiError::not_found(BackendReason::NoScreenshot));
    }
    let media_type = {
        let mut conn = state.database.connection().await?;
        screenshots::media_type(&mut conn, chat.id, &path.sha256).await?
    };
    let media_type = media_type.ok_or_else(|| ApiError::not_found(BackendReason::NoScreenshot))?;
    let (media_type, blob) =
        open(&state.blobs, &path.sha256, media_type, query.thumbnail).await.map_err(ApiError::internal)?;
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable".into()),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(blob))).into_response())
}

/// The screenshot or its thumbnail, with its media type.
async fn open(
    blobs: &BlobStore,
    sha256: &str,
    media_type: String,
    thumbnail: bool,
) -> std::io::Result<(String, File)> {
    if thumbnail && let Some(small) = blobs.open_thumbnail(sha256).await? {
        return Ok(("image/jpeg".to_owned(), small));
    }
    Ok((media_type, blobs.open_blob(sha256).await?))
}
