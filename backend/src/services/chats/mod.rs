//! Beginning a chat, and deleting it with all that belongs to it.

pub mod forks;
pub mod messages;

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use protocol::ids::{ChatId, UserId};
use protocol::transcript::approval::ApprovalPolicy;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::problem::ApiError;
use crate::services::chats::messages::{NewMessage, Written};
use crate::services::history::{self, Message};
use crate::services::idempotency::Once;
use crate::services::unneeded_blobs;
use crate::store::chats::ChatRow;
use crate::store::runs::{Run, RunState};
use crate::store::{blobs, chats, desktops, runs};

/// A conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Chat {
    /// Its id.
    pub id: ChatId,
    /// Empty until the first message gives it.
    pub title: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When something last happened.
    pub updated_at: DateTime<Utc>,
    /// Where the run stands that is at work, or else in the queue, or else the newest.
    pub run_state: Option<RunState>,
    /// What needs the person's word here; absent: as the person set it for all chats.
    #[schema(value_type = Option<ApprovalPolicy>)]
    pub approval: Option<Value>,
}

impl Chat {
    /// A conversation whose current run stands there.
    #[must_use]
    pub fn new(row: ChatRow, run_state: Option<RunState>) -> Self {
        let ChatRow { id, title, created_at, updated_at, approval, .. } = row;
        Self { id, title, created_at, updated_at, run_state, approval }
    }
}

/// A conversation with its messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatWithHistory {
    /// The conversation.
    #[serde(flatten)]
    pub chat: Chat,
    /// The run that is at work, or else in the queue, or else the newest.
    pub run: Option<Run>,
    /// All messages, oldest first.
    pub messages: Vec<Message>,
}

/// Begins a chat, with a first message or empty, once for each key. Gives the [`ChatWithHistory`] as it was then.
///
/// # Errors
/// When the message can't be used, names a file that isn't the person's, or the database fails.
pub async fn create(
    state: &AppState,
    user_id: UserId,
    message: Option<NewMessage>,
    once: &Once,
) -> Result<Value, ApiError> {
    if let Some(message) = &message {
        messages::check(message)?;
    }
    let now = state.clock.now();
    let mut conn = state.database.connection().await?;
    let (answer, written, begun_now) = conn
        .transaction(async |conn| {
            if let Some(answer) = once.before(conn, now).await? {
                return Ok::<_, ApiError>((answer, None, None));
            }
            let chat = chats::insert(conn, user_id, now).await?;
            let written = match message {
                Some(message) => Some(messages::write(conn, user_id, chat.id, message, now).await?),
                None => None,
            };
            let chat_id = chat.id;
            let answer = begun(chat, written.as_ref())?;
            once.keep(conn, &answer).await?;
            Ok((answer, written, Some(chat_id)))
        })
        .await?;
    match (written, begun_now) {
        (Some(written), _) => written.announce(state),
        // Somebody is about to write the first message.
        (None, Some(chat_id)) => state.desktops.prewarm(chat_id),
        (None, None) => {}
    }
    Ok(answer)
}

fn begun(chat: ChatRow, written: Option<&Written>) -> Result<Value, ApiError> {
    let answer = match written {
        None => ChatWithHistory { chat: Chat::new(chat, None), run: None, messages: Vec::new() },
        Some(Written { said, run, chat, .. }) => ChatWithHistory {
            chat: Chat::new(chat.clone(), Some(run.state)),
            run: Some(run.clone()),
            messages: history::messages(vec![said.clone()]).map_err(ApiError::Internal)?,
        },
    };
    serde_json::to_value(answer).map_err(|error| ApiError::Internal(error.into()))
}

/// Deletes a chat: its runs are stopped, its rows deleted, then its desktop with the home folder, then its blobs.
/// Once the rows are gone nothing can bring the rest back; what a crash leaves of it is removed at the next start, blobs
/// once they are a day old.
///
/// # Errors
/// When the database, the desktop's provider or the disk fails.
pub async fn delete(state: &AppState, chat_id: ChatId) -> Result<(), ApiError> {
    let mut conn = state.database.connection().await?;
    runs::cancel_undriven(&mut conn, chat_id, state.clock.now()).await?;
    drop(conn);
    state.supervisor.abandon_chat(chat_id).await;
    let mut conn = state.database.connection().await?;
    let (desktop, hashes) = conn
        .transaction(async |conn| {
            let desktop = desktops::find_by_chat(conn, chat_id).await?;
            let hashes = blobs::of_chat(conn, chat_id).await?;
            chats::delete(conn, chat_id).await?;
            diesel::QueryResult::Ok((desktop, hashes))
        })
        .await?;
    drop(conn);
    if let Some(desktop) = desktop {
        state.desktops.remove(chat_id, desktop.id).await?;
    }
    for sha256 in hashes {
        unneeded_blobs::remove_if_unneeded(state, &sha256).await?;
    }
    Ok(())
}
