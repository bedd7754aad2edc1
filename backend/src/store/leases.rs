//! Leases on runs: who may drive a run, and write for it.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use protocol::ids::RunId;
use uuid::Uuid;

use super::Connection;
use super::runs::{Run, RunState};
use super::schema::runs;

/// How long a supervisor owns a run without renewing.
pub const LEASE: TimeDelta = TimeDelta::seconds(15);

/// The right to write for a run: who took it, and at which try.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    /// The run.
    pub run_id: RunId,
    /// The replica whose supervisor took it.
    pub replica_id: Uuid,
    /// The try.
    pub attempt: i32,
}

/// Takes the oldest run that waits: queued with no other run active in its chat and nobody in control of its desktop, or
/// abandoned by its supervisor. Where a desktop runs, its runs are taken.
pub async fn claim(conn: &mut Connection, replica_id: Uuid, now: DateTime<Utc>) -> QueryResult<Option<Run>> {
    let claimed = diesel::sql_query(
        "UPDATE runs SET state = 'running', lease_owner = $1, lease_expires_at = $2, attempt = attempt + 1,
                started_at = coalesce(started_at, $3)
         WHERE id = (
            SELECT id FROM runs waiting
            WHERE ((state = 'running'
                     AND (lease_expires_at <= $3 OR (lease_owner <> $1 AND NOT supervisor_is_there(lease_owner))))
               OR (state = 'queued'
                   AND NOT EXISTS (SELECT FROM control_leases held WHERE held.chat_id = waiting.chat_id)
                   AND NOT EXISTS (
                    SELECT FROM runs other WHERE other.chat_id = waiting.chat_id AND other.id <> waiting.id
                    AND (other.state IN ('running', 'awaiting_approval', 'awaiting_human', 'paused')
                         OR (other.state = 'queued' AND other.id < waiting.id)))))
              AND NOT EXISTS (
                    SELECT FROM desktops WHERE desktops.chat_id = waiting.chat_id AND host <> $1
                    AND observed IN ('creating', 'ready', 'paused') AND supervisor_is_there(host))
            ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1)
         RETURNING *",
    )
    .bind::<SqlUuid, _>(replica_id)
    .bind::<Timestamptz, _>(now + LEASE)
    .bind::<Timestamptz, _>(now)
    .get_result(conn)
    .await
    .optional();
    match claimed {
        // Another supervisor took a run of the same chat in the same instant; that one goes first.
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(None),
        other => other,
    }
}

/// What people have requested of a run that is being driven.
#[derive(Debug, Clone, Copy)]
pub struct RunRequests {
    /// To stop it.
    pub cancel: bool,
    /// To pause it.
    pub pause: bool,
}

/// What people have requested of a run. `None` when the lease was lost.
pub async fn requests(conn: &mut Connection, lease: Lease) -> QueryResult<Option<RunRequests>> {
    let found: Option<(bool, bool)> =
        held(lease).select((runs::cancel_requested, runs::pause_requested)).first(conn).await.optional()?;
    Ok(found.map(|(cancel, pause)| RunRequests { cancel, pause }))
}

/// Renews a lease. `None` when it was lost; else what people have requested of the run.
pub async fn renew(
    conn: &mut Connection,
    lease: Lease,
    now: DateTime<Utc>,
) -> QueryResult<Option<RunRequests>> {
    let found: Option<(bool, bool)> = diesel::update(held(lease))
        .set(runs::lease_expires_at.eq(now + LEASE))
        .returning((runs::cancel_requested, runs::pause_requested))
        .get_result(conn)
        .await
        .optional()?;
    Ok(found.map(|(cancel, pause)| RunRequests { cancel, pause }))
}

/// Locks the run's row until the transaction ends, if the lease is still held. The fence before each write.
pub async fn lock_held(conn: &mut Connection, lease: Lease) -> QueryResult<bool> {
    let found: Option<RunId> = held(lease).select(runs::id).for_update().first(conn).await.optional()?;
    Ok(found.is_some())
}

/// Gives a run back at once, to be taken by the next supervisor.
pub async fn release(conn: &mut Connection, lease: Lease, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(held(lease))
        .set((runs::lease_expires_at.eq(now), runs::lease_owner.eq(None::<Uuid>)))
        .execute(conn)
        .await?;
    Ok(())
}

/// The run, as long as the lease holds.
#[diesel::dsl::auto_type(no_type_alias)]
fn held(lease: Lease) -> _ {
    let run_id: RunId = lease.run_id;
    let replica_id: Uuid = lease.replica_id;
    let attempt: i32 = lease.attempt;
    let running: RunState = RunState::Running;
    runs::table
        .filter(runs::id.eq(run_id))
        .filter(runs::lease_owner.eq(replica_id))
        .filter(runs::attempt.eq(attempt))
        .filter(runs::state.eq(running))
}
