//! The traces of runs.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::RunId;

use super::Connection;
use super::schema::run_traces;

/// Records the span of the request that began a run, as `traceparent`.
pub async fn insert(conn: &mut Connection, run_id: RunId, traceparent: &str) -> QueryResult<()> {
    diesel::insert_into(run_traces::table)
        .values((run_traces::run_id.eq(run_id), run_traces::traceparent.eq(traceparent)))
        .execute(conn)
        .await?;
    Ok(())
}

/// The span of the request that began a run, if it was traced.
pub async fn find(conn: &mut Connection, run_id: RunId) -> QueryResult<Option<String>> {
    run_traces::table.find(run_id).select(run_traces::traceparent).first(conn).await.optional()
}
