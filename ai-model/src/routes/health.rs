//! `GET /health`.

use axum::Json;
use axum::extract::State;
use protocol::PROTOCOL_VERSION;
use protocol::run::ModelHealth;

use crate::providers::{ProviderName, demo};
use crate::state::AppState;

const EXAMPLES: [&str; 3] = [
    "Open the terminal and tell me which processes use the most memory",
    "Make a CSV with the first 20 prime numbers and their squares in ~/Outputs, then open it in the text editor",
    "Open the browser and take a screenshot of the page it shows",
];

/// Whether the service is well, and who speaks by default.
#[utoipa::path(get, path = "/health", tag = "service",
    responses((status = OK, description = "The service is well", body = ModelHealth)))]
pub(crate) async fn health(State(state): State<AppState>) -> Json<ModelHealth> {
    let provider = state.config.default_provider();
    let (model, assistant_name, examples) = match provider {
        ProviderName::Anthropic => (state.config.anthropic_model.clone(), "Claude", EXAMPLES),
        ProviderName::OpenAi => (state.config.openai_model.clone(), "GPT", EXAMPLES),
        ProviderName::Gemini => (state.config.gemini_model.clone(), "Gemini", EXAMPLES),
        ProviderName::OpenAiCompatible => {
            // Such a model is known by its own name only.
            let model = state.config.openai_compatible_model.clone().unwrap_or_default();
            (model, "Assistant", EXAMPLES)
        }
        ProviderName::Demo => (demo::MODEL.to_owned(), "Demo", demo::EXAMPLES),
    };
    Json(ModelHealth {
        status: "ok".to_owned(),
        protocol: PROTOCOL_VERSION,
        provider: provider.as_str().to_owned(),
        model,
        assistant_name: assistant_name.to_owned(),
        example_prompts: examples.map(str::to_owned).to_vec(),
    })
}
