//! Deletes rows that nobody can use any more.

use std::time::Duration;

use chrono::TimeDelta;

use crate::clock::Clock;
use crate::database::{Database, DatabaseError};
use crate::store::{idempotency_keys, invitations, live_turns, password_links, quota_use, sessions};

/// Interval of the deletions.
pub const DELETE_EVERY: Duration = Duration::from_secs(60 * 60);

/// How long it is known what people have used.
const USE_KEPT_FOR: TimeDelta = TimeDelta::days(400);
/// How long an invitation is listed after it has expired.
const SHOWN_FOR: TimeDelta = TimeDelta::days(30);

/// Deletes expired sessions, idempotency keys, password links and invitations, and partial turns that a crash left behind.
///
/// # Errors
/// When the database fails.
pub async fn delete(database: &Database, clock: &Clock) -> Result<(), DatabaseError> {
    let now = clock.now();
    let mut conn = database.connection().await?;
    let sessions = sessions::delete_expired(&mut conn, now).await?;
    let keys = idempotency_keys::delete_expired(&mut conn, now).await?;
    let turns = live_turns::delete_abandoned(&mut conn).await?;
    let invitations = invitations::delete_expired(&mut conn, now - SHOWN_FOR).await?;
    quota_use::delete_before(&mut conn, (now - USE_KEPT_FOR).date_naive()).await?;
    let links = password_links::delete_expired(&mut conn, now).await?;
    if sessions + keys + turns + links + invitations > 0 {
        tracing::info!(sessions, keys, turns, links, invitations, "deleted expired rows");
    }
    Ok(())
}
