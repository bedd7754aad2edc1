//! The metrics, for Prometheus.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use telemetry::exposition::Exposition;

use crate::app::AppState;
use crate::http::current_user::Superuser;
use crate::http::problem::Problem;
use crate::services::monitoring::Monitoring;

/// Returns what this replica has counted, in the text format of Prometheus.
///
/// For superusers, and for programs with an API token of one and the scope `metrics`. Each replica counts for itself.
#[utoipa::path(get, path = "/metrics", operation_id = "get_metrics", tag = "Administration", responses(
    (status = 200, body = String, content_type = "application/openmetrics-text", description = "Metrics in the format of OpenMetrics"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser")))]
pub(super) async fn show(State(state): State<AppState>, _: Superuser) -> Exposition {
    state.monitoring.exposition().await
}

/// The metrics on a listener of their own, which asks for no login.
pub fn service(monitoring: Arc<Monitoring>) -> Router {
    let show = async |State(monitoring): State<Arc<Monitoring>>| monitoring.exposition().await;
    Router::new().route("/metrics", get(show)).with_state(monitoring)
}
