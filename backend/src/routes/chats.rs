//! The caller's chats.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use protocol::ids::{EventId, FileId};
use protocol::transcript::approval::ApprovalPolicy;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::idempotency_key::IdempotencyKey;
use crate::http::json::{Json, nullable_object, object};
use crate::http::language::ResponseLanguage;
use crate::http::owned::OwnedChat;
use crate::http::page::{PageParameters, PageRequest};
use crate::http::problem::{ApiError, Problem};
use crate::http::query::Query;
use crate::http::wait::{PreferenceApplied, Wait, WaitParameter};
use crate::services::chat_costs::ChatCost;
use crate::services::chats::new_message::NewMessage;
use crate::services::chats::{Chat, ChatChanges, ChatStart, ChatWithHistory};
use crate::services::files::FileView;
use crate::services::messages::Role;
use crate::store::MAX_PAGE;
use crate::store::chat_limits::ChatLimits;
use crate::store::chats::ChatPosition;
use crate::store::model_choice::ModelChoice;
use crate::text::visible;
use crate::words::BackendReason;

/// A new chat.
#[derive(Deserialize, Serialize, ToSchema)]
#[schema(example = json!({ "initial_message": "Find the three cheapest trains to Vienna tomorrow", "file_ids": [] }))]
pub(super) struct NewChat {
    /// The first message; without it the chat stays empty.
    #[serde(default)]
    initial_message: Option<String>,
    /// The author of the message; only `user` is allowed.
    #[serde(default)]
    initial_role: Option<Role>,
    /// Uploads to attach to the message.
    #[serde(default)]
    file_ids: Vec<FileId>,
    /// The model of this chat; by default the user's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model_choice: Option<ModelChoice>,
    /// What this chat may cost, and how long its runs may work.
    #[serde(default, deserialize_with = "object", skip_serializing_if = "Option::is_none")]
    limits: Option<ChatLimits>,
}

/// Changes to a chat; a missing field is unchanged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "title": "Trains to Vienna" }))]
pub(super) struct ChatSettings {
    /// 1 to 200 characters.
    #[serde(default)]
    title: Option<String>,
    /// Which actions need approval in this chat, from the run's next step on; `null` restores the user's
    /// default.
    #[serde(default, deserialize_with = "nullable_object")]
    #[schema(value_type = Option<ApprovalPolicy>)]
    approval: Option<Option<ApprovalPolicy>>,
    /// The model of this chat, from the next message on, and for a run that waits once it goes on; `null` restores the user's
    /// default.
    #[serde(default, deserialize_with = "nullable_object")]
    #[schema(value_type = Option<ModelChoice>)]
    model_choice: Option<Option<ModelChoice>>,
    /// All limits of this chat; `null`: it has none of its own. The one on costs applies at once, also to a run at work; the
    /// others to runs that begin, or go on, afterwards.
    #[serde(default, deserialize_with = "nullable_object")]
    #[schema(value_type = Option<ChatLimits>)]
    limits: Option<Option<ChatLimits>>,
}

/// Which chats to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ChatFilter {
    /// Only chats whose title contains this, in any case.
    #[serde(default)]
    title: String,
}

/// Lists the caller's chats, most recently active first.
#[utoipa::path(get, path = "/chats", operation_id = "list_chats", tag = "Chats", params(ChatFilter, PageParameters), responses(
    (status = 200, body = Vec<Chat>, headers(("Link", description = "The next page, if there is one: `<?...>; rel=next`"))),
    (status = 401, body = Problem),
    (status = 422, body = Problem, description = "A parameter is out of range")))]
pub(super) async fn list(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    Query(ChatFilter { title }): Query<ChatFilter>,
    request: PageRequest,
) -> Result<Response, ApiError> {
    let chats = state.chats.list(user.id, &visible(&title), request.page()?).await?;
    Ok(request.answer(chats, |chat| ChatPosition { updated_at: chat.updated_at, id: chat.id }))
}

/// Creates a chat.
#[utoipa::path(post, path = "/chats", operation_id = "create_chat", tag = "Chats", request_body = NewChat,
    params(
        WaitParameter,
        ("Prefer" = Option<String>, Header, description = "`wait=60`: as the parameter `wait`, and at most 600 s"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated call harmless, for 24 hours")),
    responses(
    (status = 201, body = ChatWithHistory),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 404, body = Problem, description = "There is no such file"),
    (status = 403, body = Problem, description = "A budget is used up (`spending_limit_reached`)"),
    (status = 409, body = Problem, description = "There is a budget, and nobody knows what the model costs (`price_unknown`)"),
    (status = 422, body = Problem, description = "The message is empty or too long, there is no such model (`model_unknown`), or a limit is out of range (`chat_limits_invalid`)"),
    (status = 503, body = Problem, description = "The model service can't be asked for its models")))]
pub(super) async fn create(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    language: ResponseLanguage,
    wait: Wait,
    key: IdempotencyKey,
    Json(body): Json<NewChat>,
) -> Result<(StatusCode, PreferenceApplied, Json<ChatWithHistory>), ApiError> {
    require_user_role(body.initial_role)?;
    let call = key.call(user.id, &body)?;
    if let Some(choice) = &body.model_choice {
        state.models.check(choice, user.id).await?;
    }
    let start = ChatStart { model_choice: body.model_choice, limits: body.limits.unwrap_or_default() };
    let message = match body.initial_message {
        Some(text) => {
            let (choice, limits) = (start.model_choice.clone(), start.limits);
            Some(NewMessage {
                text,
                extra_data: serde_json::Value::Object(serde_json::Map::new()),
                file_ids: body.file_ids,
                replaces: None,
                unpriced_model: state.chat_costs.unpriced_model_of_new_chat(user.id, choice, limits).await?,
            })
        }
        None => None,
    };
    let mut begun = state.chats.create(user.id, start, message, &call).await?;
    let wait = if begun.run.is_some() { wait } else { Wait::default() };
    if let (Some(timeout), Some(run)) = (wait.timeout, &begun.run) {
        state.runs.wait(begun.chat.id, run.id, timeout).await?;
        begun = state.chats.get(begun.chat.id, MAX_PAGE.into()).await?;
    }
    Ok((StatusCode::CREATED, wait.applied(), Json(language.chat(begun))))
}

/// Where to fork a chat.
#[derive(Deserialize, Serialize, ToSchema)]
#[schema(example = json!({ "message_id": "01a2271f-f1a8-74bd-b20d-51a7dc902664" }))]
pub(super) struct NewFork {
    /// The last message that the new chat contains.
    message_id: EventId,
}

/// Creates a chat with a copy of this one up to a message. It gets a new desktop of its own.
#[utoipa::path(post, path = "/chats/{chat_id}/fork", operation_id = "fork_chat", tag = "Chats", request_body = NewFork,
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
    language: ResponseLanguage,
    key: IdempotencyKey,
    Json(body): Json<NewFork>,
) -> Result<(StatusCode, Json<ChatWithHistory>), ApiError> {
    let call = key.call(chat.user_id, &body)?;
    Ok((StatusCode::CREATED, Json(language.chat(state.chats.fork(chat.id, body.message_id, &call).await?))))
}

/// How many messages to return with a chat.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Newest {
    /// The most messages to return.
    #[serde(default = "max_page")]
    #[param(minimum = 0, maximum = 500, default = 500)]
    limit: u32,
}

fn max_page() -> u32 {
    MAX_PAGE
}

/// Returns a chat with its newest messages.
#[utoipa::path(get, path = "/chats/{chat_id}", operation_id = "get_chat", tag = "Chats", params(("chat_id" = uuid::Uuid, Path), Newest), responses(
    (status = 200, body = ChatWithHistory), (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 422, body = Problem, description = "`limit` is out of range")))]
pub(super) async fn get(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    language: ResponseLanguage,
    Query(Newest { limit }): Query<Newest>,
) -> Result<Json<ChatWithHistory>, ApiError> {
    if limit > MAX_PAGE {
        return Err(ApiError::invalid(BackendReason::LimitInvalid { least: 0, most: MAX_PAGE as usize }));
    }
    Ok(Json(language.chat(state.chats.get(chat.id, limit.into()).await?)))
}

/// Changes a chat's title, approval policy, model or limits.
#[utoipa::path(patch, path = "/chats/{chat_id}", operation_id = "update_chat", tag = "Chats", params(("chat_id" = uuid::Uuid, Path)), request_body = ChatSettings,
    responses(
    (status = 200, body = Chat),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 404, body = Problem),
    (status = 422, body = Problem, description = "The title is empty or too long, there is no such model (`model_unknown`), or a limit is out of range (`chat_limits_invalid`)"),
    (status = 503, body = Problem, description = "The model service can't be asked for its models")))]
pub(super) async fn rename(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    Json(ChatSettings { title, approval, model_choice, limits }): Json<ChatSettings>,
) -> Result<Json<Chat>, ApiError> {
    if let Some(Some(choice)) = &model_choice {
        state.models.check(choice, chat.user_id).await?;
    }
    Ok(Json(state.chats.change(chat, ChatChanges { title, approval, model_choice, limits }).await?))
}

/// Returns what a chat has cost, what is left of its budgets, and an estimate of what it will cost.
#[utoipa::path(get, path = "/chats/{chat_id}/cost", operation_id = "get_chat_cost", tag = "Chats", params(("chat_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = ChatCost), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn cost(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
) -> Result<Json<ChatCost>, ApiError> {
    Ok(Json(state.chat_costs.of(&chat).await?))
}

/// Deletes a chat with its messages, its desktop and all files on it, and its screenshots.
#[utoipa::path(delete, path = "/chats/{chat_id}", operation_id = "delete_chat", tag = "Chats", params(("chat_id" = uuid::Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
) -> Result<StatusCode, ApiError> {
    state.chats.delete(chat.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the chat's files: its desktop's outputs, then the uploads that its messages name.
#[utoipa::path(get, path = "/chats/{chat_id}/files", operation_id = "list_chat_files", tag = "Files", params(("chat_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = Vec<FileView>), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn files(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
) -> Result<Json<Vec<FileView>>, ApiError> {
    Ok(Json(state.chats.files(chat.id).await?))
}

/// Only people post messages; the other roles are reserved for the model.
pub(super) fn require_user_role(role: Option<Role>) -> Result<(), ApiError> {
    match role {
        None | Some(Role::User) => Ok(()),
        Some(_) => Err(ApiError::invalid(BackendReason::RoleInvalid)),
    }
}
