//! Deletes rows that nobody can use any more.

use std::time::Duration;

use crate::clock::Clock;
use crate::database::{Database, DatabaseError};
use crate::services::{api_tokens, audit};
use crate::store::{
    self, idempotency_keys, live_turns, refresh_tokens, sessions, signing_keys, tickets, token_families,
};

/// Interval of the deletions.
pub const DELETE_EVERY: Duration = Duration::from_secs(60 * 60);

/// Deletes expired sessions, logins, tokens, idempotency keys and signing keys, old entries of the audit log, and partial turns that a crash left behind.
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
    let audit = audit::delete_old(&mut conn, now).await?;
    tracing::debug!(
        sessions,
        keys,
        turns,
        signing_keys,
        logins,
        refresh_tokens,
        tickets,
        api_tokens,
        audit,
        "deleted expired rows"
    );
    Ok(())
}
