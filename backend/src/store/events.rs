//! The event log of each chat.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, EventId, RunId};

use super::schema::{events, runs};
use super::text_enum::text_enum;
use super::{Connection, ROWS_AT_ONCE, chats};

text_enum! {
    /// The kind of an event; determines the shape of its payload.
    EventKind {
        /// A person's message.
        Message = "message",
        /// A turn of the model.
        AssistantTurn = "assistant_turn",
        /// A call needs a person's approval.
        ApprovalRequest = "approval_request",
        /// A person's decision on a call.
        Decision = "decision",
        /// The start of a call, recorded before it is executed.
        CallStarted = "call_started",
        /// The result of a call.
        ToolResult = "tool_result",
        /// A person's answer to the model's question.
        Answer = "answer",
        /// A person's takeover of the desktop, recorded at its end.
        Takeover = "takeover",
        /// The token usage of one request to the model service, in total.
        UsageTotal = "usage_total",
        /// A change of a run's state.
        RunState = "run_state",
        /// A file was completed in an output folder of the desktop.
        File = "file",
    }
}

diesel::joinable!(events -> runs (run_id));

/// A row of `events`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = events)]
pub struct EventRow {
    /// Identifies the event. A message has the id of its event.
    pub id: EventId,
    /// The chat.
    pub chat_id: ChatId,
    /// Its sequence number in the chat, from 1 without gaps.
    pub seq: i64,
    /// The run that it belongs to, if any.
    pub run_id: Option<RunId>,
    /// Determines the shape of the payload.
    pub kind: EventKind,
    /// The details, as JSON.
    pub payload: serde_json::Value,
    /// When it was appended.
    pub created_at: DateTime<Utc>,
}

/// Maximum number of events in a page.
const PAGE: i64 = 500;

/// An event to append.
pub struct NewEvent {
    /// The run that it belongs to, if any.
    pub run_id: Option<RunId>,
    /// Determines the shape of the payload.
    pub kind: EventKind,
    /// The details, as JSON.
    pub payload: serde_json::Value,
}

/// Appends an event and assigns its sequence number. Call it inside a transaction.
///
/// # Errors
/// When the chat is gone.
pub async fn append(
    conn: &mut Connection,
    chat_id: ChatId,
    new: NewEvent,
    now: DateTime<Utc>,
) -> QueryResult<EventRow> {
    let seq = chats::next_seq(conn, chat_id, now).await?;
    let row = EventRow {
        id: EventId::generate(),
        chat_id,
        seq,
        run_id: new.run_id,
        kind: new.kind,
        payload: new.payload,
        created_at: now,
    };
    diesel::insert_into(events::table).values(&row).execute(conn).await?;
    Ok(row)
}

/// Inserts events that have sequence numbers. The caller updates the chat's `last_seq`.
pub async fn insert_numbered(conn: &mut Connection, rows: &[EventRow]) -> QueryResult<()> {
    for part in rows.chunks(ROWS_AT_ONCE) {
        diesel::insert_into(events::table).values(part).execute(conn).await?;
    }
    Ok(())
}

/// At most `limit` events after `seq`, in order.
pub async fn after(
    conn: &mut Connection,
    chat_id: ChatId,
    seq: i64,
    limit: i64,
) -> QueryResult<Vec<EventRow>> {
    events::table
        .filter(events::chat_id.eq(chat_id))
        .filter(events::seq.gt(seq))
        .order(events::seq)
        .limit(limit)
        .select(EventRow::as_select())
        .load(conn)
        .await
}

/// The next events after `seq`, in order: as many as fit in `bytes` of payload, but at least one if there is
/// one.
pub async fn page(
    conn: &mut Connection,
    chat_id: ChatId,
    seq: i64,
    bytes: i64,
) -> QueryResult<Vec<EventRow>> {
    let sizes: Vec<i32> = events::table
        .filter(events::chat_id.eq(chat_id))
        .filter(events::seq.gt(seq))
        .order(events::seq)
        .limit(PAGE)
        .select(sql::<Integer>("octet_length(payload::text)"))
        .load(conn)
        .await?;
    let mut sum = 0;
    let fitting = sizes.iter().take_while(|size| {
        sum += i64::from(**size);
        sum <= bytes
    });
    let fitting = i64::try_from(fitting.count()).unwrap_or(PAGE).max(1);
    after(conn, chat_id, seq, fitting).await
}

/// All events of these kinds, in order.
pub async fn of_kinds(
    conn: &mut Connection,
    chat_id: ChatId,
    kinds: &[EventKind],
) -> QueryResult<Vec<EventRow>> {
    events::table
        .filter(events::chat_id.eq(chat_id))
        .filter(events::kind.eq_any(kinds))
        .order(events::seq)
        .select(EventRow::as_select())
        .load(conn)
        .await
}

/// The effective events of these kinds, in order: all except those of withdrawn runs.
pub async fn effective(
    conn: &mut Connection,
    chat_id: ChatId,
    kinds: &[EventKind],
) -> QueryResult<Vec<EventRow>> {
    events::table
        .left_join(runs::table)
        .filter(events::chat_id.eq(chat_id))
        .filter(events::kind.eq_any(kinds))
        .filter(runs::withdrawn.nullable().is_distinct_from(true))
        .order(events::seq)
        .select(EventRow::as_select())
        .load(conn)
        .await
}
