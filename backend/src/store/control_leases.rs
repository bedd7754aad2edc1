//! Leases on the control of desktops by people.
//!
//! While a chat has a row here, no call of the model starts on its desktop. An expired lease can't be
//! renewed; it is handed back, and its row is deleted in the transaction that records the person's steps.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, ControlLeaseId, TakeoverId, UserId};

use super::Connection;
use super::schema::control_leases;

/// How long a lease lasts without renewal.
pub const CONTROL_LEASE: TimeDelta = TimeDelta::seconds(12);

/// A row of `control_leases`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, QueryableByName)]
#[diesel(table_name = control_leases)]
pub struct ControlLease {
    /// The chat whose desktop is controlled.
    pub chat_id: ChatId,
    /// Identifies the lease. Held by one window; taking control from another window changes it.
    pub id: ControlLeaseId,
    /// Identifies the takeover from start to end, across windows.
    pub takeover_id: TakeoverId,
    /// The person in control.
    pub user_id: UserId,
    /// When the takeover began.
    pub taken_at: DateTime<Utc>,
    /// When the lease expires unless it is renewed.
    pub expires_at: DateTime<Utc>,
}

/// Takes control for a window, also from another window of the same person. `None` if another person has
/// control or an expired lease is being handed back.
///
/// # Errors
/// When the chat is gone.
pub async fn take(
    conn: &mut Connection,
    chat_id: ChatId,
    user_id: UserId,
    now: DateTime<Utc>,
) -> QueryResult<Option<ControlLease>> {
    let lease = ControlLease {
        chat_id,
        id: ControlLeaseId::generate(),
        takeover_id: TakeoverId::generate(),
        user_id,
        taken_at: now,
        expires_at: now + CONTROL_LEASE,
    };
    let put = diesel::insert_into(control_leases::table)
        .values(&lease)
        .on_conflict(control_leases::chat_id)
        .do_update()
        .set((control_leases::id.eq(lease.id), control_leases::expires_at.eq(lease.expires_at)));
    let held = control_leases::user_id.eq(user_id).and(control_leases::expires_at.gt(now));
    diesel::query_dsl::methods::FilterDsl::filter(put, held)
        .returning(ControlLease::as_returning())
        .get_result(conn)
        .await
        .optional()
}

/// Renews a lease. Returns whether it was still held.
pub async fn renew(
    conn: &mut Connection,
    chat_id: ChatId,
    id: ControlLeaseId,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let held = control_leases::table
        .find(chat_id)
        .filter(control_leases::id.eq(id))
        .filter(control_leases::expires_at.gt(now));
    let renewed = diesel::update(held).set(control_leases::expires_at.eq(now + CONTROL_LEASE));
    Ok(renewed.execute(conn).await? > 0)
}

/// Expires the lease of a chat now; with `only`, just that lease.
pub async fn let_run_out(
    conn: &mut Connection,
    chat_id: ChatId,
    only: Option<ControlLeaseId>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let mut held =
        diesel::update(control_leases::table).filter(control_leases::chat_id.eq(chat_id)).into_boxed();
    if let Some(id) = only {
        held = held.filter(control_leases::id.eq(id));
    }
    held.filter(control_leases::expires_at.gt(now))
        .set(control_leases::expires_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// The lease of a chat, including one that is being handed back.
pub async fn find(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Option<ControlLease>> {
    control_leases::table.find(chat_id).select(ControlLease::as_select()).first(conn).await.optional()
}

/// Whether a chat has a lease, including one that is being handed back.
pub async fn is_held(conn: &mut Connection, chat_id: ChatId) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(control_leases::table.find(chat_id))).get_result(conn).await
}

/// All expired leases.
pub async fn run_out(conn: &mut Connection, now: DateTime<Utc>) -> QueryResult<Vec<ControlLease>> {
    control_leases::table
        .filter(control_leases::expires_at.le(now))
        .select(ControlLease::as_select())
        .load(conn)
        .await
}

/// Deletes the expired lease of a takeover. Returns `false` if it was deleted before.
pub async fn remove(conn: &mut Connection, takeover_id: TakeoverId, now: DateTime<Utc>) -> QueryResult<bool> {
    let removed = diesel::delete(control_leases::table)
        .filter(control_leases::takeover_id.eq(takeover_id))
        .filter(control_leases::expires_at.le(now));
    Ok(removed.execute(conn).await? > 0)
}
