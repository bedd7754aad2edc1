//! What people do while they are in control.

use std::sync::Arc;

use axum::extract::State;
use protocol::ids::TakeoverId;
use protocol::takeover::PersonSteps;

use super::extract::Path;
use crate::desktop::Desktop;

pub(super) async fn end_takeover(
    State(desktop): State<Arc<Desktop>>,
    Path(id): Path<TakeoverId>,
) -> axum::Json<PersonSteps> {
    axum::Json(desktop.takeovers.end(id).await)
}
