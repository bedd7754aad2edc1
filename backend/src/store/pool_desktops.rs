//! Desktops that were started before anyone needs them.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use protocol::ids::DesktopId;
use uuid::Uuid;

use super::Connection;
use super::schema::pool_desktops;

/// Notes a desktop before it is made.
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

/// Takes a desktop out. False when someone else has: whoever does may decide what becomes of it.
pub async fn take(conn: &mut Connection, id: DesktopId) -> QueryResult<bool> {
    Ok(diesel::delete(pool_desktops::table.find(id)).execute(conn).await? == 1)
}

/// Takes out the desktops of replicas other than `replica_id` that are gone.
pub async fn take_abandoned(conn: &mut Connection, replica_id: Uuid) -> QueryResult<Vec<DesktopId>> {
    let of_others = pool_desktops::table.filter(pool_desktops::host.ne(replica_id));
    diesel::delete(of_others.filter(sql::<Bool>("NOT supervisor_is_there(host)")))
        .returning(pool_desktops::id)
        .get_results(conn)
        .await
}

/// All of them, whoever started them.
pub async fn all(conn: &mut Connection) -> QueryResult<Vec<DesktopId>> {
    pool_desktops::table.select(pool_desktops::id).load(conn).await
}
