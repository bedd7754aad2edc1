//! Logins that are under way at an identity provider.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::UserId;
use uuid::Uuid;

use super::Connection;
use super::schema::oauth_attempts;

/// A row of `oauth_attempts`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = oauth_attempts)]
pub struct OauthAttempt {
    /// Identifies the attempt.
    pub id: Uuid,
    /// The SHA-256 of the state that the provider sends back.
    pub state_sha256: Vec<u8>,
    /// The SHA-256 of the cookie of the browser that began it.
    pub browser_sha256: Vec<u8>,
    /// The slug of the provider.
    pub provider: String,
    /// Where the provider sends the browser back to.
    pub redirect_uri: String,
    /// The verifier of the code (RFC 7636), sealed.
    pub verifier_sealed: Vec<u8>,
    /// What an ID token has to repeat.
    pub nonce: String,
    /// The path of the page to open afterwards.
    pub next: String,
    /// Whose account the identity is linked to; `None`: a login.
    pub user_id: Option<UserId>,
    /// The SHA-256 of the invitation with which somebody registers.
    pub invitation_sha256: Option<Vec<u8>>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it becomes invalid.
    pub expires_at: DateTime<Utc>,
}

/// Inserts an attempt.
pub async fn insert(conn: &mut Connection, attempt: &OauthAttempt) -> QueryResult<()> {
    diesel::insert_into(oauth_attempts::table).values(attempt).execute(conn).await?;
    Ok(())
}

/// Deletes all attempts but the newest; returns how many.
pub async fn delete_surplus(conn: &mut Connection, most: i64) -> QueryResult<usize> {
    let oldest_kept: Option<DateTime<Utc>> = oauth_attempts::table
        .order(oauth_attempts::created_at.desc())
        .select(oauth_attempts::created_at)
        .offset(most)
        .first(conn)
        .await
        .optional()?;
    let Some(last) = oldest_kept else { return Ok(0) };
    diesel::delete(oauth_attempts::table.filter(oauth_attempts::created_at.le(last))).execute(conn).await
}

/// Deletes the attempt of a browser at a provider, and returns it if it has not expired.
pub async fn take(
    conn: &mut Connection,
    provider: &str,
    (state_sha256, browser_sha256): (&[u8], &[u8]),
    now: DateTime<Utc>,
) -> QueryResult<Option<OauthAttempt>> {
    let attempt = oauth_attempts::table
        .filter(oauth_attempts::state_sha256.eq(state_sha256))
        .filter(oauth_attempts::browser_sha256.eq(browser_sha256))
        .filter(oauth_attempts::provider.eq(provider));
    let taken: Option<OauthAttempt> =
        diesel::delete(attempt).returning(OauthAttempt::as_returning()).get_result(conn).await.optional()?;
    Ok(taken.filter(|attempt| attempt.expires_at > now))
}

/// Deletes expired attempts; returns how many.
pub async fn delete_expired(conn: &mut Connection, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(oauth_attempts::table.filter(oauth_attempts::expires_at.le(now))).execute(conn).await
}
