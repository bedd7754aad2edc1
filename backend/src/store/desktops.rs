//! One virtual desktop a chat.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, DesktopId};
use uuid::Uuid;

use super::Connection;
use super::schema::desktops;
use super::text_enum::text_enum;

text_enum! {
    /// What we want of a desktop.
    DesiredState {
        /// It should run.
        Ready = "ready",
        /// It should rest, keeping the home folder.
        Stopped = "stopped",
        /// It should be gone.
        Removed = "removed",
    }
}

text_enum! {
    /// What we last saw of a desktop.
    ObservedState {
        /// It is starting.
        Creating = "creating",
        /// It can be used.
        Ready = "ready",
        /// Its processes are frozen.
        Paused = "paused",
        /// It does not run; the home folder is kept.
        Stopped = "stopped",
        /// It is gone.
        Removed = "removed",
        /// It could not start, or ended by itself.
        Failed = "failed",
    }
}

/// A desktop's row.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = desktops)]
pub struct DesktopRow {
    /// Its id.
    pub id: DesktopId,
    /// Whose desktop it is.
    pub chat_id: ChatId,
    /// What we want of it.
    pub desired: DesiredState,
    /// What we last saw of it.
    pub observed: ObservedState,
    /// Why it is not ready, for people.
    pub reason: Option<String>,
    /// When it was first wanted.
    pub created_at: DateTime<Utc>,
    /// When its state last changed.
    pub updated_at: DateTime<Utc>,
    /// The replica that runs it.
    #[diesel(column_name = host)]
    pub replica_id: Option<Uuid>,
}

/// The chat's desktop, wanted ready. On first call it is made, with the id that is offered.
///
/// # Errors
/// When the chat is gone.
pub async fn want_ready(
    conn: &mut Connection,
    chat_id: ChatId,
    offered: DesktopId,
    now: DateTime<Utc>,
) -> QueryResult<DesktopRow> {
    diesel::insert_into(desktops::table)
        .values(DesktopRow {
            id: offered,
            chat_id,
            desired: DesiredState::Ready,
            observed: ObservedState::Creating,
            reason: None,
            created_at: now,
            updated_at: now,
            replica_id: None,
        })
        .on_conflict(desktops::chat_id)
        .do_update()
        .set((desktops::desired.eq(DesiredState::Ready), desktops::updated_at.eq(now)))
        .returning(DesktopRow::as_returning())
        .get_result(conn)
        .await
}

/// Whether another replica that is alive runs the chat's desktop.
pub async fn runs_elsewhere(conn: &mut Connection, id: DesktopId, replica_id: Uuid) -> QueryResult<bool> {
    let running = [ObservedState::Creating, ObservedState::Ready, ObservedState::Paused];
    diesel::select(diesel::dsl::exists(
        desktops::table
            .find(id)
            .filter(desktops::host.ne(replica_id))
            .filter(desktops::observed.eq_any(running))
            .filter(sql::<Bool>("supervisor_is_there(host)")),
    ))
    .get_result(conn)
    .await
}

/// Notes which replica runs a desktop.
pub async fn set_replica(conn: &mut Connection, id: DesktopId, replica_id: Uuid) -> QueryResult<()> {
    diesel::update(desktops::table.find(id)).set(desktops::host.eq(replica_id)).execute(conn).await?;
    Ok(())
}

/// Says that a desktop should rest until somebody wants it.
pub async fn want_stopped(conn: &mut Connection, id: DesktopId) -> QueryResult<()> {
    diesel::update(desktops::table.find(id))
        .set(desktops::desired.eq(DesiredState::Stopped))
        .execute(conn)
        .await?;
    Ok(())
}

/// The chat's desktop.
pub async fn find_by_chat(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Option<DesktopRow>> {
    desktops::table
        .filter(desktops::chat_id.eq(chat_id))
        .select(DesktopRow::as_select())
        .first(conn)
        .await
        .optional()
}

/// Whose desktop it is; `None`: nobody's, or there is none.
pub async fn chat_of(conn: &mut Connection, id: DesktopId) -> QueryResult<Option<ChatId>> {
    desktops::table.find(id).select(desktops::chat_id).first(conn).await.optional()
}

/// All desktops.
pub async fn all(conn: &mut Connection) -> QueryResult<Vec<DesktopRow>> {
    desktops::table.select(DesktopRow::as_select()).load(conn).await
}

/// Notes what was seen of a desktop.
pub async fn observe(
    conn: &mut Connection,
    id: DesktopId,
    observed: ObservedState,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(desktops::table.find(id))
        .set((desktops::observed.eq(observed), desktops::reason.eq(reason), desktops::updated_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Marks desktops that were up as stopped, except those of other live replicas: what a replica that has just started
/// sees.
pub async fn mark_all_stopped(conn: &mut Connection, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(
        desktops::table
            .filter(desktops::observed.eq_any([
                ObservedState::Creating,
                ObservedState::Ready,
                ObservedState::Paused,
            ]))
            .filter(sql::<Bool>("(host IS NULL OR NOT supervisor_is_there(host))")),
    )
    .set((
        desktops::observed.eq(ObservedState::Stopped),
        desktops::reason.eq(None::<String>),
        desktops::updated_at.eq(now),
    ))
    .execute(conn)
    .await
}
