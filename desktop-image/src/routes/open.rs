//! Opening applications, files and addresses.

use std::sync::Arc;

use axum::extract::State;
use protocol::agent::open::{OpenRequest, OpenResult};

use crate::desktop::Desktop;
use crate::http::api_error::ApiError;
use crate::http::extract::Json;

pub(super) async fn open(
    State(desktop): State<Arc<Desktop>>,
    Json(request): Json<OpenRequest>,
) -> Result<axum::Json<OpenResult>, ApiError> {
    Ok(axum::Json(desktop.launcher.open(&desktop.windows, request).await?))
}
