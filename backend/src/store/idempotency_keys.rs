//! What calls with an `Idempotency-Key` came to.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::UserId;
use serde_json::Value;

use super::Connection;
use super::schema::idempotency_keys;

/// How long a key is remembered.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// A call with a key.
#[derive(Debug, Clone)]
pub struct KeyedCall {
    /// Whose key it is.
    pub user_id: UserId,
    /// The key.
    pub key: String,
    /// SHA-256 of the call and its body.
    pub request_sha256: Vec<u8>,
}

/// What is known of a key.
#[derive(Debug)]
pub enum Claim {
    /// Nothing: it is the caller's now, until the transaction ends.
    New,
    /// The same call was made before; this was its answer.
    Answered(Value),
    /// It belongs to another call.
    KeyReused,
}

/// Takes a key, once nobody else is about to. To be called in the transaction of the effect.
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

/// Notes the answer. To be called in the transaction that took the key.
pub async fn answer(conn: &mut Connection, call: &KeyedCall, answer: &Value) -> QueryResult<()> {
    diesel::update(idempotency_keys::table.find((call.user_id, &call.key)))
        .set(idempotency_keys::answer.eq(answer))
        .execute(conn)
        .await?;
    Ok(())
}
