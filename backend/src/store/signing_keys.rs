//! Keys that sign access tokens.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Connection;
use super::schema::signing_keys;

/// A row of `signing_keys`.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys)]
pub struct SigningKey {
    /// Identifies the key; tokens contain it.
    pub kid: Uuid,
    /// The algorithm that it is used with.
    pub algorithm: String,
    /// `RSAPublicKey` (RFC 8017) in DER.
    pub public_der: Vec<u8>,
    /// `RSAPrivateKey` (RFC 8017) in DER, sealed; `None` if it does not sign any more.
    pub private_sealed: Option<Vec<u8>>,
    /// When it stops to verify; `None` if it signs.
    pub verifies_until: Option<DateTime<Utc>>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// All keys that still verify, that which signs first.
pub async fn list(conn: &mut Connection, now: DateTime<Utc>) -> QueryResult<Vec<SigningKey>> {
    signing_keys::table
        .filter(signing_keys::verifies_until.is_null().or(signing_keys::verifies_until.gt(now)))
        .order((signing_keys::verifies_until.is_null().desc(), signing_keys::created_at.desc()))
        .select(SigningKey::as_select())
        .load(conn)
        .await
}

/// Makes a key the one that signs. Those before it verify until `verify_until`, and lose their private part.
pub async fn replace(
    conn: &mut Connection,
    key: &SigningKey,
    verify_until: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(signing_keys::table.filter(signing_keys::verifies_until.is_null()))
        .set((
            signing_keys::verifies_until.eq(verify_until),
            signing_keys::private_sealed.eq(None::<Vec<u8>>),
        ))
        .execute(conn)
        .await?;
    // An imported key may come back.
    diesel::delete(signing_keys::table.find(key.kid)).execute(conn).await?;
    diesel::insert_into(signing_keys::table).values(key).execute(conn).await?;
    Ok(())
}

/// Deletes the keys that verify no more; returns how many.
pub async fn delete_expired(conn: &mut Connection, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(signing_keys::table.filter(signing_keys::verifies_until.le(now))).execute(conn).await
}

/// Keeps others from creating or replacing keys concurrently, until the transaction ends.
pub async fn lock(conn: &mut Connection) -> QueryResult<()> {
    diesel::sql_query("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE").execute(conn).await?;
    Ok(())
}
