//! Creates, reads, changes and deletes chats.

mod attachments;
pub mod forks;
pub mod new_message;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use protocol::ids::{ChatId, UserId};
use protocol::transcript::approval::ApprovalPolicy;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::blobs::{BlobCollector, CollectError};
use crate::database::{DatabaseError, from_database};
use crate::services::chats::new_message::{MessageError, NewMessage, Written};
use crate::services::desktops::{DesktopError, Desktops};
use crate::services::event_log::EventLog;
use crate::services::files::FileView;
use crate::services::idempotency::{IdempotencyError, Idempotent};
use crate::services::locales::Locales;
use crate::services::messages::Message;
use crate::services::quotas::Quotas;
use crate::services::runs::supervisor::Supervisor;
use crate::services::spending;
use crate::store::chat_limits::ChatLimits;
use crate::store::chats::{ChatPosition, ChatRow};
use crate::store::desktops::DesktopRow;
use crate::store::messages::MessageRow;
use crate::store::model_choice::ModelChoice;
use crate::store::runs::{Run, RunState};
use crate::store::{Connection, Page, blobs, chats, desktops, files, messages, runs};
use crate::text::visible;

/// A chat.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Chat {
    /// Identifies the chat.
    pub id: ChatId,
    /// The title; empty until the first message.
    pub title: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When an event was last appended.
    pub updated_at: DateTime<Utc>,
    /// The state of the active run; without one that of the newest queued run, else of the newest.
    pub run_state: Option<RunState>,
    /// Which actions need approval in this chat; `null` means that the user's default policy applies.
    #[schema(value_type = Option<ApprovalPolicy>)]
    pub approval: Option<Value>,
    /// The model of this chat; `null` means that the user's default applies.
    #[serde(default)]
    #[schema(value_type = Option<ModelChoice>)]
    pub model_choice: Option<Value>,
    /// What this chat may cost, and how long its runs may work; `null`: the chat has no limits of its own.
    #[serde(default)]
    #[schema(value_type = Option<ChatLimits>)]
    pub limits: Option<Value>,
}

impl Chat {
    /// Combines a row with the state of its current run.
    #[must_use]
    pub fn new(row: ChatRow, run_state: Option<RunState>) -> Self {
        let ChatRow { id, title, created_at, updated_at, approval, model_choice, limits, .. } = row;
        Self { id, title, created_at, updated_at, run_state, approval, model_choice, limits }
    }
}

/// A chat with its messages.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ChatWithHistory {
    /// The chat.
    #[serde(flatten)]
    pub chat: Chat,
    /// The active run; without one the newest queued, else the newest.
    pub run: Option<Run>,
    /// The newest effective messages, oldest first.
    pub messages: Vec<Message>,
    /// Set if there are earlier messages: `GET /chats/{chat_id}/messages?before=` this number returns them.
    #[serde(default)]
    pub messages_before: Option<i64>,
}

/// Maximum length of a title, in characters.
pub const MAX_TITLE_CHARS: usize = 200;

/// The chat operations of the API.
#[derive(Clone)]
pub struct Chats {
    /// Appends events and publishes them.
    pub log: EventLog,
    /// Starts and removes their desktops.
    pub desktops: Desktops,
    /// Drives their runs.
    pub supervisor: Supervisor,
    /// Deletes the blobs of deleted chats.
    pub blobs: BlobCollector,
    /// Says which time zone and language apply.
    pub locales: Locales,
    /// How many runs there may be.
    pub quotas: Quotas,
}

/// Changes to a chat; `None` leaves a field unchanged.
#[derive(Debug, Default)]
pub struct ChatChanges {
    /// The new title.
    pub title: Option<String>,
    /// The new approval policy; `Some(None)` restores the user's default.
    pub approval: Option<Option<ApprovalPolicy>>,
    /// The new model; `Some(None)` restores the user's default. The caller has checked it.
    pub model_choice: Option<Option<ModelChoice>>,
    /// The new limits; `Some(None)`: there are none.
    pub limits: Option<Option<ChatLimits>>,
}

/// What a new chat begins with.
#[derive(Debug, Default)]
pub struct ChatStart {
    /// Its model; `None`: the user's default. The caller has checked it.
    pub model_choice: Option<ModelChoice>,
    /// Its limits.
    pub limits: ChatLimits,
}

/// Why a chat can't be created, changed or deleted. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// The title is empty or too long.
    #[error("Give the chat a title of 1 to {MAX_TITLE_CHARS} characters.")]
    TitleInvalid,
    /// A limit is out of range.
    #[error("A limit of the chat is out of range: {0:?}")]
    LimitsInvalid(ChatLimits),
    /// Its first message can't be stored.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The idempotency key can't be used.
    #[error(transparent)]
    Key(#[from] IdempotencyError),
    /// Its desktop could not be removed.
    #[error(transparent)]
    Desktop(#[from] DesktopError),
    /// Its blobs could not be deleted.
    #[error(transparent)]
    Blobs(#[from] CollectError),
    /// Its rows could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// An event does not have the expected shape.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(ChatError);

impl Chats {
    /// The user's chats whose title contains `title`, most recently active first.
    pub async fn list(
        &self,
        user_id: UserId,
        title: &str,
        page: Page<ChatPosition>,
    ) -> Result<Vec<Chat>, ChatError> {
        let mut conn = self.log.database.connection().await?;
        let rows = chats::list(&mut conn, user_id, title, page).await?;
        Ok(rows.into_iter().map(|(row, run_state)| Chat::new(row, run_state)).collect())
    }

    /// A chat with its current run and its newest messages, at most `limit`.
    ///
    /// # Errors
    /// When the chat is gone.
    pub async fn get(&self, chat_id: ChatId, limit: i64) -> Result<ChatWithHistory, ChatError> {
        let mut conn = self.log.database.connection().await?;
        let row = chats::get(&mut conn, chat_id).await?;
        let run = runs::current(&mut conn, chat_id).await?;
        drop(conn);
        let (messages, messages_before) = self.messages_before(chat_id, i64::MAX, limit).await?;
        let chat = Chat::new(row, run.as_ref().map(|run| run.state));
        Ok(ChatWithHistory { chat, run, messages, messages_before })
    }

    /// The newest messages before the event `seq`, oldest first, at most `limit`; and before which number there are
    /// others, if there are.
    pub async fn messages_before(
        &self,
        chat_id: ChatId,
        seq: i64,
        limit: i64,
    ) -> Result<(Vec<Message>, Option<i64>), ChatError> {
        let mut conn = self.log.database.connection().await?;
        Ok(messages_before(&mut conn, chat_id, seq, limit).await?)
    }

    /// The messages of a chat from the event `seq` on.
    pub async fn messages_since(&self, chat_id: ChatId, seq: i64) -> Result<Vec<Message>, ChatError> {
        let mut conn = self.log.database.connection().await?;
        Ok(decoded(messages::since(&mut conn, chat_id, seq).await?)?)
    }

    /// The chat's files: its desktop's outputs, then the uploads that its messages name.
    pub async fn files(&self, chat_id: ChatId) -> Result<Vec<FileView>, ChatError> {
        let mut conn = self.log.database.connection().await?;
        let outputs = files::outputs(&mut conn, chat_id).await?.into_iter().map(FileView::from);
        let uploads = files::uploads(&mut conn, chat_id).await?.into_iter();
        let uploads =
            uploads.map(|upload| FileView { path: Some(upload.path), ..FileView::from(upload.file) });
        Ok(outputs.chain(uploads).collect())
    }

    /// Creates a chat, with or without a first message. With an idempotency key, a repeated call returns the
    /// recorded answer.
    ///
    /// # Errors
    /// When the message is invalid or names a file of somebody else.
    pub async fn create(
        &self,
        user_id: UserId,
        start: ChatStart,
        message: Option<NewMessage>,
        call: &Idempotent<ChatWithHistory>,
    ) -> Result<ChatWithHistory, ChatError> {
        if let Some(message) = &message {
            new_message::check(message)?;
        }
        let model = start.model_choice.map(serde_json::to_value).transpose();
        let model = model.context("encoding a model choice")?;
        let limits = limits_json(Some(start.limits))?;
        let now = self.log.clock.now();
        let mut conn = self.log.database.connection().await?;
        let (answer, written, is_new) = conn
            .transaction(async |conn| {
                if let Some(answer) = call.replay(conn, now).await? {
                    return Ok::<_, ChatError>((answer, None, false));
                }
                let chat = chats::insert(conn, user_id, model, limits, now).await?;
                let written = match message {
                    Some(message) => {
                        Some(new_message::write(conn, self, user_id, chat.id, message, now).await?)
                    }
                    None => None,
                };
                let answer = begun(chat, written.as_ref());
                call.record(conn, &answer).await?;
                Ok((answer, written, true))
            })
            .await?;
        match written {
            Some(written) => written.announce(self),
            // The first message will follow soon.
            None if is_new => self.desktops.prewarm(answer.chat.id),
            None => {}
        }
        Ok(answer)
    }

    /// Changes a chat's title, approval policy, model or limits.
    ///
    /// # Errors
    /// When the title is invalid, or a limit is out of range.
    pub async fn change(&self, chat: ChatRow, changes: ChatChanges) -> Result<Chat, ChatError> {
        let title = changes.title.as_deref().map(checked_title).transpose()?;
        let title = title.as_deref();
        let policy = changes.approval.map(|policy| policy.map(serde_json::to_value).transpose()).transpose();
        let policy = policy.context("encoding an approval policy")?;
        let model = changes.model_choice.map(|model| model.map(serde_json::to_value).transpose()).transpose();
        let model = model.context("encoding a model choice")?;
        let limits = changes.limits.map(limits_json).transpose()?;
        let mut conn = self.log.database.connection().await?;
        let (row, run) = conn
            .transaction(async |conn| {
                let mut row = chat;
                if let Some(policy) = policy {
                    row = chats::set_approval(conn, row.id, policy).await?;
                }
                if let Some(model) = model {
                    row = chats::set_model_choice(conn, row.id, model).await?;
                }
                if let Some(limits) = limits {
                    row = chats::set_limits(conn, row.id, limits).await?;
                }
                if let Some(title) = title {
                    row = chats::set_title(conn, row.id, title).await?;
                }
                let run = runs::current(conn, row.id).await?;
                Ok::<_, ChatError>((row, run))
            })
            .await?;
        Ok(Chat::new(row, run.map(|run| run.state)))
    }

    /// Deletes a chat: stops its runs, deletes its rows, then its desktop with the home folder, then its
    /// blobs. The deletion is final once the rows are gone. If the process dies after that, the next start
    /// removes the desktop, and the blobs once they are ten minutes old.
    ///
    /// # Errors
    /// When the database, the desktop's provider or the disk fails.
    pub async fn delete(&self, chat_id: ChatId) -> Result<(), ChatError> {
        let mut conn = self.log.database.connection().await?;
        runs::cancel_undriven(&mut conn, chat_id, self.log.clock.now()).await?;
        drop(conn);
        self.supervisor.abandon_chat(chat_id).await;
        self.delete_rows_and_rest(chat_id, None).await?;
        Ok(())
    }

    /// Deletes a chat unless an event was appended since `last_used`. Returns whether it did.
    ///
    /// # Errors
    /// As [`Self::delete`].
    pub async fn delete_if_unused(
        &self,
        chat_id: ChatId,
        last_used: DateTime<Utc>,
    ) -> Result<bool, ChatError> {
        self.delete_rows_and_rest(chat_id, Some(last_used)).await
    }

    async fn delete_rows_and_rest(
        &self,
        chat_id: ChatId,
        last_used: Option<DateTime<Utc>>,
    ) -> Result<bool, ChatError> {
        let mut conn = self.log.database.connection().await?;
        let (desktop, hashes) = loop {
            let deleted = conn
                .transaction(async |conn| {
                    if !chats::lock_for_deletion(conn, chat_id).await? {
                        return Ok(Deletion::TryAgain);
                    }
                    if last_used.is_some() && chats::last_used(conn, chat_id).await? != last_used {
                        return Ok(Deletion::Used);
                    }
                    spending::settle_chat(conn, chat_id, self.log.clock.now()).await?;
                    let desktop = desktops::find_by_chat(conn, chat_id).await?;
                    let hashes = blobs::of_chat(conn, chat_id).await?;
                    chats::delete(conn, chat_id).await?;
                    diesel::QueryResult::Ok(Deletion::Done { desktop, hashes })
                })
                .await?;
            match deleted {
                Deletion::Done { desktop, hashes } => break (desktop, hashes),
                Deletion::Used => return Ok(false),
                Deletion::TryAgain => {}
            }
        };
        drop(conn);
        if let Some(desktop) = desktop {
            self.desktops.remove(chat_id, desktop.id).await?;
        }
        for sha256 in hashes {
            self.blobs.remove_if_unreferenced(&sha256).await?;
        }
        Ok(true)
    }
}

/// What came of an attempt to delete the rows of a chat.
enum Deletion {
    /// They are gone; the desktop and the blobs are left.
    Done { desktop: Option<DesktopRow>, hashes: Vec<String> },
    /// An event was appended in the meantime.
    Used,
    /// A run came in between.
    TryAgain,
}

async fn messages_before(
    conn: &mut Connection,
    chat_id: ChatId,
    seq: i64,
    limit: i64,
) -> anyhow::Result<(Vec<Message>, Option<i64>)> {
    let mut rows = messages::before(conn, chat_id, seq, limit + 1).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let before = rows.get(limit).map(|earlier| earlier.seq + 1);
    rows.truncate(limit);
    rows.reverse();
    Ok((decoded(rows)?, before))
}

fn decoded(rows: Vec<MessageRow>) -> anyhow::Result<Vec<Message>> {
    let messages: serde_json::Result<Vec<Message>> = rows.into_iter().map(Message::try_from).collect();
    messages.context("reading a chat's messages")
}

fn begun(chat: ChatRow, written: Option<&Written>) -> ChatWithHistory {
    match written {
        None => ChatWithHistory {
            chat: Chat::new(chat, None),
            run: None,
            messages: Vec::new(),
            messages_before: None,
        },
        Some(Written { message, run, chat, .. }) => ChatWithHistory {
            chat: Chat::new(chat.clone(), Some(run.state)),
            run: Some(run.clone()),
            messages: vec![message.clone()],
            messages_before: None,
        },
    }
}

/// Limits as they are stored.
fn limits_json(limits: Option<ChatLimits>) -> Result<Option<Value>, ChatError> {
    let Some(limits) = limits.filter(|limits| !limits.is_empty()) else { return Ok(None) };
    let ChatLimits { max_turns, max_minutes, .. } = limits;
    let in_range = max_turns.is_none_or(|turns| ChatLimits::TURNS.contains(&turns))
        && max_minutes.is_none_or(|minutes| ChatLimits::MINUTES.contains(&minutes));
    if !in_range {
        return Err(ChatError::LimitsInvalid(limits));
    }
    Ok(Some(serde_json::to_value(limits).context("encoding the limits of a chat")?))
}

fn checked_title(title: &str) -> Result<String, ChatError> {
    let title = visible(title).trim().to_owned();
    if title.is_empty() || title.chars().count() > MAX_TITLE_CHARS {
        return Err(ChatError::TitleInvalid);
    }
    Ok(title)
}
