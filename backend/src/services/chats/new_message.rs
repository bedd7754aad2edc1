//! Posts a person's message: one transaction stores it and queues its run.

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use protocol::ids::{ChatId, EventId, FileId, RunId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::database::{DatabaseError, from_database};
use crate::services::chats::Chats;
use crate::services::chats::attachments::attach;
use crate::services::event_log::{self, run_state_event};
use crate::services::idempotency::{IdempotencyError, Idempotent};
use crate::services::messages::{self, Message, MessagePayload};
use crate::services::quotas::QuotaError;
use crate::services::runs::signals::RunSignal;
use crate::store::chats::{self, ChatRow};
use crate::store::events::{EventKind, EventRow, NewEvent};
use crate::store::runs::{self, Run, RunState};
use crate::store::{Connection, control_leases, messages as message_rows, run_traces};
use crate::text::visible;
use crate::words::BackendReason;

/// Maximum length of a message, in characters.
pub const MAX_MESSAGE_CHARS: usize = 200_000;
/// Maximum length of a title taken from the first message, in characters.
const TITLE_CHARS: usize = 60;
/// Maximum size of a message's extra data as JSON, in bytes.
pub const MAX_EXTRA_BYTES: usize = 16 << 10;
/// The number of runs of a chat that may wait in its queue.
pub const MAX_QUEUED: i64 = 50;

/// A message to post.
pub struct NewMessage {
    /// The text.
    pub text: String,
    /// JSON that the client attached.
    pub extra_data: serde_json::Value,
    /// The attached uploads.
    pub file_ids: Vec<FileId>,
    /// The chat's last message, if this one replaces it.
    pub replaces: Option<EventId>,
    /// The model that the message is for, if nobody knows what it costs.
    pub unpriced_model: Option<String>,
}

/// The result of posting a message.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AddedMessage {
    /// The message as stored.
    pub message: Message,
    /// The run that it started; queued if another run is active.
    pub run: Run,
    /// The message and those after it so far.
    pub messages: Vec<Message>,
}

/// Why a message can't be posted. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// It has no text.
    #[error("Write what you want done: the message is empty.")]
    Empty,
    /// It has too much text.
    #[error("A message may have {MAX_MESSAGE_CHARS} characters. Upload longer text as a file.")]
    TooLong,
    /// Its extra data is too large.
    #[error("The extra data of a message may have {MAX_EXTRA_BYTES} bytes as JSON.")]
    ExtraDataTooLarge,
    /// A number of its extra data would not be stored as it is.
    #[error("A number in the extra data of a message has to fit 64 bits. Send larger ones as text.")]
    ExtraDataInexact,
    /// Too many messages of the chat wait already.
    #[error(
        "{MAX_QUEUED} messages of this chat are waiting already. Send this one when some of them have been answered."
    )]
    QueueFull,
    /// The person may have no more runs.
    #[error(transparent)]
    Quota(#[from] QuotaError),
    /// There is a limit on what it may cost, and nobody knows what this model costs.
    #[error("Nobody knows what the model {0} costs, and there is a limit on what the message may cost.")]
    PriceUnknown(String),
    /// It names a file that does not exist or is somebody else's.
    #[error("There is no such file.")]
    NoSuchFile,
    /// It replaces a message that is not the last one.
    #[error("Only the last message of a chat can be replaced.")]
    NotTheLast,
    /// The idempotency key can't be used.
    #[error(transparent)]
    Key(#[from] IdempotencyError),
    /// The message could not be written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// An event does not have the expected shape.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(MessageError);

/// A message and its run, not yet committed.
pub struct Written {
    /// The message.
    pub message: Message,
    /// The run.
    pub run: Run,
    /// The chat, including this message.
    pub chat: ChatRow,
    /// All events of the transaction.
    rows: Vec<EventRow>,
    /// A run to stop because its message was replaced.
    stopped: Option<RunId>,
}

impl Written {
    /// Publishes the events and wakes the supervisor. Call it after the commit.
    pub fn announce(self, chats: &Chats) {
        self.rows.into_iter().for_each(|row| chats.log.announce(row));
        if let Some(run_id) = self.stopped {
            chats.supervisor.signal(run_id, RunSignal::Stop);
        }
        chats.supervisor.wake();
    }
}

/// Whether JSON has a number that was read as a float, though it may have been an integer of more digits.
fn is_inexact(json: &serde_json::Value) -> bool {
    const LARGEST_INTEGER: f64 = 9_223_372_036_854_775_807.0;
    match json {
        serde_json::Value::Number(number) if number.is_f64() => {
            number.as_f64().is_some_and(|number| number.abs() >= LARGEST_INTEGER)
        }
        serde_json::Value::Array(items) => items.iter().any(is_inexact),
        serde_json::Value::Object(fields) => fields.values().any(is_inexact),
        _ => false,
    }
}

/// Validates a message.
///
/// # Errors
/// When it is empty, or has too much or what can't be stored.
pub fn check(message: &NewMessage) -> Result<(), MessageError> {
    if message.text.trim().is_empty() {
        return Err(MessageError::Empty);
    }
    if message.text.chars().count() > MAX_MESSAGE_CHARS {
        return Err(MessageError::TooLong);
    }
    if is_inexact(&message.extra_data) {
        return Err(MessageError::ExtraDataInexact);
    }
    if message.extra_data.to_string().len() > MAX_EXTRA_BYTES {
        return Err(MessageError::ExtraDataTooLarge);
    }
    Ok(())
}

impl Chats {
    /// Stores a message and queues its run. With an idempotency key, a repeated call returns the recorded
    /// answer.
    ///
    /// # Errors
    /// When the message is invalid, names a file of somebody else, or replaces a message that is not the
    /// last.
    pub async fn post(
        &self,
        user_id: UserId,
        chat_id: ChatId,
        message: NewMessage,
        call: &Idempotent<AddedMessage>,
    ) -> Result<AddedMessage, MessageError> {
        check(&message)?;
        let now = self.log.clock.now();
        let mut conn = self.log.database.connection().await?;
        let (answer, written) = conn
            .transaction(async |conn| {
                if let Some(answer) = call.replay(conn, now).await? {
                    return Ok::<_, MessageError>((answer, None));
                }
                let written = write(conn, self, user_id, chat_id, message, now).await?;
                let message = written.message.clone();
                let messages = vec![message.clone()];
                let added = AddedMessage { message, run: written.run.clone(), messages };
                call.record(conn, &added).await?;
                Ok((added, Some(written)))
            })
            .await?;
        if let Some(written) = written {
            written.announce(self);
        }
        Ok(answer)
    }
}

/// Writes a message and its run. Call it inside a transaction.
///
/// # Errors
/// As [`Chats::post`].
pub async fn write(
    conn: &mut Connection,
    Chats { quotas, locales, .. }: &Chats,
    user_id: UserId,
    chat_id: ChatId,
    message: NewMessage,
    now: DateTime<Utc>,
) -> Result<Written, MessageError> {
    let (mut rows, stopped) = match message.replaces {
        Some(replaced) => withdraw(conn, chat_id, replaced, now).await?,
        None => (Vec::from_iter(supersede(conn, chat_id, now).await?), None),
    };
    let chat = chats::lock(conn, chat_id).await?;
    if runs::queued(conn, chat_id).await? >= MAX_QUEUED {
        return Err(MessageError::QueueFull);
    }
    let budgets = quotas.take_run(conn, &chat, now).await?;
    if let (Some(model), false) = (message.unpriced_model, budgets.all().is_empty()) {
        return Err(MessageError::PriceUnknown(model));
    }
    let mut run = runs::insert(conn, chat_id, now).await?;
    if let Some(traceparent) = traces::traceparent() {
        run_traces::insert(conn, run.id, &traceparent).await?;
    }
    if control_leases::is_held(conn, chat_id).await? {
        run = runs::explain(conn, run.id, &BackendReason::BeginsLater.into()).await?;
    }
    let files = attach(conn, user_id, chat_id, &message.file_ids).await?.ok_or(MessageError::NoSuchFile)?;
    let title = title_of(&message.text);
    let NewMessage { text, extra_data, replaces, .. } = message;
    let locale = locales.of_user(conn, user_id).await?;
    let payload = MessagePayload { text, extra_data, files, replaces, locale };
    let payload = serde_json::to_value(payload).context("encoding a message")?;
    let event = NewEvent { run_id: Some(run.id), kind: EventKind::Message, payload };
    let row = event_log::append(conn, chat_id, event, now).await?;
    let message = messages::of_event(&row).and_then(|message| message.map(Message::try_from).transpose());
    let message = message.context("reading a message")?.context("the event is no message")?;
    rows.push(row);
    rows.push(event_log::append(conn, chat_id, run_state_event(&run), now).await?);
    let mut chat = chats::get(conn, chat_id).await?;
    if chat.title.is_empty() {
        chat = chats::set_title(conn, chat_id, &title).await?;
    }
    Ok(Written { message, run, chat, rows, stopped })
}

/// Withdraws the last message: ends its run, or asks it to stop if it is being driven. Neither is part of the
/// model's transcript from now on.
async fn withdraw(
    conn: &mut Connection,
    chat_id: ChatId,
    replaced: EventId,
    now: DateTime<Utc>,
) -> Result<(Vec<EventRow>, Option<RunId>), MessageError> {
    let run_id = run_of_last(conn, chat_id, replaced).await?;
    // The run before the chat: every writer for a run locks them in this order.
    let run = runs::request_cancel(conn, run_id).await?;
    // Keeps the log unchanged until this transaction ends; look again, because a message may have come in
    // before the lock.
    chats::lock(conn, chat_id).await?;
    run_of_last(conn, chat_id, replaced).await?;
    runs::withdraw(conn, run_id).await?;
    if run.state.is_terminal() || run.state == RunState::Running {
        return Ok((Vec::new(), Some(run_id)));
    }
    let reason = BackendReason::MessageReplaced.into();
    let run = runs::finish(conn, run_id, RunState::Cancelled, &reason, now).await?;
    Ok((vec![event_log::append(conn, chat_id, run_state_event(&run), now).await?], None))
}

/// The run of the chat's last message, which must be `message`.
async fn run_of_last(
    conn: &mut Connection,
    chat_id: ChatId,
    message: EventId,
) -> Result<RunId, MessageError> {
    let last = message_rows::last_of_person(conn, chat_id).await?;
    let last = last.filter(|(last, _)| *last == message);
    last.map(|(_, run_id)| run_id).ok_or(MessageError::NotTheLast)
}

/// Ends a run that waits for a decision or an answer, because the person writes a message instead. Its call
/// stays open; the next run tells the model about it.
async fn supersede(
    conn: &mut Connection,
    chat_id: ChatId,
    now: DateTime<Utc>,
) -> Result<Option<EventRow>, MessageError> {
    let Some(run) = runs::lock_awaiting(conn, chat_id).await? else { return Ok(None) };
    let reason = BackendReason::MessageInstead.into();
    let run = runs::finish(conn, run.id, RunState::Cancelled, &reason, now).await?;
    Ok(Some(event_log::append(conn, chat_id, run_state_event(&run), now).await?))
}

/// The first line that is not blank, cut at a word boundary.
fn title_of(text: &str) -> String {
    let line = text.lines().map(visible).map(|line| line.trim().to_owned()).find(|line| !line.is_empty());
    let line = line.unwrap_or_default();
    if line.chars().count() <= TITLE_CHARS {
        return line;
    }
    let cut: String = line.chars().take(TITLE_CHARS).collect();
    let whole_words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{whole_words}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_line_cut_at_a_word() {
        assert_eq!(title_of("\n  hello there \nmore"), "hello there");
        assert_eq!(title_of("\u{1b}\u{202e}\nred \u{1b}[31mtext"), "red [31mtext");
        let long = "word ".repeat(30);
        let title = title_of(&long);
        assert!(title.ends_with("word…") && title.chars().count() <= TITLE_CHARS + 1, "{title}");
    }
}
