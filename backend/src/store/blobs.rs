//! References to blobs, and the advisory locks that keep a blob from being deleted while a row that needs it
//! is inserted.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, UserId};

use super::Connection;
use super::schema::{files, screenshots};

/// The advisory lock that deletions of blobs share, and that a backup holds alone.
const DELETIONS_LOCK: i64 = 0x6465_736b_626c_6f62;

/// Whether blobs may be deleted. If so, no backup begins until the transaction ends.
pub async fn may_delete(conn: &mut Connection) -> QueryResult<bool> {
    diesel::select(
        diesel::dsl::sql::<Bool>("pg_try_advisory_xact_lock_shared(")
            .bind::<BigInt, _>(DELETIONS_LOCK)
            .sql(")"),
    )
    .get_result(conn)
    .await
}

/// The statement that waits for deletions under way and prevents further ones until the session ends.
#[must_use]
pub fn suspend_deletions() -> String {
    format!("SELECT pg_advisory_lock({DELETIONS_LOCK})")
}

/// Prevents the deletion of a blob until the transaction ends.
pub async fn lock_shared(conn: &mut Connection, sha256: &str) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock_shared($1)")
        .bind::<BigInt, _>(lock_key(sha256))
        .execute(conn)
        .await?;
    Ok(())
}

/// Prevents new references to a blob until the transaction ends.
pub async fn lock_exclusive(conn: &mut Connection, sha256: &str) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
        .bind::<BigInt, _>(lock_key(sha256))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether any row refers to the blob.
pub async fn is_referenced(conn: &mut Connection, sha256: &str) -> QueryResult<bool> {
    let by_file = diesel::dsl::exists(files::table.filter(files::sha256.eq(sha256)));
    let by_screenshot = diesel::dsl::exists(screenshots::table.filter(screenshots::sha256.eq(sha256)));
    diesel::select(by_file.or(by_screenshot)).get_result(conn).await
}

/// The blobs among `hashes` that no row refers to.
pub async fn unreferenced(conn: &mut Connection, mut hashes: Vec<String>) -> QueryResult<Vec<String>> {
    let by_files: Vec<String> =
        files::table.filter(files::sha256.eq_any(&hashes)).select(files::sha256).load(conn).await?;
    let by_screenshots: Vec<String> = screenshots::table
        .filter(screenshots::sha256.eq_any(&hashes))
        .select(screenshots::sha256)
        .load(conn)
        .await?;
    let needed: HashSet<String> = by_files.into_iter().chain(by_screenshots).collect();
    hashes.retain(|sha256| !needed.contains(sha256));
    Ok(hashes)
}

/// The blobs of a chat's screenshots and outputs, without duplicates.
pub async fn of_chat(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Vec<String>> {
    let mut hashes: Vec<String> = screenshots::table
        .filter(screenshots::chat_id.eq(chat_id))
        .select(screenshots::sha256)
        .load(conn)
        .await?;
    let outputs: Vec<String> =
        files::table.filter(files::chat_id.eq(chat_id)).select(files::sha256).load(conn).await?;
    hashes.extend(outputs);
    hashes.sort_unstable();
    hashes.dedup();
    Ok(hashes)
}

/// The blobs of a user's files, without duplicates.
pub async fn of_user(conn: &mut Connection, user_id: UserId) -> QueryResult<Vec<String>> {
    files::table.filter(files::user_id.eq(user_id)).select(files::sha256).distinct().load(conn).await
}

/// The advisory lock of a blob: the first 64 bits of its hash. Blobs that share a lock only wait for each
/// other.
fn lock_key(sha256: &str) -> i64 {
    let digits = sha256.get(..16).unwrap_or(sha256);
    u64::from_str_radix(digits, 16).unwrap_or_default().cast_signed()
}
