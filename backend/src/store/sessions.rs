//! Cookie sessions of browsers.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use protocol::ids::UserId;

use super::Connection;
use super::schema::sessions;

/// A session.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct SessionRow {
    /// SHA-256 of the id in the cookie, in hexadecimal.
    pub id: String,
    /// The user who is logged in, if any.
    pub user_id: Option<UserId>,
    /// The session's values, as JSON.
    pub data: serde_json::Value,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

/// Inserts or replaces a session.
pub async fn save(conn: &mut Connection, session: &SessionRow) -> QueryResult<()> {
    diesel::insert_into(sessions::table)
        .values(session)
        .on_conflict(sessions::id)
        .do_update()
        .set((
            sessions::user_id.eq(excluded(sessions::user_id)),
            sessions::data.eq(excluded(sessions::data)),
            sessions::expires_at.eq(excluded(sessions::expires_at)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The session, unless it has expired.
pub async fn find(conn: &mut Connection, id: &str, now: DateTime<Utc>) -> QueryResult<Option<SessionRow>> {
    sessions::table
        .find(id)
        .filter(sessions::expires_at.gt(now))
        .select(SessionRow::as_select())
        .first(conn)
        .await
        .optional()
}

/// Deletes a session.
pub async fn delete(conn: &mut Connection, id: &str) -> QueryResult<()> {
    diesel::delete(sessions::table.find(id)).execute(conn).await?;
    Ok(())
}

/// Deletes expired sessions; returns how many.
pub async fn delete_expired(conn: &mut Connection, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(sessions::table.filter(sessions::expires_at.le(now))).execute(conn).await
}

/// Deletes all sessions of a user.
pub async fn delete_of_user(conn: &mut Connection, user_id: UserId) -> QueryResult<()> {
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user_id))).execute(conn).await?;
    Ok(())
}
