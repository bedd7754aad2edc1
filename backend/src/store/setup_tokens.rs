//! One-time tokens for creating the first administrator, stored as SHA-256.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;
use super::schema::setup_tokens;

/// Makes `token_sha256` the only valid token.
pub async fn replace(conn: &mut Connection, token_sha256: &[u8], now: DateTime<Utc>) -> QueryResult<()> {
    diesel::delete(setup_tokens::table).execute(conn).await?;
    diesel::insert_into(setup_tokens::table)
        .values((setup_tokens::token_sha256.eq(token_sha256), setup_tokens::created_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether this is the valid token.
pub async fn exists(conn: &mut Connection, token_sha256: &[u8]) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(setup_tokens::table.find(token_sha256))).get_result(conn).await
}

/// Deletes a token; `false` if there is none. A concurrent use waits until this transaction ends.
pub async fn consume(conn: &mut Connection, token_sha256: &[u8]) -> QueryResult<bool> {
    Ok(diesel::delete(setup_tokens::table.find(token_sha256)).execute(conn).await? == 1)
}
