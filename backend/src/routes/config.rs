//! What the frontend needs to know about this installation.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};

/// What the frontend needs to know about this installation.
#[derive(Serialize, ToSchema)]
pub(super) struct Installation {
    /// The provider of the model, such as `anthropic` or `demo`; empty while the model service can't be
    /// reached.
    provider: String,
    /// The model's name.
    model: String,
    /// The assistant's display name.
    assistant_name: String,
    /// Maximum size of an upload, in bytes.
    upload_limit_bytes: u64,
    /// Example prompts that suit the configured provider.
    example_prompts: Vec<String>,
}

/// Returns what the frontend needs to know about this installation.
#[utoipa::path(get, path = "/config", operation_id = "get_config", tag = "Service", responses((status = 200, body = Installation), (status = 401, body = Problem)))]
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
            tracing::warn!(error = format!("{error:#}"), "the health check of the model service failed");
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
