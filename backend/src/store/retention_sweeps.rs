//! The nightly deletions of what is kept no longer.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;

use super::Connection;
use super::schema::retention_sweeps;

/// A nightly deletion.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = retention_sweeps)]
pub struct RetentionSweep {
    /// The day, in UTC.
    pub day: NaiveDate,
    /// When it was finished; `null` while it is under way.
    pub finished_at: Option<DateTime<Utc>>,
    /// The number of chats that it has deleted.
    pub chats: i64,
    /// The number of entries of the audit log that it has deleted.
    pub audit_entries: i64,
    /// The number of recorded requests of desktops that it has deleted.
    pub internet_requests: i64,
}

/// Takes the sweep of a day until the lease expires; `false` if it is finished, or another replica is at it.
pub async fn claim(
    conn: &mut Connection,
    day: NaiveDate,
    lease_expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let abandoned = retention_sweeps::finished_at.is_null().and(retention_sweeps::lease_expires_at.le(now));
    let claim = diesel::insert_into(retention_sweeps::table)
        .values((retention_sweeps::day.eq(day), retention_sweeps::lease_expires_at.eq(lease_expires_at)))
        .on_conflict(retention_sweeps::day)
        .do_update()
        .set(retention_sweeps::lease_expires_at.eq(excluded(retention_sweeps::lease_expires_at)));
    let claimed = FilterDsl::filter(claim, abandoned).execute(conn).await?;
    Ok(claimed == 1)
}

/// How much a step of a sweep has deleted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Deleted {
    /// The number of chats.
    pub chats: i64,
    /// The number of entries of the audit log.
    pub audit_entries: i64,
    /// The number of recorded requests of desktops.
    pub internet_requests: i64,
}

/// Counts what the sweep has deleted, and renews its lease.
pub async fn count(
    conn: &mut Connection,
    day: NaiveDate,
    deleted: Deleted,
    lease_expires_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(retention_sweeps::table.find(day))
        .set((
            retention_sweeps::chats.eq(retention_sweeps::chats + deleted.chats),
            retention_sweeps::audit_entries.eq(retention_sweeps::audit_entries + deleted.audit_entries),
            retention_sweeps::internet_requests
                .eq(retention_sweeps::internet_requests + deleted.internet_requests),
            retention_sweeps::lease_expires_at.eq(lease_expires_at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Finishes the sweep of a day.
pub async fn finish(
    conn: &mut Connection,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> QueryResult<RetentionSweep> {
    diesel::update(retention_sweeps::table.find(day))
        .set(retention_sweeps::finished_at.eq(now))
        .returning(RetentionSweep::as_returning())
        .get_result(conn)
        .await
}

/// The newest sweeps.
pub async fn newest(conn: &mut Connection, limit: i64) -> QueryResult<Vec<RetentionSweep>> {
    retention_sweeps::table
        .order(retention_sweeps::day.desc())
        .limit(limit)
        .select(RetentionSweep::as_select())
        .load(conn)
        .await
}

/// Deletes the rows of sweeps from before a day.
pub async fn delete_before(conn: &mut Connection, day: NaiveDate) -> QueryResult<usize> {
    diesel::delete(QueryDsl::filter(retention_sweeps::table, retention_sweeps::day.lt(day)))
        .execute(conn)
        .await
}
