//! `POST /send_message`: plain chat, without a desktop.

use axum::Json;
use axum::extract::State;
use protocol::run::ModelSettings;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api_error::{ApiError, ApiJson, Problem};
use crate::chat::{ChatMessage, ChatRole};
use crate::state::AppState;

/// A conversation to answer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "messages": [{ "role": "user", "content": "hi" }] }))]
pub(crate) struct SendMessageRequest {
    /// The conversation so far; the last message is the person's.
    pub messages: Vec<ChatMessage>,
}

/// The answer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "response": [{ "role": "assistant", "content": "Hello! How can I assist you today?" }] }))]
pub(crate) struct SendMessageResponse {
    /// The model's messages.
    pub response: Vec<ChatMessage>,
}

/// Answers a plain chat. The service stores nothing: send the whole conversation.
#[utoipa::path(post, path = "/send_message", operation_id = "send_message", tag = "chat", request_body = SendMessageRequest, responses(
    (status = OK, description = "The answer", body = SendMessageResponse),
    (status = "4XX", description = "The request can't be used", content_type = "application/problem+json", body = Problem),
    (status = "5XX", description = "The model gave no answer", content_type = "application/problem+json", body = Problem),
))]
pub(crate) async fn send_message(
    State(state): State<AppState>,
    ApiJson(request): ApiJson<SendMessageRequest>,
) -> Result<Json<SendMessageResponse>, ApiError> {
    check(&request.messages)?;
    let provider = state.providers.select(&ModelSettings::default())?;
    let content = provider.chat(&request.messages).await?;
    Ok(Json(SendMessageResponse { response: vec![ChatMessage { role: ChatRole::Assistant, content }] }))
}

fn check(messages: &[ChatMessage]) -> Result<(), ApiError> {
    let invalid = |code, detail: &str| Err(ApiError::Invalid { code, detail: detail.to_owned() });
    let mut conversation = messages.iter().filter(|message| message.role != ChatRole::System);
    let last = messages.iter().rfind(|message| message.role != ChatRole::System);
    match (conversation.next(), last) {
        (None, _) => invalid("no_message", "There is no message of a user to answer."),
        (Some(first), _) if first.role != ChatRole::User => {
            invalid("first_message", "The first message must be the user's.")
        }
        (_, Some(last)) if last.role == ChatRole::Assistant => {
            invalid("last_message", "The last message is the assistant's: there is nothing to answer.")
        }
        _ if messages.iter().any(|message| message.content.trim().is_empty()) => {
            invalid("empty_message", "A message is empty.")
        }
        _ => Ok(()),
    }
}
