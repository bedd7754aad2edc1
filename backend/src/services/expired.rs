//! Deletes rows that nobody can use any more.

use std::time::Duration;

use crate::clock::Clock;
use crate::database::{Database, DatabaseError};
use crate::store::{idempotency_keys, live_turns, sessions, signing_keys};

/// Interval of the deletions.
pub const DELETE_EVERY: Duration = Duration::from_secs(60 * 60);

/// Deletes expired sessions, idempotency keys and signing keys, and partial turns that a crash left behind.
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
    if sessions + keys + turns + signing_keys > 0 {
        tracing::info!(sessions, keys, turns, signing_keys, "deleted expired rows");
    }
    Ok(())
}
