//! Ending everything that a user has logged in with.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use protocol::ids::UserId;

use crate::store::token_families::{self, RevokeReason};
use crate::store::{Connection, sessions};

/// Ends all logins of a user, of browsers and of programs. Open streams and sockets are told by the triggers of the rows, and
/// close. API tokens stay; those of a user who can't log in are refused.
pub async fn end_all(
    conn: &mut Connection,
    user_id: UserId,
    reason: RevokeReason,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    sessions::delete_others(conn, user_id, None).await?;
    token_families::revoke_others(conn, user_id, None, reason, now).await?;
    Ok(())
}
