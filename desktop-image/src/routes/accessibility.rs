//! The accessibility tree.

use std::sync::Arc;

use axum::extract::State;
use protocol::agent::accessibility::{AccessibilityQuery, AccessibilityTree};

use crate::desktop::Desktop;
use crate::http::api_error::ApiError;
use crate::http::extract::Query;

pub(super) async fn accessibility_tree(
    State(desktop): State<Arc<Desktop>>,
    Query(query): Query<AccessibilityQuery>,
) -> Result<axum::Json<AccessibilityTree>, ApiError> {
    Ok(axum::Json(desktop.accessibility.tree(query).await?))
}
