//! The screen's size.

use std::sync::Arc;

use axum::extract::State;
use protocol::action::Size;

use crate::blocking::blocking;
use crate::desktop::Desktop;
use crate::http::api_error::ApiError;
use crate::http::extract::Json;

pub(super) async fn resize_screen(
    State(desktop): State<Arc<Desktop>>,
    Json(size): Json<Size>,
) -> Result<axum::Json<Size>, ApiError> {
    let screen = Arc::clone(&desktop.screen);
    blocking(move || screen.resize(size)).await?;
    Ok(axum::Json(desktop.screen.size()))
}
