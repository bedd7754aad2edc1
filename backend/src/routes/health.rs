//! The health checks.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, SubsecRound as _, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::services::health::{Readiness, ReadinessStatus};
use crate::store::users;

/// The version of the program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The result of a health check.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`, or `disk_full` if no more files can be stored.
    status: &'static str,
    /// The version of the contract between the backend and the model service.
    protocol: u32,
    /// The version of the program.
    version: &'static str,
    /// The time of the answer.
    timestamp: DateTime<Utc>,
}

/// That the process answers.
#[derive(Serialize, ToSchema)]
pub(super) struct Liveness {
    /// `ok`.
    status: &'static str,
    /// The version of the program.
    version: &'static str,
}

/// Reports whether the service and its database work.
#[utoipa::path(get, path = "/health", operation_id = "get_health", tag = "Service", security(()), responses(
    (status = 200, body = Health),
    (status = 503, body = Problem, description = "The database can't be reached")))]
pub(super) async fn health(State(state): State<AppState>) -> Result<Json<Health>, ApiError> {
    let mut conn = state.database.connection().await?;
    users::any(&mut conn).await?;
    let status = if state.blobs.check_space().is_ok() { "ok" } else { "disk_full" };
    Ok(Json(Health {
        status,
        protocol: protocol::run::VERSION,
        version: VERSION,
        timestamp: state.clock.now().trunc_subsecs(0),
    }))
}

/// Reports the same as `/health`.
#[utoipa::path(get, path = "/status", operation_id = "get_status", tag = "Service", security(()), responses(
    (status = 200, body = Health),
    (status = 503, body = Problem, description = "The database can't be reached")))]
pub(super) async fn status(state: State<AppState>) -> Result<Json<Health>, ApiError> {
    health(state).await
}

/// Reports that the process answers, whatever else works. One that does not answer should be restarted.
#[utoipa::path(get, path = "/health/live", operation_id = "get_liveness", tag = "Service", security(()), responses(
    (status = 200, body = Liveness)))]
pub(super) async fn live() -> Json<Liveness> {
    Json(Liveness { status: "ok", version: VERSION })
}

/// Reports by part whether this replica should be sent requests, and what to do about what does not work.
///
/// Parts that replicas share and can do without for a while, such as the model service, only make it `degraded`. Vendors of
/// models are never asked.
#[utoipa::path(get, path = "/health/ready", operation_id = "get_readiness", tag = "Service", security(()), responses(
    (status = 200, body = Readiness, description = "It answers requests: it is `ready`, or `degraded`"),
    (status = 503, body = Readiness, description = "It can't answer requests, or is shutting down")))]
pub(super) async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Readiness>) {
    let readiness = state.health.readiness().await;
    let status = match readiness.status {
        ReadinessStatus::Ready | ReadinessStatus::Degraded => StatusCode::OK,
        ReadinessStatus::Unready | ReadinessStatus::ShuttingDown => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(readiness))
}
