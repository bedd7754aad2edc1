//! Desktops in a pool, started before a chat needs them.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use protocol::ids::DesktopId;
use uuid::Uuid;

use super::Connection;
use super::schema::pool_desktops;

/// Records a desktop before it is started.
pub async fn insert(
    conn: &mut Connection,
    id: DesktopId,
    replica_id: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let row =
        (pool_desktops::id.eq(id), pool_desktops::host.eq(replica_id), pool_desktops::created_at.eq(now));
    diesel::insert_into(pool_desktops::table).values(row).execute(conn).await?;
    Ok(())
}

/// Deletes a row. Returns `false` if somebody else has; whoever deletes it owns the desktop.
pub async fn take(conn: &mut Connection, id: DesktopId) -> QueryResult<bool> {
    Ok(diesel::delete(pool_desktops::table.find(id)).execute(conn).await? == 1)
}

/// Deletes the rows of dead replicas other than `replica_id` and returns their desktops.
pub async fn take_abandoned(conn: &mut Connection, replica_id: Uuid) -> QueryResult<Vec<DesktopId>> {
    let of_others = pool_desktops::table.filter(pool_desktops::host.ne(replica_id));
    diesel::delete(of_others.filter(sql::<Bool>("NOT supervisor_is_there(host)")))
        .returning(pool_desktops::id)
        .get_results(conn)
        .await
}

/// The pool desktops of all replicas.
pub async fn all(conn: &mut Connection) -> QueryResult<Vec<DesktopId>> {
    pool_desktops::table.select(pool_desktops::id).load(conn).await
}
