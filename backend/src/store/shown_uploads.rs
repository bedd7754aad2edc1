//! What a model is shown of a chat's uploads, besides their paths.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, FileId};
use serde_json::Value;

use super::Connection;
use super::files::FileRow;
use super::schema::{chat_uploads, files};

/// An upload that is still to be looked at.
#[derive(Debug, Clone)]
pub struct UnreadUpload {
    /// The file.
    pub file: FileRow,
    /// Its path on the desktop, relative to the home folder.
    pub path: String,
    /// Whether it is on the desktop.
    pub delivered: bool,
}

/// The uploads of a chat that are still to be looked at, oldest first.
pub async fn unread(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Vec<UnreadUpload>> {
    let rows: Vec<(FileRow, String, bool)> = files::table
        .inner_join(chat_uploads::table.on(chat_uploads::file_id.eq(files::id)))
        .filter(chat_uploads::chat_id.eq(chat_id).and(chat_uploads::unread))
        .order(files::id)
        .select((FileRow::as_select(), chat_uploads::path, chat_uploads::delivered_at.is_not_null()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(file, path, delivered)| UnreadUpload { file, path, delivered }).collect())
}

/// Records what the model is shown of an upload from now on: nothing, if `shown` is `None`.
pub async fn set_shown(
    conn: &mut Connection,
    chat_id: ChatId,
    file_id: FileId,
    shown: Option<Value>,
) -> QueryResult<()> {
    diesel::update(chat_uploads::table.find((chat_id, file_id)))
        .set((chat_uploads::unread.eq(false), chat_uploads::shown.eq(shown)))
        .execute(conn)
        .await?;
    Ok(())
}

/// What the model is shown of the uploads of a chat, with their paths.
pub async fn of_chat(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Vec<(String, Value)>> {
    chat_uploads::table
        .filter(chat_uploads::chat_id.eq(chat_id))
        .select((chat_uploads::path, chat_uploads::shown.assume_not_null()))
        .filter(chat_uploads::shown.is_not_null())
        .load(conn)
        .await
}

/// Attaches the uploads of a chat to another one, whose desktop does not have them yet.
pub async fn copy(conn: &mut Connection, from: ChatId, to: ChatId) -> QueryResult<()> {
    let columns = (
        chat_uploads::chat_id,
        chat_uploads::file_id,
        chat_uploads::path,
        chat_uploads::unread,
        chat_uploads::shown,
    );
    let copies = chat_uploads::table.filter(chat_uploads::chat_id.eq(from)).select((
        to.into_sql::<diesel::sql_types::Uuid>(),
        chat_uploads::file_id,
        chat_uploads::path,
        chat_uploads::unread,
        chat_uploads::shown,
    ));
    copies.insert_into(chat_uploads::table).into_columns(columns).execute(conn).await?;
    Ok(())
}
