//! One-time links for setting a new password, stored as SHA-256.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::UserId;

use super::Connection;
use super::schema::password_links;

/// A link.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = password_links)]
pub struct PasswordLink {
    /// Whose password it sets.
    pub user_id: UserId,
    /// The hash of the token in the link.
    pub token_sha256: Vec<u8>,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

/// Makes this the only link of its user.
///
/// # Errors
/// When there is no such user.
pub async fn replace(conn: &mut Connection, link: &PasswordLink) -> QueryResult<()> {
    diesel::insert_into(password_links::table)
        .values(link)
        .on_conflict(password_links::user_id)
        .do_update()
        .set(link)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether a link can be used.
pub async fn exists(conn: &mut Connection, token_sha256: &[u8], now: DateTime<Utc>) -> QueryResult<bool> {
    let link = password_links::table.filter(password_links::token_sha256.eq(token_sha256));
    let link = link.filter(password_links::expires_at.gt(now));
    diesel::select(diesel::dsl::exists(link)).get_result(conn).await
}

/// Deletes a link and returns its user; `None` if it can't be used. A concurrent use waits until this transaction ends.
pub async fn consume(
    conn: &mut Connection,
    token_sha256: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Option<UserId>> {
    let link = password_links::table.filter(password_links::token_sha256.eq(token_sha256));
    diesel::delete(link.filter(password_links::expires_at.gt(now)))
        .returning(password_links::user_id)
        .get_result(conn)
        .await
        .optional()
}

/// Deletes expired links; returns how many.
pub async fn delete_expired(conn: &mut Connection, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(password_links::table.filter(password_links::expires_at.le(now))).execute(conn).await
}
