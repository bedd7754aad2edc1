//! What the turns under way have cost so far: the column `spending` of `runs`.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, RunId};
use serde_json::Value;

use super::Connection;
use super::schema::runs;

/// Notes what the turn under way of a run has cost so far. The caller has locked the run.
pub async fn note(conn: &mut Connection, run_id: RunId, spending: &Value) -> QueryResult<()> {
    diesel::update(runs::table.find(run_id)).set(runs::spending.eq(spending)).execute(conn).await?;
    Ok(())
}

/// Forgets what was noted.
pub async fn forget(conn: &mut Connection, run_id: RunId) -> QueryResult<()> {
    diesel::update(runs::table.find(run_id).filter(runs::spending.is_not_null()))
        .set(runs::spending.eq(None::<Value>))
        .execute(conn)
        .await?;
    Ok(())
}

/// What is noted of a run, with its chat. It is locked until the transaction ends.
pub async fn noted(conn: &mut Connection, run_id: RunId) -> QueryResult<Option<(ChatId, Value)>> {
    runs::table
        .find(run_id)
        .filter(runs::spending.is_not_null())
        .select((runs::chat_id, runs::spending.assume_not_null()))
        .for_update()
        .first(conn)
        .await
        .optional()
}

/// The runs of a chat of which something is noted.
pub async fn noted_runs(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Vec<RunId>> {
    runs::table
        .filter(runs::chat_id.eq(chat_id))
        .filter(runs::spending.is_not_null())
        .select(runs::id)
        .load(conn)
        .await
}
