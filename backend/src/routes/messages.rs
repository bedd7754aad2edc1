//! Posting messages.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use protocol::ids::{EventId, FileId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::idempotency_key::IdempotencyKey;
use crate::http::json::Json;
use crate::http::language::ResponseLanguage;
use crate::http::owned::OwnedChat;
use crate::http::page::{BeforeParameters, BeforeRequest};
use crate::http::problem::{ApiError, Problem};
use crate::http::wait::{PreferenceApplied, Wait, WaitParameter};
use crate::routes::chats::require_user_role;
use crate::services::chats::new_message::{AddedMessage, NewMessage};
use crate::services::messages::{Message, Role};

/// A message to post.
#[derive(Deserialize, Serialize, ToSchema)]
#[schema(example = json!({ "message": "Only those before noon", "extra_data": { "ticket": 17 } }))]
pub(in crate::routes) struct HistoryEntry {
    /// The author; only `user` is allowed.
    #[serde(default)]
    role: Option<Role>,
    /// The text.
    message: String,
    /// Any JSON of at most 16 KiB. It is stored with the message, and the model is shown it as data.
    #[serde(default = "empty_object")]
    extra_data: serde_json::Value,
    /// Uploads to attach.
    #[serde(default)]
    file_ids: Vec<FileId>,
    /// The chat's last message, if this one replaces it. The replaced message and its run leave the
    /// conversation; what they did on the desktop stays.
    #[serde(default)]
    replaces: Option<EventId>,
}

/// Posts a message and starts its run. While another run is active, the new one is queued.
#[utoipa::path(post, path = "/chats/{chat_id}/history", operation_id = "create_message", tag = "Messages", request_body = HistoryEntry,
    params(
        ("chat_id" = uuid::Uuid, Path),
        WaitParameter,
        ("Prefer" = Option<String>, Header, description = "`wait=60`: as the parameter `wait`, and at most 600 s"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated call harmless, for 24 hours")),
    responses(
    (status = 201, body = AddedMessage),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 404, body = Problem, description = "There is no such chat or file"),
    (status = 403, body = Problem, description = "A budget is used up (`spending_limit_reached`)"),
    (status = 409, body = Problem, description = "The message to replace is not the last one, or there is a budget and nobody knows what the model costs (`price_unknown`)"),
    (status = 422, body = Problem, description = "The message is empty or too long, or the key came with another request")))]
pub(super) async fn add(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    language: ResponseLanguage,
    wait: Wait,
    key: IdempotencyKey,
    Json(body): Json<HistoryEntry>,
) -> Result<(StatusCode, PreferenceApplied, Json<AddedMessage>), ApiError> {
    require_user_role(body.role)?;
    let call = key.call(chat.user_id, &body)?;
    let HistoryEntry { message: text, extra_data, file_ids, replaces, .. } = body;
    let unpriced_model = state.chat_costs.unpriced_model(&chat).await?;
    let message = NewMessage { text, extra_data, file_ids, replaces, unpriced_model };
    let mut added = state.chats.post(chat.user_id, chat.id, message, &call).await?;
    if let Some(timeout) = wait.timeout {
        added.run = state.runs.wait(chat.id, added.run.id, timeout).await?;
        added.messages = state.chats.messages_since(chat.id, added.message.seq).await?;
    }
    added.run = language.run(added.run);
    Ok((StatusCode::CREATED, wait.applied(), Json(added)))
}

/// Lists the chat's effective messages: the newest before a number, oldest first.
#[utoipa::path(get, path = "/chats/{chat_id}/messages", operation_id = "list_messages", tag = "Messages",
    params(("chat_id" = uuid::Uuid, Path), BeforeParameters),
    responses(
    (status = 200, body = Vec<Message>, headers(("Link", description = "The next page, if there is one: `<?...>; rel=next`"))),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 422, body = Problem, description = "A parameter is out of range")))]
pub(super) async fn list(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    request: BeforeRequest,
) -> Result<Response, ApiError> {
    let (messages, next) = state.chats.messages_before(chat.id, request.before, request.limit).await?;
    Ok(request.answer(messages, next))
}

fn empty_object() -> serde_json::Value {
    serde_json::Value::Object(serde_json::Map::new())
}
