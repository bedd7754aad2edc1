//! The turn being streamed in each chat, for watchers connected to other replicas.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, RunId};
use serde_json::Value;
use uuid::Uuid;

use super::Connection;
use super::runs::RunState;
use super::schema::{live_turns, runs};

/// A row of `live_turns`.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = live_turns)]
pub struct LiveTurn {
    /// The chat.
    pub chat_id: ChatId,
    /// The run.
    pub run_id: RunId,
    /// The replica that drives the run.
    #[diesel(column_name = origin)]
    pub replica_id: Uuid,
    /// The partial turn, as JSON.
    pub turn: Value,
}

/// The advisory lock that every replica shares while it listens.
const LISTENERS: &str = "hashtextextended('deskhand listeners', 0)";

/// Takes part in the lock that tells others that this session listens, until the session ends.
pub async fn begin_listening(conn: &mut Connection) -> QueryResult<()> {
    diesel::sql_query(format!("SELECT pg_advisory_lock_shared({LISTENERS})")).execute(conn).await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Heard {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    heard: bool,
}

/// Whether more than one replica listens.
pub async fn are_heard(conn: &mut Connection) -> QueryResult<bool> {
    let query = format!(
        "SELECT count(*) > 1 AS heard FROM pg_locks \
          WHERE locktype = 'advisory' AND granted AND objsubid = 1 \
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
            AND (classid::bigint << 32 | objid::bigint) = {LISTENERS}"
    );
    Ok(diesel::sql_query(query).get_result::<Heard>(conn).await?.heard)
}

/// Inserts or replaces the partial turn of a chat.
///
/// # Errors
/// When the chat is gone.
pub async fn put(conn: &mut Connection, turn: &LiveTurn) -> QueryResult<()> {
    diesel::insert_into(live_turns::table)
        .values(turn)
        .on_conflict(live_turns::chat_id)
        .do_update()
        .set(turn)
        .execute(conn)
        .await?;
    Ok(())
}

/// The partial turn of a chat, while its run is running.
pub async fn find(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Option<Value>> {
    live_turns::table
        .inner_join(runs::table.on(runs::id.eq(live_turns::run_id)))
        .filter(live_turns::chat_id.eq(chat_id))
        .filter(runs::state.eq(RunState::Running))
        .select(live_turns::turn)
        .first(conn)
        .await
        .optional()
}

/// Deletes the partial turn of a chat.
pub async fn remove(conn: &mut Connection, chat_id: ChatId) -> QueryResult<()> {
    diesel::delete(live_turns::table.find(chat_id)).execute(conn).await?;
    Ok(())
}

/// Deletes the partial turns of runs that are not running; returns how many.
pub async fn delete_abandoned(conn: &mut Connection) -> QueryResult<usize> {
    let running = runs::table.filter(runs::state.eq(RunState::Running)).select(runs::id);
    diesel::delete(live_turns::table.filter(live_turns::run_id.ne_all(running))).execute(conn).await
}
