//! Screenshots that events refer to.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::ChatId;

use super::Connection;
use super::schema::screenshots;

/// Records that a chat refers to a screenshot.
pub async fn insert(
    conn: &mut Connection,
    chat_id: ChatId,
    sha256: &str,
    media_type: &str,
) -> QueryResult<()> {
    diesel::insert_into(screenshots::table)
        .values((
            screenshots::chat_id.eq(chat_id),
            screenshots::sha256.eq(sha256),
            screenshots::media_type.eq(media_type),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

/// The media type of a screenshot of this chat.
pub async fn media_type(conn: &mut Connection, chat_id: ChatId, sha256: &str) -> QueryResult<Option<String>> {
    screenshots::table.find((chat_id, sha256)).select(screenshots::media_type).first(conn).await.optional()
}

/// The hash and media type of each screenshot of a chat.
pub async fn of_chat(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Vec<(String, String)>> {
    screenshots::table
        .filter(screenshots::chat_id.eq(chat_id))
        .select((screenshots::sha256, screenshots::media_type))
        .load(conn)
        .await
}
