//! The health check.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::store::users;

/// The result of a health check.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`, or `disk_full` if no more files can be stored.
    status: &'static str,
    /// The version of the protocol between the services.
    protocol: u32,
}

/// Reports whether the service and its database work.
#[utoipa::path(get, path = "/health", operation_id = "get_health", tag = "Service", security(()), responses(
    (status = 200, body = Health),
    (status = 503, body = Problem, description = "The database can't be reached")))]
pub(super) async fn health(State(state): State<AppState>) -> Result<Json<Health>, ApiError> {
    let mut conn = state.database.connection().await?;
    users::any(&mut conn).await?;
    let status = if state.blobs.check_space().is_ok() { "ok" } else { "disk_full" };
    Ok(Json(Health { status, protocol: protocol::PROTOCOL_VERSION }))
}
