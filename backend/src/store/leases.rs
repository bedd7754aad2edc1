//! Leases on runs: the right to drive a run and to write for it.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use protocol::ids::RunId;
use uuid::Uuid;

use super::Connection;
use super::runs::{Run, RunState};
use super::schema::runs;

/// How long a lease lasts without renewal.
pub const LEASE: TimeDelta = TimeDelta::seconds(15);

/// The right to write for a run, as of one claim.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    /// The run.
    pub run_id: RunId,
    /// The replica that claimed it.
    pub replica_id: Uuid,
    /// The number of the claim. It tells this lease from an earlier one of the same replica.
    pub attempt: i32,
}

/// How many runs may run at once.
#[derive(Debug, Clone, Copy)]
pub struct RunsAtOnce {
    /// Of one person for whom nothing else is set.
    pub person: i64,
    /// Of everybody.
    pub installation: i64,
}

/// The advisory lock that makes claims wait for each other, so that together they keep the limits.
const CLAIM_LOCK: i64 = 0x6465_736b_636c_6169;

/// Claims the oldest waiting run: one that is queued within the limits, with no other run ahead of it in its chat and
/// nobody in control of the desktop, of a user who is not disabled; or one that its supervisor abandoned. Runs of a chat whose desktop is up on another
/// live replica are left to that replica. Call it inside a transaction.
pub async fn claim(
    conn: &mut Connection,
    replica_id: Uuid,
    at_once: RunsAtOnce,
    now: DateTime<Utc>,
) -> QueryResult<Option<Run>> {
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(CLAIM_LOCK).execute(conn).await?;
    diesel::sql_query(
        "UPDATE runs SET state = 'running', lease_owner = $1, lease_expires_at = $2, attempt = attempt + 1,
                started_at = coalesce(started_at, $3)
         WHERE id = (
            SELECT waiting.id FROM runs waiting JOIN chats ON chats.id = waiting.chat_id JOIN users ON users.id = chats.user_id
            WHERE ((state = 'running'
                     AND (lease_expires_at <= $3 OR (lease_owner <> $1 AND NOT supervisor_is_there(lease_owner))))
               OR (state = 'queued' AND disabled_at IS NULL
                   AND (SELECT count(*) FROM runs busy WHERE busy.state = 'running') < $5
                   AND (SELECT count(*) FROM runs busy JOIN chats theirs ON theirs.id = busy.chat_id
                        WHERE busy.state = 'running' AND theirs.user_id = chats.user_id)
                       < coalesce((limits->>'runs_at_once')::bigint, $4)
                   AND NOT EXISTS (SELECT FROM control_leases held WHERE held.chat_id = waiting.chat_id)
                   AND NOT EXISTS (
                    SELECT FROM runs other WHERE other.chat_id = waiting.chat_id AND other.id <> waiting.id
                    AND (other.state IN ('running', 'awaiting_approval', 'awaiting_human', 'paused')
                         OR (other.state = 'queued' AND other.position < waiting.position)))))
              AND NOT EXISTS (
                    SELECT FROM desktops WHERE desktops.chat_id = waiting.chat_id AND host <> $1
                    AND observed IN ('creating', 'ready', 'paused') AND supervisor_is_there(host))
            ORDER BY position FOR UPDATE OF waiting SKIP LOCKED LIMIT 1)
         RETURNING *",
    )
    .bind::<SqlUuid, _>(replica_id)
    .bind::<Timestamptz, _>(now + LEASE)
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(at_once.person)
    .bind::<BigInt, _>(at_once.installation)
    .get_result(conn)
    .await
    .optional()
}

/// The requests of people stored with a run.
#[derive(Debug, Clone, Copy)]
pub struct RunRequests {
    /// Cancel it.
    pub cancel: bool,
    /// Pause it.
    pub pause: bool,
}

/// The requests stored with a run; `None` if the lease is lost.
pub async fn requests(conn: &mut Connection, lease: Lease) -> QueryResult<Option<RunRequests>> {
    let found: Option<(bool, bool)> =
        held(lease).select((runs::cancel_requested, runs::pause_requested)).first(conn).await.optional()?;
    Ok(found.map(|(cancel, pause)| RunRequests { cancel, pause }))
}

/// Renews a lease and returns the requests stored with the run; `None` if the lease is lost.
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

/// Locks the run until the transaction ends and returns whether the lease is still held. Call it before each
/// write.
pub async fn lock_held(conn: &mut Connection, lease: Lease) -> QueryResult<bool> {
    let found: Option<RunId> = held(lease).select(runs::id).for_update().first(conn).await.optional()?;
    Ok(found.is_some())
}

/// Releases a lease, so that the next supervisor can claim the run at once.
pub async fn release(conn: &mut Connection, lease: Lease, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(held(lease))
        .set((runs::lease_expires_at.eq(now), runs::lease_owner.eq(None::<Uuid>)))
        .execute(conn)
        .await?;
    Ok(())
}

/// The run, if the lease is still held.
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
