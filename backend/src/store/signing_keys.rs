//! Keys that sign bearer tokens.

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
    /// The HMAC key: 32 random bytes.
    pub secret: Vec<u8>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// All keys, newest first.
pub async fn list(conn: &mut Connection) -> QueryResult<Vec<SigningKey>> {
    signing_keys::table.order(signing_keys::kid.desc()).select(SigningKey::as_select()).load(conn).await
}

/// Inserts a key.
pub async fn insert(conn: &mut Connection, key: &SigningKey) -> QueryResult<()> {
    diesel::insert_into(signing_keys::table).values(key).execute(conn).await?;
    Ok(())
}

/// Keeps others from creating a first key concurrently, until the transaction ends.
pub async fn lock(conn: &mut Connection) -> QueryResult<()> {
    diesel::sql_query("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE").execute(conn).await?;
    Ok(())
}
