//! `GET /metrics`.

use axum::extract::State;
use telemetry::exposition::Exposition;

use super::api_error::Problem;
use crate::state::AppState;

/// What this service has counted, in the text format of Prometheus.
#[utoipa::path(get, path = "/metrics", operation_id = "get_metrics", tag = "service", responses(
    (status = OK, description = "Metrics in the format of OpenMetrics", content_type = "application/openmetrics-text", body = String),
    (status = "4XX", description = "The caller is not accepted", content_type = "application/problem+json", body = Problem)))]
pub(crate) async fn metrics(State(state): State<AppState>) -> Exposition {
    state.metrics.exposition()
}
