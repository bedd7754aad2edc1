//! Cookie sessions of browsers.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::UserId;
use uuid::Uuid;

use super::Connection;
use super::schema::{sessions, users};
use super::users::{User, can_log_in};

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
    /// What the user knows it by.
    pub public_id: Uuid,
    /// The `User-Agent` of the login.
    pub client: String,
    /// The address of the login, if it is known.
    pub address: Option<String>,
    /// When the browser logged in.
    pub created_at: DateTime<Utc>,
    /// The last use, within a minute.
    pub last_used_at: DateTime<Utc>,
}

/// Inserts a session.
pub async fn insert(conn: &mut Connection, session: &SessionRow) -> QueryResult<()> {
    diesel::insert_into(sessions::table).values(session).execute(conn).await?;
    Ok(())
}

/// Replaces the values of a session. One that was deleted meanwhile does not come back.
pub async fn update(
    conn: &mut Connection,
    id: &str,
    user_id: Option<UserId>,
    data: &serde_json::Value,
    expires_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(sessions::table.find(id))
        .set((sessions::user_id.eq(user_id), sessions::data.eq(data), sessions::expires_at.eq(expires_at)))
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

/// Who is logged in with a session, and when it was last used; `None` if it has expired.
pub async fn find_user(
    conn: &mut Connection,
    id: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<(User, DateTime<Utc>)>> {
    sessions::table
        .inner_join(users::table)
        .filter(can_log_in())
        .filter(sessions::id.eq(id))
        .filter(sessions::expires_at.gt(now))
        .select((User::as_select(), sessions::last_used_at))
        .first(conn)
        .await
        .optional()
}

/// The sessions of a user, the one used last first.
pub async fn list(
    conn: &mut Connection,
    user_id: UserId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<SessionRow>> {
    sessions::table
        .filter(sessions::user_id.eq(user_id))
        .filter(sessions::expires_at.gt(now))
        .order(sessions::last_used_at.desc())
        .select(SessionRow::as_select())
        .load(conn)
        .await
}

/// Notes that a session was used.
pub async fn note_use(conn: &mut Connection, id: &str, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(sessions::table.find(id)).set(sessions::last_used_at.eq(now)).execute(conn).await?;
    Ok(())
}

/// Deletes a session.
pub async fn delete(conn: &mut Connection, id: &str) -> QueryResult<()> {
    diesel::delete(sessions::table.find(id)).execute(conn).await?;
    Ok(())
}

/// Deletes the session that a user knows by this id; `false` if there is none.
pub async fn delete_of_user(conn: &mut Connection, user_id: UserId, public_id: Uuid) -> QueryResult<bool> {
    let session =
        sessions::table.filter(sessions::user_id.eq(user_id)).filter(sessions::public_id.eq(public_id));
    Ok(diesel::delete(session).execute(conn).await? > 0)
}

/// Deletes all sessions of a user but one; returns how many.
pub async fn delete_others(conn: &mut Connection, user_id: UserId, keep: Option<&str>) -> QueryResult<usize> {
    let others = sessions::table
        .filter(sessions::user_id.eq(user_id))
        .filter(sessions::id.ne(keep.unwrap_or_default()));
    diesel::delete(others).execute(conn).await
}

/// Deletes the sessions of a user that were used least recently, so that `keep` are left; returns how many.
pub async fn delete_surplus(conn: &mut Connection, user_id: UserId, keep: i64) -> QueryResult<usize> {
    let surplus: Vec<String> = sessions::table
        .filter(sessions::user_id.eq(user_id))
        .order(sessions::last_used_at.desc())
        .offset(keep)
        .select(sessions::id)
        .load(conn)
        .await?;
    if surplus.is_empty() {
        return Ok(0);
    }
    diesel::delete(sessions::table.filter(sessions::id.eq_any(surplus))).execute(conn).await
}

/// Deletes expired sessions; returns how many.
pub async fn delete_expired(conn: &mut Connection, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(sessions::table.filter(sessions::expires_at.le(now))).execute(conn).await
}
