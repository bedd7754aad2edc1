//! The turn being streamed in each chat, for watchers connected to other replicas.

use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use protocol::ids::{ChatId, RunId};
use serde_json::Value;
use uuid::Uuid;

use super::Connection;
use super::runs::RunState;
use super::schema::{live_turn_pieces, runs};

/// A row of `live_turn_pieces`.
#[derive(Debug, Insertable)]
#[diesel(table_name = live_turn_pieces)]
pub struct NewPiece {
    /// The chat.
    pub chat_id: ChatId,
    /// The run.
    pub run_id: RunId,
    /// The replica that drives the run.
    #[diesel(column_name = origin)]
    pub replica_id: Uuid,
    /// Whether earlier pieces of the chat are void.
    pub is_first: bool,
    /// A partial turn with the text since the previous piece, as JSON.
    pub piece: Value,
}

/// A stored piece.
#[derive(Debug, Queryable)]
pub struct Piece {
    /// Ascending within a chat.
    pub id: i64,
    /// Whether earlier pieces of the chat are void.
    pub is_first: bool,
    /// A partial turn with the text since the previous piece, as JSON.
    pub piece: Value,
}

/// The advisory lock that every replica shares while it listens.
const LISTENERS: &str = "hashtextextended('deskhand listeners in ' || current_schema(), 0)";

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

/// Adds a piece to the partial turn of a chat; a first one replaces the others.
///
/// # Errors
/// When the chat is gone.
pub async fn append(conn: &mut Connection, piece: &NewPiece) -> QueryResult<()> {
    conn.transaction(async |conn| {
        if piece.is_first {
            remove(conn, piece.chat_id).await?;
        }
        diesel::insert_into(live_turn_pieces::table).values(piece).execute(conn).await?;
        Ok(())
    })
    .await
}

/// The pieces of a chat's partial turn after one of them, in order, while its run is running.
pub async fn after(conn: &mut Connection, chat_id: ChatId, id: i64) -> QueryResult<Vec<Piece>> {
    live_turn_pieces::table
        .inner_join(runs::table.on(runs::id.eq(live_turn_pieces::run_id)))
        .filter(live_turn_pieces::chat_id.eq(chat_id))
        .filter(live_turn_pieces::id.gt(id))
        .filter(runs::state.eq(RunState::Running))
        .order(live_turn_pieces::id)
        .select((live_turn_pieces::id, live_turn_pieces::is_first, live_turn_pieces::piece))
        .load(conn)
        .await
}

/// Deletes the partial turn of a chat.
pub async fn remove(conn: &mut Connection, chat_id: ChatId) -> QueryResult<()> {
    let pieces = live_turn_pieces::table.filter(live_turn_pieces::chat_id.eq(chat_id));
    diesel::delete(pieces).execute(conn).await?;
    Ok(())
}

/// Deletes the partial turns of runs that are not running; returns the number of pieces.
pub async fn delete_abandoned(conn: &mut Connection) -> QueryResult<usize> {
    let running = runs::table.filter(runs::state.eq(RunState::Running)).select(runs::id);
    let abandoned = live_turn_pieces::table.filter(live_turn_pieces::run_id.ne_all(running));
    diesel::delete(abandoned).execute(conn).await
}
