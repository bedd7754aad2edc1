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

/// Records that a chat refers to all screenshots of another chat. While that one is locked, their blobs are needed, so the
/// caller locks no blob.
pub async fn copy(conn: &mut Connection, from: ChatId, to: ChatId) -> QueryResult<()> {
    let columns = (screenshots::chat_id, screenshots::sha256, screenshots::media_type);
    let copies = screenshots::table.filter(screenshots::chat_id.eq(from)).select((
        to.into_sql::<diesel::sql_types::Uuid>(),
        screenshots::sha256,
        screenshots::media_type,
    ));
    copies.insert_into(screenshots::table).into_columns(columns).execute(conn).await?;
    Ok(())
}
