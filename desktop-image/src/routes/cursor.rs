//! The pointer.

use std::sync::Arc;

use axum::extract::State;
use protocol::agent::cursor::CursorState;

use crate::api_error::ApiError;
use crate::desktop::Desktop;

pub(super) async fn cursor(State(desktop): State<Arc<Desktop>>) -> Result<axum::Json<CursorState>, ApiError> {
    Ok(axum::Json(desktop.screen.cursor_state()?))
}
