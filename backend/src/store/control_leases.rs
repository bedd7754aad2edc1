//! Leases on the control of desktops: which person's mouse and keyboard count.
//!
//! As long as a chat has a row here, nothing is done for the model on its desktop. A row whose time is up can't be renewed:
//! its control is being handed back, and the row goes in the transaction that writes down what the person did.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, ControlLeaseId, TakeoverId, UserId};

use super::Connection;
use super::schema::control_leases;

/// How long a window keeps control of which nothing is heard.
pub const CONTROL_LEASE: TimeDelta = TimeDelta::seconds(12);

/// The control of a desktop.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, QueryableByName)]
#[diesel(table_name = control_leases)]
pub struct ControlLease {
    /// Whose desktop it is.
    pub chat_id: ChatId,
    /// The window that has control.
    pub id: ControlLeaseId,
    /// The whole stretch, whatever window has control.
    pub takeover_id: TakeoverId,
    /// The person.
    pub user_id: UserId,
    /// Since when the person has control.
    pub taken_at: DateTime<Utc>,
    /// When control is handed back unless it is renewed.
    pub expires_at: DateTime<Utc>,
}

/// Gives control to a window of a person, and takes it from another window of the same person. `None` when another person
/// has it or it is being handed back.
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

/// Renews a lease. Whether it was still held.
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

/// Lets the control of a chat run out, that of one window alone where one is named.
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

/// Who has control in a chat, be it that it is just being handed back.
pub async fn find(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Option<ControlLease>> {
    control_leases::table.find(chat_id).select(ControlLease::as_select()).first(conn).await.optional()
}

/// Whether a person has control in a chat.
pub async fn is_held(conn: &mut Connection, chat_id: ChatId) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(control_leases::table.find(chat_id))).get_result(conn).await
}

/// Those whose time is up.
pub async fn run_out(conn: &mut Connection, now: DateTime<Utc>) -> QueryResult<Vec<ControlLease>> {
    control_leases::table
        .filter(control_leases::expires_at.le(now))
        .select(ControlLease::as_select())
        .load(conn)
        .await
}

/// Ends a takeover whose time is up. Whether it had not been ended before.
pub async fn remove(conn: &mut Connection, takeover_id: TakeoverId, now: DateTime<Utc>) -> QueryResult<bool> {
    let removed = diesel::delete(control_leases::table)
        .filter(control_leases::takeover_id.eq(takeover_id))
        .filter(control_leases::expires_at.le(now));
    Ok(removed.execute(conn).await? > 0)
}
