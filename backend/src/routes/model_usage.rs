//! What models have done, and what it cost.

use axum::extract::State;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::AppState;
use crate::http::current_user::{CurrentUser, Superuser};
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::http::query::Query;
use crate::services::model_usage::ModelUsage;
use crate::services::own_model_usage::OwnModelUsage;

/// Which days to add up.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct UsageQuery {
    /// The first day, in UTC; by default 29 days before the last.
    #[serde(default)]
    #[param(example = "2026-11-01")]
    from: Option<NaiveDate>,
    /// The last day, in UTC; by default today. At most 366 days are added up.
    #[serde(default)]
    #[param(example = "2026-11-30")]
    to: Option<NaiveDate>,
}

/// Tells what models have done for everybody, by day, person and model. For superusers.
///
/// It stays when chats are deleted, and goes with the account. Costs are those that the vendors' list prices give.
#[utoipa::path(get, path = "/admin/usage", operation_id = "get_model_usage", tag = "Administration", params(UsageQuery), responses(
    (status = 200, body = ModelUsage),
    (status = 400, body = Problem, description = "A day is not a date"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 422, body = Problem, description = "The days are not in order, or too many (`days_invalid`)")))]
pub(super) async fn of_everybody(
    State(state): State<AppState>,
    _: Superuser,
    Query(UsageQuery { from, to }): Query<UsageQuery>,
) -> Result<Json<ModelUsage>, ApiError> {
    Ok(Json(state.model_usages.within(from, to).await?))
}

/// Tells what models have done for the caller, by day and model.
///
/// It stays when chats are deleted. Costs are those that the prices of the models give; a model without a known price costs nothing.
#[utoipa::path(get, path = "/users/me/usage/models", operation_id = "get_own_model_usage", tag = "Accounts", params(UsageQuery), responses(
    (status = 200, body = OwnModelUsage),
    (status = 400, body = Problem, description = "A day is not a date"),
    (status = 401, body = Problem),
    (status = 422, body = Problem, description = "The days are not in order, or too many (`days_invalid`)")))]
pub(super) async fn own(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    Query(UsageQuery { from, to }): Query<UsageQuery>,
) -> Result<Json<OwnModelUsage>, ApiError> {
    Ok(Json(state.model_usages.of_person(user.id, from, to).await?))
}
