//! The event log of each chat.

use chrono::{DateTime, Utc};
use diesel::dsl::{max, sql};
use diesel::prelude::*;
use diesel::sql_types::Integer;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, EventId, RunId};

use super::runs::{AT_WORK, RunState};
use super::schema::{events, runs};
use super::text_enum::text_enum;
use super::{Connection, ROWS_AT_ONCE, chats, messages};

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
        /// What a vendor bills for an attempt at a turn that came to nothing.
        Spent = "spent",
        /// Another model goes on with a run.
        ModelChanged = "model_changed",
        /// The token usage of one request to the model service, in total.
        UsageTotal = "usage_total",
        /// A change of a run's state.
        RunState = "run_state",
        /// A file was completed in an output folder of the desktop.
        File = "file",
    }
}

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

/// The payload of the message that a run answers.
pub async fn message_of_run(conn: &mut Connection, run_id: RunId) -> QueryResult<Option<serde_json::Value>> {
    events::table
        .filter(events::run_id.eq(run_id))
        .filter(events::kind.eq(EventKind::Message))
        .select(events::payload)
        .first(conn)
        .await
        .optional()
}

/// The payloads of a chat's last turns of the model, the newest first, at most `limit`.
pub async fn last_turns(
    conn: &mut Connection,
    chat_id: ChatId,
    limit: i64,
) -> QueryResult<Vec<serde_json::Value>> {
    events::table
        .filter(events::chat_id.eq(chat_id))
        .filter(events::kind.eq(EventKind::AssistantTurn))
        .order(events::seq.desc())
        .limit(limit)
        .select(events::payload)
        .load(conn)
        .await
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
    after(conn, chat_id, seq, i64::try_from(fitting(&sizes, bytes)).unwrap_or(PAGE)).await
}

/// The newest events before `seq`, oldest first: as many as fit in `bytes` of payload, but at most `limit`, and at
/// least one if there is one.
pub async fn page_before(
    conn: &mut Connection,
    chat_id: ChatId,
    seq: i64,
    limit: i64,
    bytes: i64,
) -> QueryResult<Vec<EventRow>> {
    let newest: Vec<(i64, i32)> = events::table
        .filter(events::chat_id.eq(chat_id))
        .filter(events::seq.lt(seq))
        .order(events::seq.desc())
        .limit(limit)
        .select((events::seq, sql::<Integer>("octet_length(payload::text)")))
        .load(conn)
        .await?;
    let (numbers, sizes): (Vec<i64>, Vec<i32>) = newest.into_iter().unzip();
    let page = &numbers[..fitting(&sizes, bytes).min(numbers.len())];
    let (Some(last), Some(oldest)) = (page.first(), page.last()) else { return Ok(Vec::new()) };
    // By number: an event may have been appended since the sizes were read.
    events::table
        .filter(events::chat_id.eq(chat_id))
        .filter(events::seq.between(*oldest, *last))
        .order(events::seq)
        .select(EventRow::as_select())
        .load(conn)
        .await
}

/// How many of the payloads, in order, fit in `bytes`; at least one.
fn fitting(sizes: &[i32], bytes: i64) -> usize {
    let mut sum = 0;
    let fitting = sizes.iter().take_while(|size| {
        sum += i64::from(**size);
        sum <= bytes
    });
    fitting.count().max(1)
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

/// The number of the first event of the chat's tail: its newest `count` events, and whatever the active run may be
/// waiting for.
pub async fn tail(conn: &mut Connection, chat_id: ChatId, count: i64) -> QueryResult<i64> {
    let start = chats::last_seq(conn, chat_id).await?.unwrap_or(0) - count + 1;
    let active_turn: Option<i64> = events::table
        .inner_join(runs::table)
        .filter(events::chat_id.eq(chat_id))
        .filter(events::kind.eq(EventKind::AssistantTurn))
        .filter(runs::state.eq_any(AT_WORK))
        .select(max(events::seq))
        .first(conn)
        .await?;
    Ok(active_turn.map_or(start, |turn| turn.min(start)).max(1))
}

/// The events before `seq` that say what the events from there on belong to, in order: the messages and the states of
/// the runs that have events there or are not over, and of the last message.
pub async fn context(conn: &mut Connection, chat_id: ChatId, seq: i64) -> QueryResult<Vec<EventRow>> {
    let mut of_runs: Vec<RunId> = events::table
        .filter(events::chat_id.eq(chat_id))
        .filter(events::seq.ge(seq))
        .filter(events::run_id.is_not_null())
        .select(events::run_id.assume_not_null())
        .distinct()
        .load(conn)
        .await?;
    let unfinished = runs::state.eq_any(AT_WORK).or(runs::state.eq(RunState::Queued));
    let unfinished = runs::table.filter(runs::chat_id.eq(chat_id)).filter(unfinished);
    of_runs.extend(unfinished.select(runs::id).load::<RunId>(conn).await?);
    of_runs.extend(messages::last_of_person(conn, chat_id).await?.map(|(_, run_id)| run_id));
    events::table
        .filter(events::run_id.eq_any(of_runs))
        .filter(events::seq.lt(seq))
        .filter(events::kind.eq_any([EventKind::Message, EventKind::RunState]))
        .order(events::seq)
        .select(EventRow::as_select())
        .load(conn)
        .await
}

/// The run's events of these kinds, in order.
pub async fn of_run(conn: &mut Connection, run_id: RunId, kinds: &[EventKind]) -> QueryResult<Vec<EventRow>> {
    events::table
        .filter(events::run_id.eq(run_id))
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
