//! The migrations that the database has.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;

diesel::table! {
    /// Diesel's own table.
    __diesel_schema_migrations (version) {
        /// The version of a migration.
        version -> Text,
    }
}

/// The versions of all migrations that have been applied.
pub async fn applied(conn: &mut Connection) -> QueryResult<BTreeSet<String>> {
    let versions: Vec<String> =
        __diesel_schema_migrations::table.select(__diesel_schema_migrations::version).load(conn).await?;
    Ok(versions.into_iter().collect())
}
