//! Reading files for a model.

use std::sync::Arc;

use axum::extract::{Path, State};
use protocol::agent::reading::FileReading;

use crate::desktop::Desktop;
use crate::http::api_error::ApiError;

pub(super) async fn read_for_model(
    State(desktop): State<Arc<Desktop>>,
    Path(path): Path<String>,
) -> Result<axum::Json<FileReading>, ApiError> {
    Ok(axum::Json(desktop.reader.read(path).await?))
}
