//! Conversations of the person who calls.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use protocol::ids::{ChatId, EventId, FileId, RunId};
use protocol::transcript::approval::ApprovalPolicy;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::idempotency_key::IdempotencyKey;
use crate::http::owned::OwnedChat;
use crate::http::prefer::PreferWait;
use crate::http::problem::{ApiError, Problem};
use crate::live::hub::LiveEvent;
use crate::routes::settings::{present, stored};
use crate::services;
use crate::services::chats::messages::NewMessage;
use crate::services::chats::{Chat, ChatWithHistory};
use crate::services::files::FileView;
use crate::services::history::{self, Role};
use crate::store::{chats, events, files, runs};

/// Characters that a title may have.
const MAX_TITLE_CHARS: usize = 200;

/// A conversation to be.
#[derive(Deserialize, Serialize, ToSchema)]
pub(super) struct NewChat {
    /// What to do first; without it the chat stays empty.
    #[serde(default)]
    initial_message: Option<String>,
    /// Who says so: `user`.
    #[serde(default)]
    initial_role: Option<Role>,
    /// Uploads that come with the message.
    #[serde(default)]
    file_ids: Vec<FileId>,
}

/// What to change of a conversation; what is absent stays.
#[derive(Deserialize, ToSchema)]
pub(super) struct ChatSettings {
    /// 1 to 200 characters.
    #[serde(default)]
    title: Option<String>,
    /// What needs the person's word here, from the run's next step on. `null`: as the person set it for all chats.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<ApprovalPolicy>)]
    approval: Option<Option<ApprovalPolicy>>,
}

/// All conversations of the person, newest activity first.
#[utoipa::path(get, path = "/chats", responses((status = 200, body = Vec<Chat>), (status = 401, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
) -> Result<Json<Vec<Chat>>, ApiError> {
    let mut conn = state.database.connection().await?;
    let rows = chats::list(&mut conn, user.id).await?;
    Ok(Json(rows.into_iter().map(|(row, run_state)| Chat::new(row, run_state)).collect()))
}

/// Begins a conversation.
#[utoipa::path(post, path = "/chats", request_body = NewChat,
    params(
        ("Prefer" = Option<String>, Header, description = "`wait=60`: answer when the run has ended, or after 60 s"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated call harmless, for 24 hours")),
    responses(
    (status = 201, body = ChatWithHistory),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 404, body = Problem, description = "There is no such file"),
    (status = 422, body = Problem, description = "The message is empty or too long")))]
pub(super) async fn create(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    PreferWait(patience): PreferWait,
    key: IdempotencyKey,
    body: Result<Json<NewChat>, JsonRejection>,
) -> Result<(StatusCode, Json<serde_json::Value>), ApiError> {
    let Json(body) = body?;
    require_user_role(body.initial_role)?;
    let once = key.once(user.id, &body)?;
    let message = body.initial_message.map(|text| NewMessage {
        text,
        extra_data: serde_json::Value::Object(serde_json::Map::new()),
        file_ids: body.file_ids,
        replaces: None,
    });
    let mut begun = services::chats::create(&state, user.id, message, &once).await?;
    let ids: Begun =
        serde_json::from_value(begun.clone()).map_err(|error| ApiError::Internal(error.into()))?;
    if let (Some(patience), Some(run)) = (patience, ids.run) {
        services::runs::wait(&state, ids.id, run.id, patience).await?;
        let chat = with_history(&state, ids.id).await?;
        begun = serde_json::to_value(chat).map_err(|error| ApiError::Internal(error.into()))?;
    }
    Ok((StatusCode::CREATED, Json(begun)))
}

/// What to wait for.
#[derive(Deserialize)]
struct Begun {
    id: ChatId,
    run: Option<BegunRun>,
}

#[derive(Deserialize)]
struct BegunRun {
    id: RunId,
}

/// What to begin another conversation from.
#[derive(Deserialize, Serialize, ToSchema)]
pub(super) struct NewFork {
    /// The last message that the new conversation has.
    message_id: EventId,
}

/// Begins another conversation with all that was said in this one up to a message. It gets a desktop of its own, as new.
#[utoipa::path(post, path = "/chats/{chat_id}/fork", request_body = NewFork,
    params(
        ("chat_id" = uuid::Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated call harmless, for 24 hours")),
    responses(
    (status = 201, body = ChatWithHistory),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 404, body = Problem, description = "There is no such chat or message"),
    (status = 422, body = Problem, description = "No message is named, or the key came with another request")))]
pub(super) async fn fork(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    key: IdempotencyKey,
    body: Result<Json<NewFork>, JsonRejection>,
) -> Result<(StatusCode, Json<serde_json::Value>), ApiError> {
    let Json(body) = body?;
    let once = key.once(chat.user_id, &body)?;
    Ok((
        StatusCode::CREATED,
        Json(services::chats::forks::fork(&state, chat.id, body.message_id, &once).await?),
    ))
}

/// A conversation with its messages.
#[utoipa::path(get, path = "/chats/{chat_id}", params(("chat_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = ChatWithHistory), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
) -> Result<Json<ChatWithHistory>, ApiError> {
    Ok(Json(with_history(&state, chat.id).await?))
}

/// Gives a conversation another title, or says what needs the person's word in it.
#[utoipa::path(patch, path = "/chats/{chat_id}", params(("chat_id" = uuid::Uuid, Path)), request_body = ChatSettings,
    responses(
    (status = 200, body = Chat),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 404, body = Problem),
    (status = 422, body = Problem, description = "The title is empty or too long")))]
pub(super) async fn rename(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    body: Result<Json<ChatSettings>, JsonRejection>,
) -> Result<Json<Chat>, ApiError> {
    let Json(ChatSettings { title, approval }) = body?;
    let title = title.as_deref().map(checked_title).transpose()?;
    let approval = approval.map(stored).transpose()?;
    let mut conn = state.database.connection().await?;
    let mut row = chat;
    if let Some(approval) = approval {
        row = chats::set_approval(&mut conn, row.id, approval).await?;
    }
    if let Some(title) = title {
        row = chats::set_title(&mut conn, row.id, title).await?;
        state.hub.publish(row.id, LiveEvent::Title(row.title.clone()));
    }
    let run = runs::current(&mut conn, row.id).await?;
    Ok(Json(Chat::new(row, run.map(|run| run.state))))
}

/// Deletes a conversation: its messages, its desktop with all files on it, its screenshots.
#[utoipa::path(delete, path = "/chats/{chat_id}", params(("chat_id" = uuid::Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
) -> Result<StatusCode, ApiError> {
    crate::services::chats::delete(&state, chat.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The conversation's files: uploads that messages named, and what the desktop made.
#[utoipa::path(get, path = "/chats/{chat_id}/files", params(("chat_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = Vec<FileView>), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn files(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
) -> Result<Json<Vec<FileView>>, ApiError> {
    let mut conn = state.database.connection().await?;
    let outputs = files::outputs(&mut conn, chat.id).await?.into_iter().map(FileView::from);
    let uploads = files::uploads(&mut conn, chat.id).await?.into_iter();
    let uploads = uploads.map(|upload| FileView { path: Some(upload.path), ..FileView::from(upload.file) });
    Ok(Json(outputs.chain(uploads).collect()))
}

/// Only people write; the other roles are the model service's.
pub(super) fn require_user_role(role: Option<Role>) -> Result<(), ApiError> {
    match role {
        None | Some(Role::User) => Ok(()),
        Some(_) => Err(ApiError::invalid("role_invalid", "Only messages of the role `user` can be added.")),
    }
}

fn checked_title(title: &str) -> Result<&str, ApiError> {
    let title = title.trim();
    if title.is_empty() || title.chars().count() > MAX_TITLE_CHARS || title.contains('\0') {
        return Err(ApiError::invalid("title_invalid", "Give the chat a title of 1 to 200 characters."));
    }
    Ok(title)
}

async fn with_history(state: &AppState, chat_id: ChatId) -> Result<ChatWithHistory, ApiError> {
    let mut conn = state.database.connection().await?;
    let row = chats::get(&mut conn, chat_id).await?;
    let run = runs::current(&mut conn, chat_id).await?;
    let log = events::of_kinds(&mut conn, chat_id, &history::MESSAGE_KINDS).await?;
    let messages = history::messages(log).map_err(ApiError::Internal)?;
    Ok(ChatWithHistory { chat: Chat::new(row, run.as_ref().map(|run| run.state)), run, messages })
}
