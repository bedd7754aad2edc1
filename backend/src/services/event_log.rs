//! Appends to a chat's log and announces it, in that order.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::result::Error;
use diesel_async::AsyncConnection as _;
use protocol::ids::{ChatId, RunId};

use crate::clock::Clock;
use crate::database::{Database, DatabaseUnavailable};
use crate::live::hub::{Hub, LiveEvent};
use crate::store::Connection;
use crate::store::control_leases;
use crate::store::events::{self, EventKind, EventRow, NewEvent};
use crate::store::leases::{self, Lease};
use crate::store::runs::{self, PERSON_IN_CONTROL, Rest, Run, RunState};

/// Why an entry could not be appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Another supervisor drives the run now, or it has ended.
    #[error("the lease on the run was lost")]
    LeaseLost,
    /// Postgres can't be reached.
    #[error(transparent)]
    Unavailable(#[from] DatabaseUnavailable),
    /// The database failed, or the chat is gone.
    #[error("appending to a chat's log")]
    Database(#[from] Error),
}

/// Whether a call may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Its start is written down.
    Written,
    /// It may not: a person controls the desktop.
    PersonInControl,
}

/// The logs of all chats.
#[derive(Clone)]
pub struct EventLog {
    /// Where they are.
    pub database: Database,
    /// Where they are announced.
    pub hub: Hub,
    /// Dates them.
    pub clock: Clock,
}

impl EventLog {
    /// Appends what belongs to no run.
    ///
    /// # Errors
    /// When the database fails or the chat is gone.
    pub async fn append(&self, chat_id: ChatId, event: NewEvent) -> Result<(), AppendError> {
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        let row = conn.transaction(async |conn| events::append(conn, chat_id, event, now).await).await?;
        self.announce(row);
        Ok(())
    }

    /// Appends what a run did, if the lease is still held.
    ///
    /// # Errors
    /// When the lease was lost or the database fails.
    pub async fn append_held(
        &self,
        lease: Lease,
        chat_id: ChatId,
        event: NewEvent,
    ) -> Result<(), AppendError> {
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        let row = conn
            .transaction(async |conn| {
                if !leases::lock_held(conn, lease).await? {
                    return Err(AppendError::LeaseLost);
                }
                Ok(events::append(conn, chat_id, event, now).await?)
            })
            .await?;
        self.announce(row);
        Ok(())
    }

    /// Appends that a call is about to be done, if the lease is still held. Not if a person controls the desktop: whoever
    /// takes control waits for this, and this for them, so no call begins afterwards.
    ///
    /// # Errors
    /// When the lease was lost or the database fails.
    pub async fn append_start_held(
        &self,
        lease: Lease,
        chat_id: ChatId,
        event: NewEvent,
    ) -> Result<Start, AppendError> {
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        let row = conn
            .transaction(async |conn| {
                if !leases::lock_held(conn, lease).await? {
                    return Err(AppendError::LeaseLost);
                }
                if control_leases::is_held(conn, chat_id).await? {
                    return Ok(None);
                }
                Ok(Some(events::append(conn, chat_id, event, now).await?))
            })
            .await?;
        let Some(row) = row else { return Ok(Start::PersonInControl) };
        self.announce(row);
        Ok(Start::Written)
    }

    /// Ends a run and says so in the log, if the lease is still held.
    ///
    /// # Errors
    /// When the lease was lost or the database fails.
    pub async fn finish_held(
        &self,
        lease: Lease,
        state: RunState,
        code: &str,
        message: &str,
    ) -> Result<(), AppendError> {
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        let row = conn
            .transaction(async |conn| {
                if !leases::lock_held(conn, lease).await? {
                    return Err(AppendError::LeaseLost);
                }
                let run = runs::finish(conn, lease.run_id, state, code, message, now).await?;
                Ok(events::append(conn, run.chat_id, run_state_event(&run), now).await?)
            })
            .await?;
        self.announce(row);
        Ok(())
    }

    /// Leaves a run to a person and says so in the log, if the lease is still held.
    ///
    /// # Errors
    /// When the lease was lost or the database fails.
    pub async fn rest_held(&self, lease: Lease, rest: &Rest) -> Result<(), AppendError> {
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        let row = conn
            .transaction(async |conn| {
                if !leases::lock_held(conn, lease).await? {
                    return Err(AppendError::LeaseLost);
                }
                let run = runs::rest(conn, lease.run_id, rest).await?;
                Ok(events::append(conn, run.chat_id, run_state_event(&run), now).await?)
            })
            .await?;
        self.announce(row);
        Ok(())
    }

    /// Pauses a run, if the lease is still held, because a person wants that or controls the desktop. Where neither is so
    /// any more, the run is left to the next supervisor instead.
    ///
    /// # Errors
    /// When the lease was lost or the database fails.
    pub async fn pause_held(&self, lease: Lease, chat_id: ChatId) -> Result<(), AppendError> {
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        let row = conn
            .transaction(async |conn| {
                if !leases::lock_held(conn, lease).await? {
                    return Err(AppendError::LeaseLost);
                }
                let wishes = leases::wishes(conn, lease).await?;
                let rest = if wishes.is_some_and(|wishes| wishes.pause) {
                    paused()
                } else if control_leases::is_held(conn, chat_id).await? {
                    in_control()
                } else {
                    leases::release(conn, lease, now).await?;
                    return Ok(None);
                };
                let run = runs::rest(conn, lease.run_id, &rest).await?;
                Ok(Some(events::append(conn, run.chat_id, run_state_event(&run), now).await?))
            })
            .await?;
        row.into_iter().for_each(|row| self.announce(row));
        Ok(())
    }

    /// Leaves a run to the next supervisor, at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release(&self, lease: Lease) -> Result<(), AppendError> {
        let mut conn = self.database.connection().await?;
        Ok(leases::release(&mut conn, lease, self.clock.now()).await?)
    }

    /// Tells watchers of an entry that has been committed.
    pub fn announce(&self, row: EventRow) {
        self.hub.publish(row.chat_id, LiveEvent::Durable(Arc::new(row.into())));
    }
}

/// What a run is told that is queued while a person is in control.
pub const BEGINS_LATER: &str = "You are in control. The run begins when you hand back.";

/// What a run is told whose person wants it to pause.
#[must_use]
pub fn paused() -> Rest {
    Rest {
        state: RunState::Paused,
        code: "paused".to_owned(),
        message: "You paused the run. Resume it when you are ready.".to_owned(),
        waits_for: None,
    }
}

/// What a run is told that waits until a person hands the desktop back.
#[must_use]
pub fn in_control() -> Rest {
    Rest {
        state: RunState::Paused,
        code: PERSON_IN_CONTROL.to_owned(),
        message: "You are in control. The run goes on when you hand back.".to_owned(),
        waits_for: None,
    }
}

/// The entry that says where a run stands.
#[must_use]
pub fn run_state_event(run: &Run) -> NewEvent {
    NewEvent {
        run_id: Some(run.id),
        kind: EventKind::RunState,
        payload: serde_json::json!({
            "state": run.state, "code": run.code, "message": run.message, "waits_for": run.waits_for,
        }),
    }
}

/// Says why a run is in its state, in its row and in the log. Call it in a transaction.
///
/// # Errors
/// When the database fails.
pub async fn explain(
    conn: &mut Connection,
    run_id: RunId,
    code: &str,
    message: &str,
    now: DateTime<Utc>,
) -> QueryResult<EventRow> {
    let run = runs::explain(conn, run_id, code, message).await?;
    events::append(conn, run.chat_id, run_state_event(&run), now).await
}
