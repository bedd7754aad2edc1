//! What people and models said, apart from the rest of the log.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, EventId, RunId};

use super::Connection;
use super::schema::{messages, runs};
use super::text_enum::text_enum;

diesel::joinable!(messages -> runs (run_id));

text_enum! {
    /// Who said it.
    MessageRole {
        /// The person.
        User = "user",
        /// The model.
        Assistant = "assistant",
    }
}

/// A message, as the table keeps it.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = messages)]
pub struct MessageRow {
    /// The event that it is.
    pub id: EventId,
    /// The chat.
    pub chat_id: ChatId,
    /// The number of the event in the chat's log.
    pub seq: i64,
    /// The run that it began, or that it came from.
    pub run_id: RunId,
    /// Who said it.
    pub role: MessageRole,
    /// Markdown from the assistant; has no NUL.
    pub text: String,
    /// What a program sent along.
    pub extra_data: serde_json::Value,
    /// Uploads that came with it, as a JSON array.
    pub files: serde_json::Value,
    /// When the event was appended.
    pub created_at: DateTime<Utc>,
}

/// Stores messages, in the transaction that appends their events.
pub async fn insert(conn: &mut Connection, rows: &[MessageRow]) -> QueryResult<()> {
    diesel::insert_into(messages::table).values(rows).execute(conn).await?;
    Ok(())
}

/// The messages of a chat from that number on, in order, without those of withdrawn runs.
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

/// The last message of the chat's person whose run is not withdrawn, and that run.
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
