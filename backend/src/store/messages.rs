//! The messages of all chats, kept beside their events so that they can be listed without decoding the log.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, EventId, RunId};

use super::schema::{messages, runs};
use super::text_enum::text_enum;
use super::{Connection, ROWS_AT_ONCE};

text_enum! {
    /// The author of a message.
    MessageRole {
        /// The person.
        User = "user",
        /// The model.
        Assistant = "assistant",
    }
}

/// A row of `messages`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = messages)]
pub struct MessageRow {
    /// The id of its event.
    pub id: EventId,
    /// The chat.
    pub chat_id: ChatId,
    /// The sequence number of its event.
    pub seq: i64,
    /// The run that it started, or that produced it.
    pub run_id: RunId,
    /// The author.
    pub role: MessageRole,
    /// The text; Markdown if the assistant wrote it. Contains no NUL.
    pub text: String,
    /// JSON that the client attached.
    pub extra_data: serde_json::Value,
    /// The attached files, as a JSON array.
    pub files: serde_json::Value,
    /// When the event was appended.
    pub created_at: DateTime<Utc>,
}

/// Inserts messages. Call it in the transaction that appends their events.
pub async fn insert(conn: &mut Connection, rows: &[MessageRow]) -> QueryResult<()> {
    for part in rows.chunks(ROWS_AT_ONCE) {
        diesel::insert_into(messages::table).values(part).execute(conn).await?;
    }
    Ok(())
}

/// The messages from the event `seq` on, in order, without those of withdrawn runs.
pub async fn since(conn: &mut Connection, chat_id: ChatId, seq: i64) -> QueryResult<Vec<MessageRow>> {
    messages::table
        .inner_join(runs::table)
        .filter(messages::chat_id.eq(chat_id))
        .filter(messages::seq.ge(seq))
        .filter(runs::withdrawn.eq(false))
        .order(messages::seq)
        .select(MessageRow::as_select())
        .load(conn)
        .await
}

/// The newest messages before the event `seq`, newest first, without those of withdrawn runs.
pub async fn before(
    conn: &mut Connection,
    chat_id: ChatId,
    seq: i64,
    limit: i64,
) -> QueryResult<Vec<MessageRow>> {
    messages::table
        .inner_join(runs::table)
        .filter(messages::chat_id.eq(chat_id))
        .filter(messages::seq.lt(seq))
        .filter(runs::withdrawn.eq(false))
        .order(messages::seq.desc())
        .limit(limit)
        .select(MessageRow::as_select())
        .load(conn)
        .await
}

/// The last message of a person in the chat whose run is not withdrawn, and its run.
pub async fn last_of_person(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Option<(EventId, RunId)>> {
    messages::table
        .inner_join(runs::table)
        .filter(messages::chat_id.eq(chat_id))
        .filter(messages::role.eq(MessageRole::User))
        .filter(runs::withdrawn.eq(false))
        .order(messages::seq.desc())
        .select((messages::id, messages::run_id))
        .first(conn)
        .await
        .optional()
}
