//! Files that people uploaded or desktops made.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, FileId, UserId};

use super::Connection;
use super::schema::{chat_uploads, files};

/// A file's row.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = files)]
pub struct FileRow {
    /// Its id.
    pub id: FileId,
    /// Who owns it.
    pub user_id: UserId,
    /// The chat whose desktop made it; absent for an upload.
    pub chat_id: Option<ChatId>,
    /// Its name without folders.
    pub name: String,
    /// Such as `text/plain`.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// The blob, in hexadecimal.
    pub sha256: String,
    /// Where a desktop made it, relative to the home folder.
    pub path: Option<String>,
    /// The desktop's time of last change, in milliseconds since 1970.
    pub modified_ms: Option<i64>,
    /// When we got it.
    pub created_at: DateTime<Utc>,
}

/// An upload as a chat sees it.
#[derive(Debug, Clone)]
pub struct ChatUpload {
    /// The file.
    pub file: FileRow,
    /// Where it appears on the desktop, relative to the home folder.
    pub path: String,
}

/// Stores an upload.
pub async fn insert_upload(conn: &mut Connection, row: &FileRow) -> QueryResult<()> {
    diesel::insert_into(files::table).values(row).execute(conn).await?;
    Ok(())
}

/// Stores what a desktop made; a file at the same path is replaced, keeping its id.
pub async fn upsert_output(conn: &mut Connection, row: &FileRow) -> QueryResult<FileRow> {
    diesel::insert_into(files::table)
        .values(row)
        .on_conflict((files::chat_id, files::path))
        .do_update()
        .set((
            files::media_type.eq(excluded(files::media_type)),
            files::size.eq(excluded(files::size)),
            files::sha256.eq(excluded(files::sha256)),
            files::modified_ms.eq(excluded(files::modified_ms)),
            files::created_at.eq(excluded(files::created_at)),
        ))
        .returning(FileRow::as_returning())
        .get_result(conn)
        .await
}

/// The file, if it is that person's.
pub async fn find_owned(conn: &mut Connection, id: FileId, user_id: UserId) -> QueryResult<Option<FileRow>> {
    files::table
        .find(id)
        .filter(files::user_id.eq(user_id))
        .select(FileRow::as_select())
        .first(conn)
        .await
        .optional()
}

/// The person's files, newest first.
pub async fn list(conn: &mut Connection, user_id: UserId) -> QueryResult<Vec<FileRow>> {
    files::table
        .filter(files::user_id.eq(user_id))
        .order(files::id.desc())
        .select(FileRow::as_select())
        .load(conn)
        .await
}

/// What the chat's desktop made, newest first.
pub async fn outputs(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Vec<FileRow>> {
    files::table
        .filter(files::chat_id.eq(chat_id))
        .order((files::created_at.desc(), files::id.desc()))
        .select(FileRow::as_select())
        .load(conn)
        .await
}

/// The uploads that the chat's messages named, in the order of their making.
pub async fn uploads(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Vec<ChatUpload>> {
    let rows: Vec<(FileRow, String)> = files::table
        .inner_join(chat_uploads::table.on(chat_uploads::file_id.eq(files::id)))
        .filter(chat_uploads::chat_id.eq(chat_id))
        .order(files::id)
        .select((FileRow::as_select(), chat_uploads::path))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(file, path)| ChatUpload { file, path }).collect())
}

/// Notes that a chat's message named an upload.
///
/// # Errors
/// When the database fails, or another upload has that path.
pub async fn insert_chat_upload(
    conn: &mut Connection,
    chat_id: ChatId,
    file_id: FileId,
    path: &str,
) -> QueryResult<()> {
    diesel::insert_into(chat_uploads::table)
        .values((
            chat_uploads::chat_id.eq(chat_id),
            chat_uploads::file_id.eq(file_id),
            chat_uploads::path.eq(path),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes a file.
pub async fn delete(conn: &mut Connection, id: FileId) -> QueryResult<()> {
    diesel::delete(files::table.find(id)).execute(conn).await?;
    Ok(())
}
