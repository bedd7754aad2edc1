//! `GET /health`.

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use protocol::run::{self, ModelHealth};

use crate::providers::DefaultModel;
use crate::state::AppState;

/// Whether the service is healthy, its default model, and whether it accepts the caller.
#[utoipa::path(get, path = "/health", operation_id = "get_health", tag = "service", security(()),
    responses((status = OK, description = "The service is well", body = ModelHealth)))]
pub(crate) async fn health(State(state): State<AppState>, request: Parts) -> Json<ModelHealth> {
    let DefaultModel { provider, model, assistant_name, example_prompts } = state.providers.default_model();
    Json(ModelHealth {
        status: "ok".to_owned(),
        protocol: run::VERSION,
        provider: provider.as_str().to_owned(),
        model,
        assistant_name: assistant_name.to_owned(),
        example_prompts: example_prompts.map(str::to_owned).to_vec(),
        accepts_caller: state.access.check(&request).is_ok(),
    })
}
