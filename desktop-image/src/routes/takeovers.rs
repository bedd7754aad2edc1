//! Takeovers: what people do while in control.

use std::sync::Arc;

use axum::extract::State;
use protocol::ids::TakeoverId;
use protocol::takeover::PersonSteps;

use crate::desktop::Desktop;
use crate::http::extract::Path;

pub(super) async fn end_takeover(
    State(desktop): State<Arc<Desktop>>,
    Path(id): Path<TakeoverId>,
) -> axum::Json<PersonSteps> {
    axum::Json(desktop.takeovers.end(id).await)
}
