//! The text editor.

use std::sync::Arc;

use axum::extract::State;
use protocol::editor::{EditorCommand, EditorResult};

use super::extract::{Json, blocking};
use crate::api_error::ApiError;
use crate::desktop::Desktop;

pub(super) async fn run_command(
    State(desktop): State<Arc<Desktop>>,
    Json(command): Json<EditorCommand>,
) -> Result<axum::Json<EditorResult>, ApiError> {
    Ok(axum::Json(blocking(move || Ok(desktop.editor.run(command))).await?))
}
