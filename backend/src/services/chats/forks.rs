//! Forks a chat at one of its messages.

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use protocol::ids::{ChatId, EventId};
use serde_json::Value;

use crate::database::{DatabaseError, from_database};
use crate::services::chats::{Chat, ChatWithHistory, Chats, messages_before};
use crate::services::event_log::run_state_event;
use crate::services::idempotency::{IdempotencyError, Idempotent};
use crate::services::messages;
use crate::services::runs::request::{answers_for_dangling_calls, by_run};
use crate::store::chats::ChatRow;
use crate::store::events::{self, EventKind, EventRow};
use crate::store::messages::MessageRow;
use crate::store::runs::{self, RunState};
use crate::store::{
    Connection, MAX_PAGE, chat_internet, chats, messages as message_rows, screenshots, shown_uploads,
};

/// Why a chat can't be forked. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum ForkError {
    /// The chat has no such message.
    #[error("There is no such message.")]
    NoSuchMessage,
    /// The idempotency key can't be used.
    #[error(transparent)]
    Key(#[from] IdempotencyError),
    /// The log could not be read or copied.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// An event does not have the expected shape.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(ForkError);

impl Chats {
    /// Creates a chat with a copy of another chat's log up to a message. With an idempotency key, a repeated
    /// call returns the recorded answer.
    ///
    /// # Errors
    /// When the chat has no such message.
    pub async fn fork(
        &self,
        chat_id: ChatId,
        message_id: EventId,
        call: &Idempotent<ChatWithHistory>,
    ) -> Result<ChatWithHistory, ForkError> {
        let now = self.log.clock.now();
        let mut conn = self.log.database.connection().await?;
        conn.transaction(async |conn| {
            if let Some(answer) = call.replay(conn, now).await? {
                return Ok::<_, ForkError>(answer);
            }
            let chat = copy(conn, chat_id, message_id, now).await?;
            call.record(conn, &chat).await?;
            Ok(chat)
        })
        .await
    }
}

/// The kinds of event that a fork copies. Files are left out because the fork has a desktop of its own, and
/// costs because the work was paid for once.
const COPIED_KINDS: [EventKind; 10] = [
    EventKind::Message,
    EventKind::AssistantTurn,
    EventKind::ApprovalRequest,
    EventKind::Decision,
    EventKind::CallStarted,
    EventKind::ToolResult,
    EventKind::Answer,
    EventKind::RunState,
    EventKind::Takeover,
    EventKind::ModelChanged,
];

async fn copy(
    conn: &mut Connection,
    chat_id: ChatId,
    message_id: EventId,
    now: DateTime<Utc>,
) -> Result<ChatWithHistory, ForkError> {
    // Keeps the log unchanged until this transaction ends.
    let original = chats::lock(conn, chat_id).await?;
    let log = events::effective(conn, chat_id, &COPIED_KINDS).await?;
    let kept = up_to(log, message_id).ok_or(ForkError::NoSuchMessage)?;
    let mut chat =
        ChatRow { id: ChatId::generate(), last_seq: 0, created_at: now, updated_at: now, ..original };
    chats::insert_row(conn, &chat).await?;
    let rows = renumbered(conn, chat.id, kept, now).await?;
    chat.last_seq = rows.last().map_or(0, |row| row.seq);
    chats::set_last_seq(conn, chat.id, chat.last_seq).await?;
    events::insert_numbered(conn, &rows).await?;
    let messages: Vec<MessageRow> = rows
        .iter()
        .filter_map(|row| messages::of_event(row).transpose())
        .collect::<Result<_, _>>()
        .context("reading a chat's log")?;
    message_rows::insert(conn, &messages).await?;
    screenshots::copy(conn, chat_id, chat.id).await?;
    shown_uploads::copy(conn, chat_id, chat.id).await?;
    let internet = chat_internet::find(conn, chat_id).await?;
    chat_internet::set(conn, chat.id, internet.as_ref()).await?;
    let run = runs::current(conn, chat.id).await?;
    let chat = Chat::new(chat, run.as_ref().map(|run| run.state));
    let (messages, messages_before) = messages_before(conn, chat.id, i64::MAX, MAX_PAGE.into()).await?;
    Ok(ChatWithHistory { chat, run, messages, messages_before })
}

/// The events up to a message, and if it is a model turn, the events of its calls.
fn up_to(log: Vec<EventRow>, message_id: EventId) -> Option<Vec<EventRow>> {
    let at = log.iter().position(|row| row.id == message_id)?;
    let message = &log[at];
    if !matches!(message.kind, EventKind::Message | EventKind::AssistantTurn) {
        return None;
    }
    let run_id = message.run_id;
    let follows = |row: &&EventRow| message.kind == EventKind::AssistantTurn && row.run_id == run_id;
    let after = log[at + 1..].iter().filter(follows);
    let belonging = after.take_while(|row| row.kind != EventKind::AssistantTurn).map(|row| row.id);
    let belonging: Vec<EventId> = belonging.collect();
    let kept = log.into_iter().enumerate();
    let kept = kept.filter(|(place, row)| *place <= at || belonging.contains(&row.id));
    Some(kept.map(|(_, row)| row).collect())
}

/// Copies events to another chat. Their runs are copied too, as runs that have ended.
async fn renumbered(
    conn: &mut Connection,
    chat_id: ChatId,
    kept: Vec<EventRow>,
    now: DateTime<Utc>,
) -> Result<Vec<EventRow>, ForkError> {
    let mut rows: Vec<EventRow> = Vec::new();
    // The copy groups events by run, the order in which the model reads them.
    for entries in by_run(kept) {
        let (state, code) = end_of(&entries);
        let run = runs::insert_ended(conn, chat_id, state, &code, now).await?;
        let answers = answers_for_dangling_calls(entries.clone())?;
        let mut add = |kind: EventKind, mut payload: Value, created_at| {
            if let (EventKind::Message, Some(payload)) = (kind, payload.as_object_mut()) {
                payload.remove("replaces");
            }
            let seq = i64::try_from(rows.len()).unwrap_or(i64::MAX) + 1;
            let id = EventId::generate();
            rows.push(EventRow { id, chat_id, seq, run_id: Some(run.id), kind, payload, created_at });
        };
        for entry in entries.into_iter().filter(|entry| entry.kind != EventKind::RunState) {
            add(entry.kind, entry.payload, entry.created_at);
        }
        for answer in answers {
            let answer = serde_json::to_value(answer).context("encoding a call's answer")?;
            add(EventKind::ToolResult, answer, now);
        }
        add(EventKind::RunState, run_state_event(&run).payload, now);
    }
    Ok(rows)
}

/// How the run of these events ended; the fork cuts off a run that had not ended by then.
fn end_of(entries: &[EventRow]) -> (RunState, String) {
    let last = entries.iter().rfind(|entry| entry.kind == EventKind::RunState);
    let end = last.and_then(|entry| {
        let state: RunState = serde_json::from_value(entry.payload["state"].clone()).ok()?;
        state.is_terminal().then(|| (state, entry.payload["code"].as_str().unwrap_or_default().to_owned()))
    });
    end.unwrap_or((RunState::Cancelled, "forked".to_owned()))
}
