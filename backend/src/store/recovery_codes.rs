//! Codes for people whose second factor is not at hand, stored as SHA-256.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::UserId;

use super::Connection;
use super::schema::recovery_codes;

/// Makes these the only codes of a user, who has a second factor.
pub async fn replace(conn: &mut Connection, user_id: UserId, sha256: &[[u8; 32]]) -> QueryResult<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user_id))).execute(conn).await?;
    let rows: Vec<_> = sha256
        .iter()
        .map(|hash| (recovery_codes::user_id.eq(user_id), recovery_codes::sha256.eq(hash.as_slice())))
        .collect();
    diesel::insert_into(recovery_codes::table).values(rows).execute(conn).await?;
    Ok(())
}

/// Uses a code up; `false` if the user has no such code, or has used it. Of concurrent uses, one succeeds.
pub async fn consume(
    conn: &mut Connection,
    user_id: UserId,
    sha256: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let code = recovery_codes::table.find((user_id, sha256)).filter(recovery_codes::used_at.is_null());
    let used = diesel::update(code).set(recovery_codes::used_at.eq(now)).execute(conn).await?;
    Ok(used > 0)
}

/// How many codes of a user are left.
pub async fn count_unused(conn: &mut Connection, user_id: UserId) -> QueryResult<i64> {
    recovery_codes::table
        .filter(recovery_codes::user_id.eq(user_id))
        .filter(recovery_codes::used_at.is_null())
        .count()
        .get_result(conn)
        .await
}
