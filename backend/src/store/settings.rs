//! What superusers have set for the installation.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::UserId;
use serde_json::Value;

use super::Connection;
use super::schema::settings;

/// The value of a setting, if it is set.
pub async fn find(conn: &mut Connection, key: &str) -> QueryResult<Option<Value>> {
    settings::table.find(key).select(settings::value).first(conn).await.optional()
}

/// Sets a setting.
pub async fn set(
    conn: &mut Connection,
    key: &str,
    value: &Value,
    set_by: Option<UserId>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let row = (settings::value.eq(value), settings::set_by.eq(set_by), settings::set_at.eq(now));
    diesel::insert_into(settings::table)
        .values((settings::key.eq(key), row))
        .on_conflict(settings::key)
        .do_update()
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}
