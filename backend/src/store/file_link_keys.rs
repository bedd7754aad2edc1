//! Keys that sign the download links of files.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::FileId;

use super::Connection;
use super::files::FileRow;
use super::schema::{file_link_keys, files};

/// The file's key. Inserts `new` if it has none; concurrent calls return the same key.
pub async fn get_or_insert(
    conn: &mut Connection,
    file_id: FileId,
    new: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Vec<u8>> {
    diesel::insert_into(file_link_keys::table)
        .values((
            file_link_keys::file_id.eq(file_id),
            file_link_keys::secret.eq(new),
            file_link_keys::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    file_link_keys::table.find(file_id).select(file_link_keys::secret).first(conn).await
}

/// A file that has a key, and the key.
pub async fn find(conn: &mut Connection, file_id: FileId) -> QueryResult<Option<(FileRow, Vec<u8>)>> {
    file_link_keys::table
        .inner_join(files::table)
        .filter(file_link_keys::file_id.eq(file_id))
        .select((FileRow::as_select(), file_link_keys::secret))
        .first(conn)
        .await
        .optional()
}

/// Deletes the file's key.
pub async fn delete(conn: &mut Connection, file_id: FileId) -> QueryResult<()> {
    diesel::delete(file_link_keys::table.find(file_id)).execute(conn).await?;
    Ok(())
}
