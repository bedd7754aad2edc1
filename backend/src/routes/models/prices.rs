//! What models cost.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::price::Price;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::AppState;
use crate::http::current_user::Superuser;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::http::query::Query;
use crate::services::audit::Actor;
use crate::services::model_prices::SetPrice;
use crate::store::model_connections::ModelApi;

/// The price of a model, in millionths of a dollar for a million tokens.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SetModelPrice, example = json!({
    "provider": "openai", "model": "gpt-6",
    "price": { "input": 5_000_000, "output": 30_000_000, "cache_read": 500_000, "cache_write": 5_000_000 },
}))]
pub(in crate::routes) struct PriceForm {
    /// Whose API.
    provider: ModelApi,
    /// The id of the model; `*`: every model of the provider that has no price of its own here.
    model: String,
    /// What it costs.
    price: Price,
}

/// Which price.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::routes) struct Which {
    /// Whose API.
    provider: ModelApi,
    /// The id of the model, or `*`.
    model: String,
}

/// Lists the prices that superusers have set, which go before those of the vendors' lists. For superusers.
#[utoipa::path(get, path = "/admin/model-prices", operation_id = "list_model_prices", tag = "Models", responses(
    (status = 200, body = Vec<PriceForm>),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser")))]
pub(in crate::routes) async fn list(
    State(state): State<AppState>,
    _: Superuser,
) -> Result<Json<Vec<PriceForm>>, ApiError> {
    let prices = state.model_prices.list().await?.into_iter();
    let form = |SetPrice { provider, model, price }| PriceForm { provider, model, price };
    Ok(Json(prices.map(form).collect()))
}

/// Sets the price of a model, for runs that begin or go on after it. For superusers.
#[utoipa::path(put, path = "/admin/model-prices", operation_id = "set_model_price", tag = "Models", request_body = PriceForm, responses(
    (status = 204),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 409, body = Problem, description = "There are too many (`too_many_prices`)"),
    (status = 422, body = Problem, description = "This can't be a price (`model_unknown`, `price_too_high`)")))]
pub(in crate::routes) async fn set(
    State(state): State<AppState>,
    by: Actor,
    Json(PriceForm { provider, model, price }): Json<PriceForm>,
) -> Result<StatusCode, ApiError> {
    state.model_prices.set(&SetPrice { provider, model, price }, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes the price of a model: the one of its vendor's list counts again. For superusers.
#[utoipa::path(delete, path = "/admin/model-prices", operation_id = "delete_model_price", tag = "Models", params(Which), responses(
    (status = 204),
    (status = 400, body = Problem, description = "The query can't be read"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 404, body = Problem)))]
pub(in crate::routes) async fn delete(
    State(state): State<AppState>,
    by: Actor,
    Query(Which { provider, model }): Query<Which>,
) -> Result<StatusCode, ApiError> {
    state.model_prices.delete(provider, &model, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}
