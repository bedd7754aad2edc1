//! Windows.

use std::sync::Arc;

use axum::extract::State;
use protocol::agent::windows::CloseResult;
use protocol::agent::windows::Window;

use crate::desktop::Desktop;
use crate::http::api_error::ApiError;
use crate::http::extract::Path;

pub(super) async fn list_windows(
    State(desktop): State<Arc<Desktop>>,
) -> Result<axum::Json<Vec<Window>>, ApiError> {
    Ok(axum::Json(desktop.windows.list()?))
}

pub(super) async fn focus_window(
    State(desktop): State<Arc<Desktop>>,
    Path(id): Path<u32>,
) -> Result<axum::Json<Window>, ApiError> {
    Ok(axum::Json(desktop.windows.focus(id).await?))
}

pub(super) async fn close_window(
    State(desktop): State<Arc<Desktop>>,
    Path(id): Path<u32>,
) -> Result<axum::Json<CloseResult>, ApiError> {
    Ok(axum::Json(desktop.windows.close(id).await?))
}
