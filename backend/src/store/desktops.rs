//! Desktops; a chat has at most one.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, DesktopId, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::schema::{chats, desktops, users};
use super::text_enum::text_enum;
use super::{Connection, Page};

text_enum! {
    /// The state a desktop should be in.
    DesiredState {
        /// It should be running.
        Ready = "ready",
        /// It should be stopped, with its home folder kept.
        Stopped = "stopped",
        /// It should be removed.
        Removed = "removed",
    }
}

text_enum! {
    /// The state a desktop was last seen in.
    ObservedState {
        /// It is starting.
        Creating = "creating",
        /// It can be used.
        Ready = "ready",
        /// Its processes are frozen.
        Paused = "paused",
        /// It is not running; its home folder is kept.
        Stopped = "stopped",
        /// It is removed.
        Removed = "removed",
        /// It failed to start, or ended unexpectedly.
        Failed = "failed",
    }
}

/// The states of a desktop that is up, or about to be.
const UP: [ObservedState; 3] = [ObservedState::Creating, ObservedState::Ready, ObservedState::Paused];

/// A row of `desktops`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = desktops)]
pub struct DesktopRow {
    /// Identifies the desktop.
    pub id: DesktopId,
    /// The chat that it belongs to.
    pub chat_id: ChatId,
    /// The state it should be in.
    pub desired: DesiredState,
    /// The state it was last seen in.
    pub observed: ObservedState,
    /// Why it is not ready; user-facing.
    pub reason: Option<String>,
    /// When the row was inserted.
    pub created_at: DateTime<Utc>,
    /// When a state last changed.
    pub updated_at: DateTime<Utc>,
    /// The replica that runs it, or last ran it.
    #[diesel(column_name = host)]
    pub replica_id: Option<Uuid>,
}

impl DesktopRow {
    /// Whether it is up, or about to be.
    #[must_use]
    pub fn is_up(&self) -> bool {
        UP.contains(&self.observed)
    }
}

/// The number of desktops in each state; no entry for a state that none is in.
pub async fn count_by_state(conn: &mut Connection) -> QueryResult<Vec<(ObservedState, i64)>> {
    desktops::table
        .group_by(desktops::observed)
        .select((desktops::observed, diesel::dsl::count_star()))
        .load(conn)
        .await
}

/// Requests that the chat's desktop run. The first call inserts it with the id `offered`.
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

/// Whether another live replica runs the desktop.
pub async fn runs_elsewhere(conn: &mut Connection, id: DesktopId, replica_id: Uuid) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        desktops::table
            .find(id)
            .filter(desktops::host.ne(replica_id))
            .filter(desktops::observed.eq_any(UP))
            .filter(sql::<Bool>("supervisor_is_there(host)")),
    ))
    .get_result(conn)
    .await
}

/// The advisory lock that makes desktops that come up wait for each other, so that together they keep the limits.
const COUNT_LOCK: i64 = 0x6465_736b_746f_7073;

/// Makes others who count desktops wait until the transaction ends.
pub async fn lock_count(conn: &mut Connection) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(COUNT_LOCK).execute(conn).await?;
    Ok(())
}

/// The number of desktops that are up, of one person or of everybody, without that of a chat.
pub async fn count_up(
    conn: &mut Connection,
    user_id: Option<UserId>,
    without: Option<ChatId>,
) -> QueryResult<i64> {
    let mut counted = desktops::table
        .inner_join(chats::table.on(chats::id.eq(desktops::chat_id)))
        .filter(desktops::observed.eq_any(UP))
        .filter(sql::<Bool>("supervisor_is_there(desktops.host)"))
        .into_boxed();
    if let Some(without) = without {
        counted = counted.filter(desktops::chat_id.ne(without));
    }
    if let Some(user_id) = user_id {
        counted = counted.filter(chats::user_id.eq(user_id));
    }
    counted.count().get_result(conn).await
}

/// What a desktop takes, as far as it was measured.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = desktops)]
pub struct DesktopLoad {
    /// The disk usage of the home folder, in bytes.
    pub home_bytes: Option<i64>,
    /// The memory of its programs, in bytes.
    pub memory_bytes: Option<i64>,
    /// What its programs have used of one processor lately.
    pub processor_share: Option<f32>,
    /// When it was measured.
    pub measured_at: Option<DateTime<Utc>>,
}

/// Records what a desktop takes. What was not measured stays.
pub async fn set_load(conn: &mut Connection, id: DesktopId, load: DesktopLoad) -> QueryResult<()> {
    diesel::update(desktops::table.find(id)).set(load).execute(conn).await?;
    Ok(())
}

/// A desktop that is up, with whose it is and what it takes.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
pub struct RunningDesktop {
    /// Identifies the desktop.
    pub id: DesktopId,
    /// The chat that it belongs to.
    pub chat_id: ChatId,
    /// The chat's owner.
    pub user_id: UserId,
    /// The owner's username.
    pub username: String,
    /// The state it was last seen in.
    pub state: ObservedState,
    /// When it was first made.
    pub created_at: DateTime<Utc>,
    /// Since when it is in this state.
    pub since: DateTime<Utc>,
    /// The replica that runs it.
    pub replica_id: Option<Uuid>,
    /// The disk usage of the home folder in bytes when it was last measured.
    pub home_bytes: i64,
    /// The memory of its programs in bytes when it was last measured; `null`: not yet.
    pub memory_bytes: Option<i64>,
    /// What its programs used of one processor between the last two measurements, such as 0.25; above 1 with several.
    pub processor_share: Option<f32>,
    /// When memory and processor were measured.
    pub measured_at: Option<DateTime<Utc>>,
}

/// The desktops that are up, the newest first. Returns one more than the page holds if there are more.
pub async fn list_up(conn: &mut Connection, page: Page<DesktopId>) -> QueryResult<Vec<RunningDesktop>> {
    let mut list = desktops::table
        .inner_join(chats::table.on(chats::id.eq(desktops::chat_id)))
        .inner_join(users::table.on(users::id.eq(chats::user_id)))
        .filter(desktops::observed.eq_any(UP))
        .filter(sql::<Bool>("supervisor_is_there(desktops.host)"))
        .order(desktops::id.desc())
        .select((
            desktops::id,
            desktops::chat_id,
            users::id,
            users::username,
            desktops::observed,
            desktops::created_at,
            desktops::updated_at,
            desktops::host,
            desktops::home_bytes,
            desktops::memory_bytes,
            desktops::processor_share,
            desktops::measured_at,
        ))
        .offset(page.skip)
        .limit(page.limit + 1)
        .into_boxed();
    if let Some(after) = page.after {
        list = list.filter(desktops::id.lt(after));
    }
    list.load(conn).await
}

/// The desktops that are up.
pub async fn all_up(conn: &mut Connection) -> QueryResult<Vec<DesktopRow>> {
    desktops::table.filter(desktops::observed.eq_any(UP)).select(DesktopRow::as_select()).load(conn).await
}

/// Records which replica runs a desktop.
pub async fn set_replica(conn: &mut Connection, id: DesktopId, replica_id: Uuid) -> QueryResult<()> {
    diesel::update(desktops::table.find(id)).set(desktops::host.eq(replica_id)).execute(conn).await?;
    Ok(())
}

/// Records that a desktop should stay stopped until its next use.
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

/// The chat that a desktop belongs to; `None` if it has none or does not exist.
pub async fn chat_of(conn: &mut Connection, id: DesktopId) -> QueryResult<Option<ChatId>> {
    desktops::table.find(id).select(desktops::chat_id).first(conn).await.optional()
}

/// All desktops.
pub async fn all(conn: &mut Connection) -> QueryResult<Vec<DesktopRow>> {
    desktops::table.select(DesktopRow::as_select()).load(conn).await
}

/// Records the state that a desktop was seen in.
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

/// Marks desktops recorded as up as stopped, except those of other live replicas. For a replica that has just
/// started.
pub async fn mark_all_stopped(conn: &mut Connection, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(
        desktops::table
            .filter(desktops::observed.eq_any(UP))
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
