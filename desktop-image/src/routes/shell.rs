//! The shell.

use std::sync::Arc;

use axum::extract::State;
use protocol::desktop::{ShellRequest, ShellResult};

use super::extract::Json;
use crate::api_error::ApiError;
use crate::desktop::Desktop;

pub(super) async fn run_command(
    State(desktop): State<Arc<Desktop>>,
    Json(request): Json<ShellRequest>,
) -> Result<axum::Json<ShellResult>, ApiError> {
    Ok(axum::Json(desktop.shell.run(request).await?))
}
