//! Files that people uploaded or desktops produced.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, FileId, UserId};

use super::schema::{chat_uploads, chats, desktops, files, users};
use super::{Connection, Page};

/// A row of `files`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = files)]
pub struct FileRow {
    /// Identifies the file.
    pub id: FileId,
    /// The owner.
    pub user_id: UserId,
    /// The chat whose desktop produced it; `None` for an upload.
    pub chat_id: Option<ChatId>,
    /// The file name, without folders.
    pub name: String,
    /// The media type, such as `text/plain`.
    pub media_type: String,
    /// Size in bytes.
    pub size: i64,
    /// The SHA-256 of its blob, in hexadecimal.
    pub sha256: String,
    /// Its path on the desktop that produced it, relative to the home folder.
    pub path: Option<String>,
    /// Its modification time on the desktop, in milliseconds since 1970.
    pub modified_ms: Option<i64>,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
    /// The media type that its first bytes tell.
    pub detected_type: Option<String>,
}

/// An upload attached to a chat.
#[derive(Debug, Clone)]
pub struct ChatUpload {
    /// The file.
    pub file: FileRow,
    /// Its path on the desktop, relative to the home folder.
    pub path: String,
    /// Whether it was written to the desktop. The desktop may have changed or deleted it since.
    pub delivered: bool,
    /// Why it could not be written; user-facing.
    pub failure: Option<String>,
}

/// Makes others who store files for a person wait until the transaction ends.
pub async fn lock_of_user(conn: &mut Connection, user_id: UserId) -> QueryResult<()> {
    users::table.find(user_id).select(users::id).for_no_key_update().first::<UserId>(conn).await?;
    Ok(())
}

/// The size of all files and home folders of a person, in bytes.
pub async fn used_bytes(conn: &mut Connection, user_id: UserId) -> QueryResult<u64> {
    let total = diesel::dsl::sql::<BigInt>("coalesce(sum(size), 0)::bigint");
    let of_files: i64 =
        files::table.filter(files::user_id.eq(user_id)).select(total).get_result(conn).await?;
    let total = diesel::dsl::sql::<BigInt>("coalesce(sum(home_bytes), 0)::bigint");
    let of_homes: i64 = desktops::table
        .inner_join(chats::table.on(chats::id.eq(desktops::chat_id)))
        .filter(chats::user_id.eq(user_id))
        .select(total)
        .get_result(conn)
        .await?;
    Ok(of_files.cast_unsigned() + of_homes.cast_unsigned())
}

/// Inserts an upload.
pub async fn insert_upload(conn: &mut Connection, row: &FileRow) -> QueryResult<()> {
    diesel::insert_into(files::table).values(row).execute(conn).await?;
    Ok(())
}

/// Inserts a desktop's output, or replaces the one at the same path, which keeps its id.
pub async fn upsert_output(conn: &mut Connection, row: &FileRow) -> QueryResult<FileRow> {
    diesel::insert_into(files::table)
        .values(row)
        .on_conflict((files::chat_id, files::path))
        .do_update()
        .set((
            files::media_type.eq(excluded(files::media_type)),
            files::detected_type.eq(excluded(files::detected_type)),
            files::size.eq(excluded(files::size)),
            files::sha256.eq(excluded(files::sha256)),
            files::modified_ms.eq(excluded(files::modified_ms)),
            files::created_at.eq(excluded(files::created_at)),
        ))
        .returning(FileRow::as_returning())
        .get_result(conn)
        .await
}

/// The file, if this user owns it.
pub async fn find_owned(conn: &mut Connection, id: FileId, user_id: UserId) -> QueryResult<Option<FileRow>> {
    files::table
        .find(id)
        .filter(files::user_id.eq(user_id))
        .select(FileRow::as_select())
        .first(conn)
        .await
        .optional()
}

/// The user's files, newest first.
pub async fn list(conn: &mut Connection, user_id: UserId, page: Page<FileId>) -> QueryResult<Vec<FileRow>> {
    let mut found = files::table.filter(files::user_id.eq(user_id)).into_boxed();
    if let Some(after) = page.after {
        found = found.filter(files::id.lt(after));
    }
    found
        .order(files::id.desc())
        .offset(page.skip)
        .limit(page.limit + 1)
        .select(FileRow::as_select())
        .load(conn)
        .await
}

/// The files that the chat's desktop produced, newest first.
pub async fn outputs(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Vec<FileRow>> {
    files::table
        .filter(files::chat_id.eq(chat_id))
        .order((files::created_at.desc(), files::id.desc()))
        .select(FileRow::as_select())
        .load(conn)
        .await
}

/// The file that the chat's desktop produced at a path.
pub async fn output(conn: &mut Connection, chat_id: ChatId, path: &str) -> QueryResult<Option<FileRow>> {
    files::table
        .filter(files::chat_id.eq(chat_id))
        .filter(files::path.eq(path))
        .select(FileRow::as_select())
        .first(conn)
        .await
        .optional()
}

/// The uploads that the chat's messages name, oldest first.
pub async fn uploads(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Vec<ChatUpload>> {
    let rows: Vec<(FileRow, String, bool, Option<String>)> = files::table
        .inner_join(chat_uploads::table.on(chat_uploads::file_id.eq(files::id)))
        .filter(chat_uploads::chat_id.eq(chat_id))
        .order(files::id)
        .select((
            FileRow::as_select(),
            chat_uploads::path,
            chat_uploads::delivered_at.is_not_null(),
            chat_uploads::failure,
        ))
        .load(conn)
        .await?;
    let upload = |(file, path, delivered, failure)| ChatUpload { file, path, delivered, failure };
    Ok(rows.into_iter().map(upload).collect())
}

/// Records that an upload was written to the chat's desktop.
pub async fn set_delivered(
    conn: &mut Connection,
    chat_id: ChatId,
    file_id: FileId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(chat_uploads::table.find((chat_id, file_id)))
        .set((chat_uploads::delivered_at.eq(now), chat_uploads::failure.eq(None::<String>)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Records why an upload could not be written to the chat's desktop.
pub async fn set_failure(
    conn: &mut Connection,
    chat_id: ChatId,
    file_id: FileId,
    failure: &str,
) -> QueryResult<()> {
    diesel::update(chat_uploads::table.find((chat_id, file_id)))
        .set(chat_uploads::failure.eq(failure))
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets which uploads were written: all desktops have new home folders.
pub async fn forget_deliveries(conn: &mut Connection) -> QueryResult<usize> {
    diesel::update(chat_uploads::table)
        .set(chat_uploads::delivered_at.eq(None::<DateTime<Utc>>))
        .execute(conn)
        .await
}

/// Attaches an upload to a chat. It is still to be looked at for the model.
///
/// # Errors
/// When another upload of the chat has that path.
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
            chat_uploads::unread.eq(true),
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
