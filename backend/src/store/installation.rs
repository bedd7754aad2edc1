//! Which database this is.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Connection;
use super::schema::installation;

/// The database's id, made on first call. Whoever calls at the same time gets the same.
pub async fn id(conn: &mut Connection) -> QueryResult<Uuid> {
    diesel::sql_query("INSERT INTO installation DEFAULT VALUES ON CONFLICT DO NOTHING").execute(conn).await?;
    installation::table.select(installation::id).get_result(conn).await
}
