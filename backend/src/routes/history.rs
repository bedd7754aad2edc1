//! Adding a message to a conversation.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use protocol::ids::FileId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::chats::require_user_role;
use super::prefer::PreferWait;
use crate::api_error::{ApiError, Problem};
use crate::auth::owned::OwnedChat;
use crate::services::history::{self, Message, Role};
use crate::services::messages::{self, NewMessage};
use crate::state::AppState;
use crate::store::events;
use crate::store::runs::Run;

/// A message to be.
#[derive(Deserialize, ToSchema)]
pub(super) struct HistoryEntry {
    /// Who says so: `user`.
    #[serde(default)]
    role: Option<Role>,
    /// What to do.
    message: String,
    /// Anything; it is kept with the message.
    #[serde(default = "empty_object")]
    extra_data: serde_json::Value,
    /// Uploads that come with the message.
    #[serde(default)]
    file_ids: Vec<FileId>,
}

/// What came of a message.
#[derive(Serialize, ToSchema)]
pub(super) struct AddedMessage {
    /// The message as stored.
    message: Message,
    /// The run that it began, or that waits behind another.
    run: Run,
    /// The message and all that followed it so far.
    messages: Vec<Message>,
}

/// Adds a message, which begins a run. While another run is at work it waits in the queue.
#[utoipa::path(post, path = "/chats/{chat_id}/history", request_body = HistoryEntry,
    params(
        ("chat_id" = uuid::Uuid, Path),
        ("Prefer" = Option<String>, Header, description = "`wait=60`: answer when the run has ended, or after 60 s")),
    responses(
    (status = 201, body = AddedMessage),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 404, body = Problem, description = "There is no such chat or file"),
    (status = 422, body = Problem, description = "The message is empty or too long")))]
pub(super) async fn add(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    PreferWait(patience): PreferWait,
    body: Result<Json<HistoryEntry>, JsonRejection>,
) -> Result<(StatusCode, Json<AddedMessage>), ApiError> {
    let Json(body) = body?;
    require_user_role(body.role)?;
    let message = NewMessage { text: body.message, extra_data: body.extra_data, file_ids: body.file_ids };
    let posted = messages::post(&state, chat.user_id, chat.id, message).await?;
    let run = match patience {
        Some(patience) => crate::services::runs::wait(&state, chat.id, posted.run.id, patience).await?,
        None => posted.run,
    };
    let mut conn = state.database.connection().await?;
    let log = events::of_kinds(&mut conn, chat.id, &history::MESSAGE_KINDS).await?;
    let since = log.into_iter().filter(|row| row.seq >= posted.event.seq).collect();
    let messages = history::messages(since).map_err(ApiError::Internal)?;
    let message = history::messages(vec![posted.event]).map_err(ApiError::Internal)?.remove(0);
    Ok((StatusCode::CREATED, Json(AddedMessage { message, run, messages })))
}

fn empty_object() -> serde_json::Value {
    serde_json::Value::Object(serde_json::Map::new())
}
