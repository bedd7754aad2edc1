//! The text editor.

use std::sync::Arc;

use axum::extract::State;
use protocol::editor::{EditorCommand, EditorResult};

use crate::blocking::blocking;
use crate::desktop::Desktop;
use crate::http::api_error::ApiError;
use crate::http::extract::Json;

pub(super) async fn run_command(
    State(desktop): State<Arc<Desktop>>,
    Json(command): Json<EditorCommand>,
) -> Result<axum::Json<EditorResult>, ApiError> {
    Ok(axum::Json(blocking(move || desktop.editor.run(command)).await))
}
