//! The identity of the installation.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Connection;
use super::schema::installation;

/// The id of this database, generated on the first call. Concurrent first calls return the same id.
pub async fn id(conn: &mut Connection) -> QueryResult<Uuid> {
    diesel::sql_query("INSERT INTO installation DEFAULT VALUES ON CONFLICT DO NOTHING").execute(conn).await?;
    installation::table.select(installation::id).get_result(conn).await
}
