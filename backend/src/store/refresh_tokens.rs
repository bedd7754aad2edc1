//! Refresh tokens.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::TokenFamilyId;
use uuid::Uuid;

use super::Connection;
use super::schema::refresh_tokens;

/// A row of `refresh_tokens`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = refresh_tokens)]
pub struct RefreshToken {
    /// Identifies the token.
    pub id: Uuid,
    /// The login that it belongs to.
    pub family_id: TokenFamilyId,
    /// The token that it was given for; `None` for the first one.
    pub parent_id: Option<Uuid>,
    /// The SHA-256 of the token.
    pub sha256: Vec<u8>,
    /// The token that was given for this one, sealed with a key that follows from this one.
    pub successor_sealed: Option<Vec<u8>>,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
}

/// Inserts a token.
pub async fn insert(conn: &mut Connection, token: &RefreshToken) -> QueryResult<()> {
    diesel::insert_into(refresh_tokens::table).values(token).execute(conn).await?;
    Ok(())
}

/// The family of the token with this hash.
pub async fn family(conn: &mut Connection, sha256: &[u8]) -> QueryResult<Option<TokenFamilyId>> {
    refresh_tokens::table
        .filter(refresh_tokens::sha256.eq(sha256))
        .select(refresh_tokens::family_id)
        .first(conn)
        .await
        .optional()
}

/// The token with this hash.
pub async fn find(conn: &mut Connection, sha256: &[u8]) -> QueryResult<Option<RefreshToken>> {
    refresh_tokens::table
        .filter(refresh_tokens::sha256.eq(sha256))
        .select(RefreshToken::as_select())
        .first(conn)
        .await
        .optional()
}

/// Whether the token that was given for this one is unused.
pub async fn has_unused_successor(conn: &mut Connection, id: Uuid) -> QueryResult<bool> {
    let successor = refresh_tokens::table
        .filter(refresh_tokens::parent_id.eq(id))
        .filter(refresh_tokens::used_at.is_null());
    diesel::select(diesel::dsl::exists(successor)).get_result(conn).await
}

/// Notes that a token was used, and what was given for it. Nobody gets this token again: what was sealed for its parent is
/// deleted.
pub async fn mark_used(
    conn: &mut Connection,
    token: &RefreshToken,
    successor_sealed: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(refresh_tokens::table.find(token.id))
        .set((refresh_tokens::used_at.eq(now), refresh_tokens::successor_sealed.eq(successor_sealed)))
        .execute(conn)
        .await?;
    if let Some(parent) = token.parent_id {
        diesel::update(refresh_tokens::table.find(parent))
            .set(refresh_tokens::successor_sealed.eq(None::<Vec<u8>>))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Deletes expired tokens; returns how many.
pub async fn delete_expired(conn: &mut Connection, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::expires_at.le(now))).execute(conn).await
}
