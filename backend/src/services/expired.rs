//! Deletes rows that nobody can use any more.

use std::time::Duration;

use chrono::TimeDelta;

use crate::clock::Clock;
use crate::database::{Database, DatabaseError};
use crate::services::api_tokens;
use crate::store::{
    self, idempotency_keys, invitations, live_turns, oauth_attempts, password_links, quota_use,
    refresh_tokens, sessions, signing_keys, tickets, token_families,
};

/// Interval of the deletions.
pub const DELETE_EVERY: Duration = Duration::from_secs(60 * 60);

/// How long it is known what people have used.
const USE_KEPT_FOR: TimeDelta = TimeDelta::days(400);
/// How long an invitation is listed after it has expired.
const SHOWN_FOR: TimeDelta = TimeDelta::days(30);

/// Deletes expired sessions, logins, attempts to log in at an identity provider, tokens, links, invitations, idempotency keys and signing keys,
/// and partial turns that a crash left behind.
///
/// # Errors
/// When the database fails.
pub async fn delete(database: &Database, clock: &Clock) -> Result<(), DatabaseError> {
    let now = clock.now();
    let mut conn = database.connection().await?;
    let sessions = sessions::delete_expired(&mut conn, now).await?;
    let keys = idempotency_keys::delete_expired(&mut conn, now).await?;
    let turns = live_turns::delete_abandoned(&mut conn).await?;
    let signing_keys = signing_keys::delete_expired(&mut conn, now).await?;
    let logins = token_families::delete_expired(&mut conn, now).await?;
    let refresh_tokens = refresh_tokens::delete_expired(&mut conn, now).await?;
    let tickets = tickets::delete_expired(&mut conn, now).await?;
    let api_tokens = store::api_tokens::delete_ended(&mut conn, now - api_tokens::KEPT_FOR).await?;
    let invitations = invitations::delete_expired(&mut conn, now - SHOWN_FOR).await?;
    let links = password_links::delete_expired(&mut conn, now).await?;
    let oauth_attempts = oauth_attempts::delete_expired(&mut conn, now).await?;
    quota_use::delete_before(&mut conn, (now - USE_KEPT_FOR).date_naive()).await?;
    tracing::debug!(
        sessions,
        keys,
        turns,
        signing_keys,
        logins,
        refresh_tokens,
        tickets,
        api_tokens,
        invitations,
        links,
        oauth_attempts,
        "deleted expired rows"
    );
    Ok(())
}
