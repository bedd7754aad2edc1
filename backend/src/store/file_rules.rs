//! Which kinds of files nobody may upload.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::Connection;
use super::schema::file_rules;

/// The rules, if there are any.
pub async fn find(conn: &mut Connection) -> QueryResult<Option<Value>> {
    file_rules::table.select(file_rules::rules).first(conn).await.optional()
}

/// Replaces the rules.
pub async fn replace(conn: &mut Connection, rules: &Value, now: DateTime<Utc>) -> QueryResult<()> {
    let changes = (file_rules::rules.eq(rules), file_rules::updated_at.eq(now));
    diesel::insert_into(file_rules::table)
        .values(changes)
        .on_conflict(file_rules::id)
        .do_update()
        .set(changes)
        .execute(conn)
        .await?;
    Ok(())
}
