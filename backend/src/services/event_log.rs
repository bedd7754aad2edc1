//! Appends events to a chat's log and publishes them after the commit.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::result::Error;
use diesel_async::AsyncConnection as _;
use protocol::ids::{ChatId, RunId};
use protocol::reason::Reason;
use protocol::spending::Spending;
use protocol::transcript::approval::Verdict;
use serde::Deserialize as _;

use crate::clock::Clock;
use crate::database::{Database, DatabaseUnavailable};
use crate::live::hub::{Hub, LiveEvent};
use crate::metrics::RunMetrics;
use crate::services::{messages, spending};
use crate::store::Connection;
use crate::store::control_leases;
use crate::store::events::{self, EventKind, EventRow, NewEvent};
use crate::store::leases::{self, Lease};
use crate::store::messages as message_rows;
use crate::store::runs::{self, Run, RunState, Suspension};
use crate::store::spending as notes;
use crate::words::BackendReason;

/// Why an event could not be appended.
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

/// A write that a supervisor makes for a run whose lease it holds.
pub enum HeldWrite<'a> {
    /// An event of the run.
    Event(ChatId, NewEvent),
    /// What the turn under way has cost so far.
    SpentSoFar(&'a Spending),
    /// Nothing more is told of the attempt that was under way.
    Settle,
    /// The start of a call. Not written while a person controls the desktop. Both this write and taking
    /// control lock the run, so no call starts once control is taken.
    CallStart(ChatId, NewEvent),
    /// The end of the run.
    Finish {
        /// The final state.
        state: RunState,
        /// Why.
        reason: &'a Reason,
    },
    /// The run waits for a person.
    Suspend(&'a Suspension),
    /// The run pauses, because a person asked for it or controls the desktop. If neither holds any more,
    /// nothing is written and the lease is released, so that the next supervisor resumes the run.
    Pause(ChatId),
}

impl HeldWrite<'_> {
    /// Returns the appended events; none if the write was not allowed.
    async fn apply(
        self,
        conn: &mut Connection,
        lease: Lease,
        now: DateTime<Utc>,
    ) -> QueryResult<Vec<EventRow>> {
        match self {
            Self::Event(chat_id, event) => {
                spending::append(conn, chat_id, event, now).await.map(|row| vec![row])
            }
            Self::SpentSoFar(spending) => {
                let noted = serde_json::to_value(spending);
                let noted = noted.map_err(|error| Error::SerializationError(Box::new(error)))?;
                notes::note(conn, lease.run_id, &noted).await.map(|()| Vec::new())
            }
            Self::CallStart(chat_id, event) => {
                if control_leases::is_held(conn, chat_id).await? {
                    return Ok(Vec::new());
                }
                append(conn, chat_id, event, now).await.map(|row| vec![row])
            }
            Self::Settle | Self::Finish { .. } | Self::Suspend(_) | Self::Pause(_) => {
                let settled = spending::settle(conn, lease.run_id, now).await?;
                let changed = self.change_state(conn, lease, now).await?;
                Ok(settled.into_iter().chain(changed).collect())
            }
        }
    }

    /// Changes the state of the run, if this is such a write.
    async fn change_state(
        self,
        conn: &mut Connection,
        lease: Lease,
        now: DateTime<Utc>,
    ) -> QueryResult<Option<EventRow>> {
        let run = match self {
            Self::Event(..) | Self::SpentSoFar(_) | Self::Settle | Self::CallStart(..) => return Ok(None),
            Self::Finish { state, reason } => runs::finish(conn, lease.run_id, state, reason, now).await?,
            Self::Suspend(suspension) => runs::suspend(conn, lease.run_id, suspension).await?,
            Self::Pause(chat_id) => {
                let requests = leases::requests(conn, lease).await?;
                let suspension = if requests.is_some_and(|requests| requests.pause) {
                    paused()
                } else if control_leases::is_held(conn, chat_id).await? {
                    in_control()
                } else {
                    leases::release(conn, lease, now).await?;
                    return Ok(None);
                };
                runs::suspend(conn, lease.run_id, &suspension).await?
            }
        };
        append(conn, run.chat_id, run_state_event(&run), now).await.map(Some)
    }
}

/// Appends an event and, if it is a message, its row in `messages`. Call it inside a transaction.
///
/// # Errors
/// When the chat is gone, or the payload does not match the event's kind.
pub async fn append(
    conn: &mut Connection,
    chat_id: ChatId,
    event: NewEvent,
    now: DateTime<Utc>,
) -> QueryResult<EventRow> {
    let row = events::append(conn, chat_id, event, now).await?;
    let message = messages::of_event(&row).map_err(|error| Error::SerializationError(Box::new(error)))?;
    if let Some(message) = message {
        message_rows::insert(conn, &[message]).await?;
    }
    Ok(row)
}

/// Appends events and publishes them. Cheap to clone.
#[derive(Clone)]
pub struct EventLog {
    /// Postgres.
    pub database: Database,
    /// Publishes committed events to watchers.
    pub hub: Hub,
    /// Supplies event timestamps.
    pub clock: Clock,
    /// Counts what is committed.
    pub metrics: RunMetrics,
}

impl EventLog {
    /// Appends an event that belongs to no run.
    ///
    /// # Errors
    /// When the chat is gone.
    pub async fn append(&self, chat_id: ChatId, event: NewEvent) -> Result<(), AppendError> {
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        let row = conn.transaction(async |conn| append(conn, chat_id, event, now).await).await?;
        self.announce(row);
        Ok(())
    }

    /// Applies a write if the lease is still held; every write of a supervisor passes through this check.
    /// Returns whether anything was written.
    ///
    /// # Errors
    /// When the lease is lost.
    pub async fn append_held(&self, lease: Lease, write: HeldWrite<'_>) -> Result<bool, AppendError> {
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        let rows = conn
            .transaction(async |conn| {
                if !leases::lock_held(conn, lease).await? {
                    return Err(AppendError::LeaseLost);
                }
                Ok(write.apply(conn, lease, now).await?)
            })
            .await?;
        let written = !rows.is_empty();
        rows.into_iter().for_each(|row| self.announce(row));
        Ok(written)
    }

    /// Releases a lease, so that the next supervisor can claim the run at once.
    pub async fn release(&self, lease: Lease) -> Result<(), AppendError> {
        let mut conn = self.database.connection().await?;
        Ok(leases::release(&mut conn, lease, self.clock.now()).await?)
    }

    /// Counts a committed event, and publishes it to watchers.
    pub fn announce(&self, row: EventRow) {
        self.count(&row);
        self.hub.publish(row.chat_id, LiveEvent::Durable(Arc::new(row.into())));
    }

    fn count(&self, row: &EventRow) {
        match row.kind {
            EventKind::RunState => match RunState::deserialize(&row.payload["state"]) {
                Ok(state) if state.is_terminal() => self.metrics.ended(state.as_str()),
                _ => {}
            },
            EventKind::Spent => {
                if let Ok(spending) = Spending::deserialize(&row.payload) {
                    self.metrics.spent(&spending);
                }
            }
            EventKind::Decision => {
                if let Ok(verdict) = Verdict::deserialize(&row.payload) {
                    self.metrics.decided(&verdict);
                }
            }
            _ => {}
        }
    }
}

/// The suspension of a run that a person pauses.
#[must_use]
pub fn paused() -> Suspension {
    Suspension { state: RunState::Paused, reason: BackendReason::Paused.into(), waits_for: None }
}

/// The suspension of a run while a person controls its desktop.
#[must_use]
pub fn in_control() -> Suspension {
    Suspension { state: RunState::Paused, reason: BackendReason::PersonInControl.into(), waits_for: None }
}

/// The event that records a run's state.
#[must_use]
pub fn run_state_event(run: &Run) -> NewEvent {
    NewEvent {
        run_id: Some(run.id),
        kind: EventKind::RunState,
        payload: serde_json::json!({
            "state": run.state, "code": run.code, "message": run.message, "facts": run.facts,
            "waits_for": run.waits_for,
        }),
    }
}

/// Sets why a run is in its state, in its row and in the log. Call it inside a transaction.
pub async fn explain(
    conn: &mut Connection,
    run_id: RunId,
    reason: &Reason,
    now: DateTime<Utc>,
) -> QueryResult<EventRow> {
    let run = runs::explain(conn, run_id, reason).await?;
    append(conn, run.chat_id, run_state_event(&run), now).await
}
