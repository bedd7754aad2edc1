//! Resource usage of the agent itself, for benchmarks and tests.

use axum::Json;

use crate::http::api_error::ApiError;
use crate::process_usage::ProcessUsage;

/// Files, threads and memory of the agent.
pub(super) async fn process_usage() -> Result<Json<ProcessUsage>, ApiError> {
    Ok(Json(ProcessUsage::now()?))
}
