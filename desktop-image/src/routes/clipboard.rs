//! The clipboard.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use protocol::agent::clipboard::ClipboardText;

use crate::clipboard::MAX_TEXT_BYTES;
use crate::desktop::Desktop;
use crate::http::api_error::ApiError;
use crate::http::extract::Json;

/// Largest body: JSON may encode each byte of the text with six.
pub(super) const MAX_BODY_BYTES: usize = 6 * MAX_TEXT_BYTES + 1024;

pub(super) async fn read_clipboard(
    State(desktop): State<Arc<Desktop>>,
) -> Result<axum::Json<ClipboardText>, ApiError> {
    Ok(axum::Json(ClipboardText { text: desktop.clipboard.get().await? }))
}

pub(super) async fn set_clipboard(
    State(desktop): State<Arc<Desktop>>,
    Json(ClipboardText { text }): Json<ClipboardText>,
) -> Result<StatusCode, ApiError> {
    desktop.clipboard.set(text).await?;
    Ok(StatusCode::NO_CONTENT)
}
