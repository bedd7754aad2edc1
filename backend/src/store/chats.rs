//! Conversations.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, UserId};

use super::Connection;
use super::runs::{AT_WORK, RunState};
use super::schema::{chats, runs, users};

diesel::joinable!(chats -> users (user_id));

/// A conversation's row.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = chats)]
pub struct ChatRow {
    /// Its id.
    pub id: ChatId,
    /// Who owns it.
    pub user_id: UserId,
    /// Empty until the first message gives it.
    pub title: String,
    /// The number of its newest event.
    pub last_seq: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When something last happened.
    pub updated_at: DateTime<Utc>,
    /// The approval policy; absent: as the person set it for all chats.
    pub approval: Option<serde_json::Value>,
}

/// Stores an empty conversation.
pub async fn insert(conn: &mut Connection, user_id: UserId, now: DateTime<Utc>) -> QueryResult<ChatRow> {
    let row = ChatRow {
        id: ChatId::generate(),
        user_id,
        title: String::new(),
        last_seq: 0,
        created_at: now,
        updated_at: now,
        approval: None,
    };
    diesel::insert_into(chats::table).values(row).returning(ChatRow::as_returning()).get_result(conn).await
}

/// The conversation, if it is that person's.
pub async fn find_owned(conn: &mut Connection, id: ChatId, user_id: UserId) -> QueryResult<Option<ChatRow>> {
    chats::table
        .find(id)
        .filter(chats::user_id.eq(user_id))
        .select(ChatRow::as_select())
        .first(conn)
        .await
        .optional()
}

/// The conversation, whoever owns it.
///
/// # Errors
/// When the database fails or there is none.
pub async fn get(conn: &mut Connection, id: ChatId) -> QueryResult<ChatRow> {
    chats::table.find(id).select(ChatRow::as_select()).first(conn).await
}

/// The person's conversations with the state of each one's current run, newest activity first.
pub async fn list(conn: &mut Connection, user_id: UserId) -> QueryResult<Vec<(ChatRow, Option<RunState>)>> {
    let current_run_state = runs::table
        .filter(runs::chat_id.eq(chats::id))
        .order((runs::state.eq_any(AT_WORK).desc(), runs::state.eq(RunState::Queued).desc(), runs::id.desc()))
        .limit(1)
        .select(runs::state)
        .single_value();
    chats::table
        .filter(chats::user_id.eq(user_id))
        .order((chats::updated_at.desc(), chats::id.desc()))
        .select((ChatRow::as_select(), current_run_state))
        .load(conn)
        .await
}

/// Stores a conversation that begins with a copy of another one's log.
pub async fn insert_row(conn: &mut Connection, row: &ChatRow) -> QueryResult<()> {
    diesel::insert_into(chats::table).values(row).execute(conn).await?;
    Ok(())
}

/// Notes the number of the newest entry, when several were stored at once.
pub async fn set_last_seq(conn: &mut Connection, id: ChatId, seq: i64) -> QueryResult<()> {
    diesel::update(chats::table.find(id)).set(chats::last_seq.eq(seq)).execute(conn).await?;
    Ok(())
}

/// Gives a conversation a title.
pub async fn set_title(conn: &mut Connection, id: ChatId, title: &str) -> QueryResult<ChatRow> {
    diesel::update(chats::table.find(id))
        .set(chats::title.eq(title))
        .returning(ChatRow::as_returning())
        .get_result(conn)
        .await
}

/// Sets a conversation's approval policy; `None`: as for all others.
pub async fn set_approval(
    conn: &mut Connection,
    id: ChatId,
    approval: Option<serde_json::Value>,
) -> QueryResult<ChatRow> {
    diesel::update(chats::table.find(id))
        .set(chats::approval.eq(approval))
        .returning(ChatRow::as_returning())
        .get_result(conn)
        .await
}

/// The approval policies of a conversation and of its person.
///
/// # Errors
/// When the database fails or there is no such chat.
pub async fn approval(
    conn: &mut Connection,
    id: ChatId,
) -> QueryResult<(Option<serde_json::Value>, Option<serde_json::Value>)> {
    chats::table
        .inner_join(users::table)
        .filter(chats::id.eq(id))
        .select((chats::approval, users::approval))
        .first(conn)
        .await
}

/// Keeps others from writing to a conversation's log until the transaction ends. Rows that belong to it may come and go.
///
/// # Errors
/// When the database fails or there is none.
pub async fn lock(conn: &mut Connection, id: ChatId) -> QueryResult<ChatRow> {
    chats::table.find(id).select(ChatRow::as_select()).for_no_key_update().first(conn).await
}

/// Takes the next number of a conversation's log. The row stays locked until the transaction ends, so the
/// numbers have no gaps and no two writers share one.
///
/// # Errors
/// When the chat is gone.
pub async fn next_seq(conn: &mut Connection, id: ChatId, now: DateTime<Utc>) -> QueryResult<i64> {
    diesel::update(chats::table.find(id))
        .set((chats::last_seq.eq(chats::last_seq + 1), chats::updated_at.eq(now)))
        .returning(chats::last_seq)
        .get_result(conn)
        .await
}

/// Deletes a conversation and all that belongs to it.
pub async fn delete(conn: &mut Connection, id: ChatId) -> QueryResult<()> {
    diesel::delete(chats::table.find(id)).execute(conn).await?;
    Ok(())
}
