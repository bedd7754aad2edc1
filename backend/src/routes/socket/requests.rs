//! Carries out the requests of a WebSocket, by the handlers of the same calls over HTTP.

use axum::extract::State;
use axum::http::Method;
use futures_util::stream::BoxStream;
use protocol::ids::ChatId;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::messages::SocketAction;
use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::idempotency_key::IdempotencyKey;
use crate::http::json::Json;
use crate::http::language::ResponseLanguage;
use crate::http::owned::{OwnedChat, OwnedRun};
use crate::http::problem::ApiError;
use crate::http::wait::Wait;
use crate::live::follow::{ChatUpdate, Start};
use crate::routes::{messages, runs};
use crate::store::users::User;
use crate::words::Language;

/// What came of a request.
pub(super) enum Done {
    /// Its answer, if it has one.
    Answered(Option<Box<RawValue>>),
    /// The chat's updates, from now on.
    Subscribed(ChatId, BoxStream<'static, ChatUpdate>),
    /// The chat is no longer wanted.
    Unsubscribed(ChatId),
}

/// Carries out a request.
pub(super) async fn carry_out(
    state: AppState,
    user: User,
    language: Language,
    action: SocketAction,
) -> Result<Done, ApiError> {
    let language = ResponseLanguage::from(language);
    if state.shutdown.is_cancelled() {
        return Err(ApiError::shutting_down());
    }
    let run = async |run_id| OwnedRun::find(&state, user.id, run_id).await;
    match action {
        SocketAction::Subscribe { chat_id, after } => {
            let OwnedChat(chat) = OwnedChat::find(&state, user.id, chat_id).await?;
            let follower = state.feed.follow(chat.id, after.map_or(Start::Tail, Start::After));
            let desktop = state.desktops.view(chat.id).await?;
            Ok(Done::Subscribed(chat_id, Box::pin(follower.updates(desktop).await?)))
        }
        SocketAction::Unsubscribe { chat_id } => Ok(Done::Unsubscribed(chat_id)),
        SocketAction::Send { chat_id, idempotency_key, entry } => {
            let chat = OwnedChat::find(&state, user.id, chat_id).await?;
            let path = format!("/chats/{chat_id}/history");
            let key = IdempotencyKey::new(idempotency_key.as_deref(), &Method::POST, &path)?;
            let (_, _, added) =
                messages::add(State(state), chat, language, Wait::default(), key, Json(entry)).await?;
            answered(added)
        }
        SocketAction::Decide { run_id, decision } => {
            let run = run(run_id).await?;
            answered(runs::decide(State(state), CurrentUser(user), run, language, Json(decision)).await?)
        }
        SocketAction::Answer { run_id, answer } => {
            let run = run(run_id).await?;
            answered(runs::answer(State(state), run, language, Json(answer)).await?)
        }
        SocketAction::Cancel { run_id } => {
            let run = run(run_id).await?;
            answered(runs::cancel(State(state), run, language).await?)
        }
        SocketAction::Pause { run_id } => {
            let run = run(run_id).await?;
            answered(runs::pause(State(state), run, language).await?)
        }
        SocketAction::Resume { run_id } => {
            let run = run(run_id).await?;
            answered(runs::resume(State(state), run, language).await?)
        }
        SocketAction::Ping => Ok(Done::Answered(None)),
    }
}

fn answered(Json(body): Json<impl Serialize>) -> Result<Done, ApiError> {
    let body = to_raw_value(&body).map_err(ApiError::internal)?;
    Ok(Done::Answered(Some(body)))
}
