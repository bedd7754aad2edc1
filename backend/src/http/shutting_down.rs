//! Refuses new work during shutdown.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::app::AppState;
use crate::http::problem::ApiError;

/// Refuses requests that change something once shutdown has begun; reads still work.
pub async fn refuse_new_work(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if state.shutdown.is_cancelled() && !request.method().is_safe() {
        return ApiError::shutting_down().into_response();
    }
    next.run(request).await
}
