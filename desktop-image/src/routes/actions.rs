//! Actions and pictures.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use protocol::desktop::{ActionBatch, ActionBatchResult};

use super::extract::{Json, blocking};
use crate::actions;
use crate::api_error::ApiError;
use crate::desktop::Desktop;

pub(super) async fn run_actions(
    State(desktop): State<Arc<Desktop>>,
    Json(batch): Json<ActionBatch>,
) -> axum::Json<ActionBatchResult> {
    axum::Json(actions::run(&desktop, batch).await)
}

pub(super) async fn screenshot(State(desktop): State<Arc<Desktop>>) -> Result<Response, ApiError> {
    let png = blocking(move || Ok(desktop.screen.screenshot()?)).await?;
    Ok(([(header::CONTENT_TYPE, "image/png")], png.to_vec()).into_response())
}
