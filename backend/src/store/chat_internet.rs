//! The egress policies of chats.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::ChatId;

use super::Connection;
use super::schema::chat_internet;

/// The chat's policy, if it has one.
pub async fn find(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Option<serde_json::Value>> {
    chat_internet::table.find(chat_id).select(chat_internet::policy).first(conn).await.optional()
}

/// Sets the chat's policy; `None` removes it.
///
/// # Errors
/// When the chat is gone.
pub async fn set(
    conn: &mut Connection,
    chat_id: ChatId,
    policy: Option<&serde_json::Value>,
) -> QueryResult<()> {
    let Some(policy) = policy else {
        diesel::delete(chat_internet::table.find(chat_id)).execute(conn).await?;
        return Ok(());
    };
    diesel::insert_into(chat_internet::table)
        .values((chat_internet::chat_id.eq(chat_id), chat_internet::policy.eq(policy)))
        .on_conflict(chat_internet::chat_id)
        .do_update()
        .set(chat_internet::policy.eq(policy))
        .execute(conn)
        .await?;
    Ok(())
}
