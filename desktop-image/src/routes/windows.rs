//! Windows.

use std::sync::Arc;

use axum::extract::State;
use protocol::desktop::Window;

use crate::api_error::ApiError;
use crate::desktop::Desktop;

pub(super) async fn list_windows(
    State(desktop): State<Arc<Desktop>>,
) -> Result<axum::Json<Vec<Window>>, ApiError> {
    Ok(axum::Json(desktop.windows.list()?))
}
