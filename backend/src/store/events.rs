//! The log of each chat.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, EventId, RunId};

use super::schema::{events, runs};
use super::text_enum::text_enum;
use super::{Connection, chats};

text_enum! {
    /// What kind of event it is; decides the shape of the payload.
    EventKind {
        /// A person's message.
        Message = "message",
        /// A turn of the model.
        AssistantTurn = "assistant_turn",
        /// A person is asked whether a call may be done.
        ApprovalRequest = "approval_request",
        /// A person's decision on a call.
        Decision = "decision",
        /// A call is about to be done.
        CallStarted = "call_started",
        /// The answer to a tool call.
        ToolResult = "tool_result",
        /// A person's answer to a question of the model.
        Answer = "answer",
        /// A person controlled the desktop and has handed it back.
        Takeover = "takeover",
        /// What a stretch of work used in all.
        UsageTotal = "usage_total",
        /// A run changed its state.
        RunState = "run_state",
        /// A file landed in an output folder of the desktop.
        File = "file",
    }
}

diesel::joinable!(events -> runs (run_id));

/// One entry of a chat's log.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = events)]
pub struct EventRow {
    /// Its id; that of a message or turn is the message's id.
    pub id: EventId,
    /// The chat.
    pub chat_id: ChatId,
    /// Its number in the chat, from 1, without gaps.
    pub seq: i64,
    /// The run that it came from.
    pub run_id: Option<RunId>,
    /// What kind.
    pub kind: EventKind,
    /// What happened.
    pub payload: serde_json::Value,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Entries that are read at once, however small they are.
const PAGE: i64 = 500;

/// An entry to append.
pub struct NewEvent {
    /// The run that it came from.
    pub run_id: Option<RunId>,
    /// What kind.
    pub kind: EventKind,
    /// What happened.
    pub payload: serde_json::Value,
}

/// Appends an entry. To be called in a transaction.
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

/// Stores entries that are numbered already. The chat's row says the last number.
pub async fn insert_numbered(conn: &mut Connection, rows: &[EventRow]) -> QueryResult<()> {
    diesel::insert_into(events::table).values(rows).execute(conn).await?;
    Ok(())
}

/// The entries after `seq`, in order, at most `limit`.
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

/// The next entries after `seq`, in order: as many as have so many bytes together, at least one if there is one.
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

/// The entries of some kinds, in order.
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

/// The entries of some kinds that count, in order: those of withdrawn runs do not.
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
