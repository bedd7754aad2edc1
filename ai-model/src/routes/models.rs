//! Which models there are.

use axum::Json;
use axum::extract::State;
use protocol::model_check::{ModelCheck, ModelCheckRequest};
use protocol::models::ConfiguredModels;

use super::api_error::{ApiJson, Problem};
use crate::state::AppState;

/// Lists the models that this service was started with. No vendor is asked.
#[utoipa::path(get, path = "/v1/models", operation_id = "list_models", tag = "models", responses(
    (status = OK, description = "The models", body = ConfiguredModels),
    (status = "4XX", description = "The caller is not accepted", content_type = "application/problem+json", body = Problem)))]
pub(crate) async fn list_models(State(state): State<AppState>) -> Json<ConfiguredModels> {
    Json(state.providers.configured())
}

/// Asks a server for its models, and so whether it can be reached and takes the key. What is wrong is in `reason`.
#[utoipa::path(post, path = "/v1/models/check", operation_id = "check_models", tag = "models", request_body = ModelCheckRequest, responses(
    (status = OK, description = "What was found", body = ModelCheck),
    (status = "4XX", description = "The request can't be used", content_type = "application/problem+json", body = Problem)))]
pub(crate) async fn check_models(
    State(state): State<AppState>,
    ApiJson(request): ApiJson<ModelCheckRequest>,
) -> Json<ModelCheck> {
    Json(match state.providers.offered(request.model).await {
        Ok(models) => ModelCheck { reason: None, models },
        Err(error) => {
            tracing::info!(error.code = error.code(), "a model connection can't be used");
            ModelCheck { reason: Some(error.reason().into()), models: Vec::new() }
        }
    })
}
