//! Idempotency keys and the answers recorded for them.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::UserId;
use serde_json::Value;

use super::Connection;
use super::schema::idempotency_keys;

/// How long a key is kept.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// A request with an idempotency key.
#[derive(Debug, Clone)]
pub struct KeyedCall {
    /// The user who sent it.
    pub user_id: UserId,
    /// The key; unique for each user.
    pub key: String,
    /// SHA-256 of the request, including its body.
    pub request_sha256: Vec<u8>,
}

/// The result of claiming a key.
#[derive(Debug)]
pub enum Claim {
    /// The key is new and belongs to the caller's transaction.
    New,
    /// The same request was answered before, with this answer.
    Answered(Value),
    /// The key was used for a different request.
    KeyReused,
}

/// Claims a key; waits for a concurrent transaction that claims it. Call it in the transaction that has the
/// effect.
pub async fn claim(conn: &mut Connection, call: &KeyedCall, now: DateTime<Utc>) -> QueryResult<Claim> {
    let of_user = idempotency_keys::table.filter(idempotency_keys::user_id.eq(call.user_id));
    diesel::delete(of_user.filter(idempotency_keys::created_at.le(now - LIFETIME))).execute(conn).await?;
    let taken = diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::user_id.eq(call.user_id),
            idempotency_keys::key.eq(&call.key),
            idempotency_keys::request_sha256.eq(&call.request_sha256),
            idempotency_keys::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    if taken == 1 {
        return Ok(Claim::New);
    }
    let (request_sha256, answer): (Vec<u8>, Option<Value>) = idempotency_keys::table
        .find((call.user_id, &call.key))
        .select((idempotency_keys::request_sha256, idempotency_keys::answer))
        .first(conn)
        .await?;
    Ok(match answer {
        Some(answer) if request_sha256 == call.request_sha256 => Claim::Answered(answer),
        _ => Claim::KeyReused,
    })
}

/// Deletes expired keys; returns how many.
pub async fn delete_expired(conn: &mut Connection, now: DateTime<Utc>) -> QueryResult<usize> {
    let expired = idempotency_keys::table.filter(idempotency_keys::created_at.le(now - LIFETIME));
    diesel::delete(expired).execute(conn).await
}

/// Records the answer. Call it in the transaction that claimed the key.
pub async fn answer(conn: &mut Connection, call: &KeyedCall, answer: &Value) -> QueryResult<()> {
    diesel::update(idempotency_keys::table.find((call.user_id, &call.key)))
        .set(idempotency_keys::answer.eq(answer))
        .execute(conn)
        .await?;
    Ok(())
}
