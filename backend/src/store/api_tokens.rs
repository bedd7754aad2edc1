//! API tokens.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::{ApiTokenId, UserId};

use super::Connection;
use super::schema::{api_tokens, users};
use super::users::{User, can_log_in};

/// A row of `api_tokens`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_tokens)]
pub struct ApiToken {
    /// Identifies the token.
    pub id: ApiTokenId,
    /// Whose it is.
    pub user_id: UserId,
    /// What the user calls it.
    pub name: String,
    /// The SHA-256 of the token.
    pub sha256: Vec<u8>,
    /// How the token begins.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it becomes invalid; `None`: never.
    pub expires_at: Option<DateTime<Utc>>,
    /// The last use, within a minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Inserts a token.
pub async fn insert(conn: &mut Connection, token: &ApiToken) -> QueryResult<()> {
    diesel::insert_into(api_tokens::table).values(token).execute(conn).await?;
    Ok(())
}

/// Tokens that are neither revoked nor expired.
#[diesel::dsl::auto_type(no_type_alias)]
fn is_valid(now: DateTime<Utc>) -> _ {
    api_tokens::revoked_at.is_null().and(api_tokens::expires_at.is_null().or(api_tokens::expires_at.gt(now)))
}

/// The valid token with this hash, and its user.
pub async fn find_by_sha256(
    conn: &mut Connection,
    sha256: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Option<(ApiToken, User)>> {
    api_tokens::table
        .inner_join(users::table)
        .filter(can_log_in())
        .filter(api_tokens::sha256.eq(sha256))
        .filter(is_valid(now))
        .select((ApiToken::as_select(), User::as_select()))
        .first(conn)
        .await
        .optional()
}

/// The valid token with this id, and its user.
pub async fn find(
    conn: &mut Connection,
    id: ApiTokenId,
    now: DateTime<Utc>,
) -> QueryResult<Option<(ApiToken, User)>> {
    api_tokens::table
        .inner_join(users::table)
        .filter(can_log_in())
        .filter(api_tokens::id.eq(id))
        .filter(is_valid(now))
        .select((ApiToken::as_select(), User::as_select()))
        .first(conn)
        .await
        .optional()
}

/// The tokens of a user that are not revoked, the newest first.
pub async fn list(conn: &mut Connection, user_id: UserId) -> QueryResult<Vec<ApiToken>> {
    api_tokens::table
        .filter(api_tokens::user_id.eq(user_id))
        .filter(api_tokens::revoked_at.is_null())
        .order(api_tokens::id.desc())
        .select(ApiToken::as_select())
        .load(conn)
        .await
}

/// The number of tokens of a user that are not revoked. Others can't be added until the transaction ends.
pub async fn count_locked(conn: &mut Connection, user_id: UserId) -> QueryResult<i64> {
    users::table.find(user_id).select(users::id).for_no_key_update().first::<UserId>(conn).await?;
    api_tokens::table
        .filter(api_tokens::user_id.eq(user_id))
        .filter(api_tokens::revoked_at.is_null())
        .count()
        .get_result(conn)
        .await
}

/// Notes that a token was used.
pub async fn note_use(conn: &mut Connection, id: ApiTokenId, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(api_tokens::table.find(id)).set(api_tokens::last_used_at.eq(now)).execute(conn).await?;
    Ok(())
}

/// Revokes a token of a user; its name, or `None` if there is none.
pub async fn revoke(
    conn: &mut Connection,
    user_id: UserId,
    id: ApiTokenId,
    now: DateTime<Utc>,
) -> QueryResult<Option<String>> {
    let token = api_tokens::table
        .find(id)
        .filter(api_tokens::user_id.eq(user_id))
        .filter(api_tokens::revoked_at.is_null());
    diesel::update(token)
        .set(api_tokens::revoked_at.eq(now))
        .returning(api_tokens::name)
        .get_result(conn)
        .await
        .optional()
}

/// Deletes tokens that were revoked or have expired before a time; returns how many.
pub async fn delete_ended(conn: &mut Connection, before: DateTime<Utc>) -> QueryResult<usize> {
    let ended = api_tokens::revoked_at.lt(before).or(api_tokens::expires_at.lt(before));
    diesel::delete(api_tokens::table.filter(ended)).execute(conn).await
}
