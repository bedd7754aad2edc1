//! Logins of programs: families of refresh tokens.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::{TokenFamilyId, UserId};
use uuid::Uuid;

use super::Connection;
use super::schema::{token_families, users};
use super::text_enum::text_enum;
use super::users::{User, can_log_in};

text_enum! {
    /// Why a family was ended.
    RevokeReason {
        /// Its program logged out.
        Logout = "logout",
        /// The user logged out everywhere.
        LogoutEverywhere = "logout_everywhere",
        /// The user ended it from elsewhere.
        Ended = "ended",
        /// The user changed their password elsewhere.
        PasswordChanged = "password_changed",
        /// One of its refresh tokens was used a second time.
        Reused = "reused",
        /// The user has too many, and this one was used least recently.
        TooMany = "too_many",
        /// A superuser disabled or deleted the user, or changed their role.
        Administered = "administered",
    }
}

/// A row of `token_families`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = token_families)]
pub struct TokenFamily {
    /// Identifies the family.
    pub id: TokenFamilyId,
    /// Who logged in.
    pub user_id: UserId,
    /// What the program calls itself; may be empty.
    pub label: String,
    /// The `User-Agent` of the login.
    pub client: String,
    /// The address of the last use, if it is known.
    pub address: Option<String>,
    /// When the program logged in.
    pub created_at: DateTime<Utc>,
    /// The login, or the last refresh.
    pub last_used_at: DateTime<Utc>,
    /// When the newest refresh token expires.
    pub expires_at: DateTime<Utc>,
    /// When the family was ended.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Inserts a family.
pub async fn insert(conn: &mut Connection, family: &TokenFamily) -> QueryResult<()> {
    diesel::insert_into(token_families::table).values(family).execute(conn).await?;
    Ok(())
}

/// A family that has not ended, and its user.
pub async fn find_user(
    conn: &mut Connection,
    id: TokenFamilyId,
    now: DateTime<Utc>,
) -> QueryResult<Option<(User, TokenFamily)>> {
    token_families::table
        .inner_join(users::table)
        .filter(can_log_in())
        .filter(token_families::id.eq(id))
        .filter(token_families::revoked_at.is_null())
        .filter(token_families::expires_at.gt(now))
        .select((User::as_select(), TokenFamily::as_select()))
        .first(conn)
        .await
        .optional()
}

/// The family with this id, locked until the transaction ends.
pub async fn lock(conn: &mut Connection, id: TokenFamilyId) -> QueryResult<Option<TokenFamily>> {
    token_families::table.find(id).select(TokenFamily::as_select()).for_update().first(conn).await.optional()
}

/// The families of a user that have not ended, the one used last first.
pub async fn list(
    conn: &mut Connection,
    user_id: UserId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<TokenFamily>> {
    token_families::table
        .filter(token_families::user_id.eq(user_id))
        .filter(token_families::revoked_at.is_null())
        .filter(token_families::expires_at.gt(now))
        .order(token_families::last_used_at.desc())
        .select(TokenFamily::as_select())
        .load(conn)
        .await
}

/// Notes that a family was refreshed, and until when it lasts now.
pub async fn extend(
    conn: &mut Connection,
    id: TokenFamilyId,
    address: Option<&str>,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(token_families::table.find(id))
        .set((
            token_families::last_used_at.eq(now),
            token_families::expires_at.eq(expires_at),
            token_families::address.eq(address),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that a family was used.
pub async fn note_use(conn: &mut Connection, id: TokenFamilyId, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(token_families::table.find(id))
        .set(token_families::last_used_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends a family of a user; `false` if there is none that has not ended.
pub async fn revoke(
    conn: &mut Connection,
    user_id: UserId,
    id: TokenFamilyId,
    reason: RevokeReason,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let family = token_families::table
        .find(id)
        .filter(token_families::user_id.eq(user_id))
        .filter(token_families::revoked_at.is_null());
    let ended = diesel::update(family)
        .set((token_families::revoked_at.eq(now), token_families::reason.eq(reason)))
        .execute(conn)
        .await?;
    Ok(ended == 1)
}

/// Ends all families of a user but one; returns how many.
pub async fn revoke_others(
    conn: &mut Connection,
    user_id: UserId,
    keep: Option<TokenFamilyId>,
    reason: RevokeReason,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let others = token_families::table
        .filter(token_families::user_id.eq(user_id))
        .filter(token_families::revoked_at.is_null())
        .filter(token_families::id.ne(keep.unwrap_or(TokenFamilyId(Uuid::nil()))));
    diesel::update(others)
        .set((token_families::revoked_at.eq(now), token_families::reason.eq(reason)))
        .execute(conn)
        .await
}

/// Ends the families of a user that were used least recently, so that `keep` are left.
pub async fn revoke_surplus(
    conn: &mut Connection,
    user_id: UserId,
    keep: i64,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let surplus: Vec<TokenFamilyId> = token_families::table
        .filter(token_families::user_id.eq(user_id))
        .filter(token_families::revoked_at.is_null())
        .order(token_families::last_used_at.desc())
        .offset(keep)
        .select(token_families::id)
        .load(conn)
        .await?;
    if surplus.is_empty() {
        return Ok(0);
    }
    diesel::update(token_families::table.filter(token_families::id.eq_any(surplus)))
        .set((token_families::revoked_at.eq(now), token_families::reason.eq(RevokeReason::TooMany)))
        .execute(conn)
        .await
}

/// Deletes the families whose refresh tokens have all expired; returns how many.
pub async fn delete_expired(conn: &mut Connection, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(token_families::table.filter(token_families::expires_at.le(now))).execute(conn).await
}
