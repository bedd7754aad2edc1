//! What the interface has to know of this installation.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};

/// What the interface has to know of this installation.
#[derive(Serialize, ToSchema)]
pub(super) struct Installation {
    /// Which provider speaks, such as `anthropic` or `demo`; empty when the model service can't be reached.
    provider: String,
    /// Which model speaks.
    model: String,
    /// What to call it.
    assistant_name: String,
    /// Bytes that an upload may have.
    upload_limit_bytes: u64,
    /// Tasks that work with what is configured.
    example_prompts: Vec<String>,
}

/// What the interface has to know of this installation.
#[utoipa::path(get, path = "/config", responses((status = 200, body = Installation), (status = 401, body = Problem)))]
pub(super) async fn config(
    State(state): State<AppState>,
    _: CurrentUser,
) -> Result<Json<Installation>, ApiError> {
    let upload_limit_bytes = state.upload_limit;
    let installation = match state.model.health().await {
        Ok(health) => Installation {
            provider: health.provider,
            model: health.model,
            assistant_name: health.assistant_name,
            upload_limit_bytes,
            example_prompts: health.example_prompts,
        },
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "the model service does not say how it is");
            Installation {
                provider: String::new(),
                model: String::new(),
                assistant_name: "Assistant".into(),
                upload_limit_bytes,
                example_prompts: Vec::new(),
            }
        }
    };
    Ok(Json(installation))
}
