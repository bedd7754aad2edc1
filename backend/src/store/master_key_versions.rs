//! The versions of the master key.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;
use super::schema::master_key_versions;

/// A row of `master_key_versions`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = master_key_versions)]
pub struct MasterKeyVersion {
    /// Counts up from 1.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// A known text, sealed with the key.
    pub check: Vec<u8>,
}

/// The versions in use, oldest first.
pub async fn list(conn: &mut Connection) -> QueryResult<Vec<MasterKeyVersion>> {
    master_key_versions::table
        .filter(master_key_versions::retired_at.is_null())
        .order(master_key_versions::version)
        .select(MasterKeyVersion::as_select())
        .load(conn)
        .await
}

/// The newest version. It can't be retired until this transaction ends.
pub async fn hold_newest(conn: &mut Connection) -> QueryResult<i32> {
    master_key_versions::table
        .filter(master_key_versions::retired_at.is_null())
        .order(master_key_versions::version.desc())
        .select(master_key_versions::version)
        .for_share()
        .first(conn)
        .await
}

/// The number of the next version.
pub async fn next(conn: &mut Connection) -> QueryResult<i32> {
    let newest: Option<i32> = master_key_versions::table
        .select(diesel::dsl::max(master_key_versions::version))
        .get_result(conn)
        .await?;
    Ok(newest.unwrap_or_default() + 1)
}

/// Inserts a version.
pub async fn insert(conn: &mut Connection, version: &MasterKeyVersion) -> QueryResult<()> {
    diesel::insert_into(master_key_versions::table).values(version).execute(conn).await?;
    Ok(())
}

/// Waits for the transactions that hold a version, and keeps others from holding it until this one ends.
pub async fn lock(conn: &mut Connection, version: i32) -> QueryResult<()> {
    master_key_versions::table
        .find(version)
        .select(master_key_versions::version)
        .for_update()
        .first::<i32>(conn)
        .await?;
    Ok(())
}

/// Marks a version as not in use any more.
pub async fn retire(conn: &mut Connection, version: i32, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(master_key_versions::table.find(version))
        .set(master_key_versions::retired_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes all versions.
pub async fn delete_all(conn: &mut Connection) -> QueryResult<()> {
    diesel::delete(master_key_versions::table).execute(conn).await?;
    Ok(())
}

/// Keeps others from creating versions until the transaction ends.
pub async fn lock_all(conn: &mut Connection) -> QueryResult<()> {
    diesel::sql_query("LOCK TABLE master_key_versions IN SHARE ROW EXCLUSIVE MODE").execute(conn).await?;
    Ok(())
}
