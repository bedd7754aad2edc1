//! Takeovers: a person takes control of a desktop's mouse and keyboard, keeps it while their window is open,
//! and hands it back ([`hand_back`]).

pub mod hand_back;

use diesel_async::AsyncConnection as _;
use std::sync::Arc;
use std::time::Duration;

use protocol::ids::{ChatId, ControlLeaseId, UserId};
use tokio::sync::Notify;

use crate::blobs::BlobStore;
use crate::database::{DatabaseError, from_database};
use crate::live::hub::LiveEvent;
use crate::live::views::Control;
use crate::services::desktops::{DesktopError, Desktops};
use crate::services::event_log::{EventLog, explain};
use crate::services::runs::signals::RunSignal;
use crate::services::runs::supervisor::Supervisor;
use crate::store::control_leases::{self, ControlLease};
use crate::store::runs::{self, RunState};
use crate::words::BackendReason;

/// Manages control of desktops by people. Cheap to clone.
#[derive(Clone)]
pub struct DesktopControl {
    /// Records takeovers.
    pub log: EventLog,
    /// Stores the screenshot taken at the end of a takeover.
    pub blobs: BlobStore,
    /// The desktops under control.
    pub desktops: Desktops,
    /// Drives the runs to preempt.
    pub supervisor: Supervisor,
    /// Notified when a lease has expired.
    pub expired: Arc<Notify>,
}

/// Why control can't be taken, kept or handed back. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Another person has control.
    #[error("Another person is in control. Wait until they hand back.")]
    HeldByAnother,
    /// The window no longer holds the lease.
    #[error("You are no longer in control here. Take over again.")]
    Lost,
    /// The desktop is not running, or its state could not be read.
    #[error(transparent)]
    Desktop(#[from] DesktopError),
    /// The lease or the log could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// The person's steps could not be fetched from the desktop or stored.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(ControlError);

/// Interval of looking for expired leases.
pub const HAND_BACK_EVERY: Duration = Duration::from_secs(1);

impl DesktopControl {
    /// Gives a person control of a chat's desktop. Preempts the run at work and keeps new calls from
    /// starting. Another window of the same person loses control and can only watch.
    ///
    /// # Errors
    /// When the desktop does not run here, or another person has control.
    pub async fn take(&self, chat_id: ChatId, user_id: UserId) -> Result<Control, ControlError> {
        if self.desktops.running(chat_id).await.is_none() {
            return Err(DesktopError::NotRunning.into());
        }
        let lease = loop {
            let mut conn = self.log.database.connection().await?;
            let now = self.log.clock.now();
            let taken = conn
                .transaction(async |conn| {
                    // A supervisor about to commit the start of a call blocks on this lock and then sees the
                    // control lease.
                    let unfinished = runs::lock_unfinished(conn, chat_id).await?;
                    let Some(lease) = control_leases::take(conn, chat_id, user_id, now).await? else {
                        return Ok::<_, ControlError>(None);
                    };
                    let mut rows = Vec::new();
                    for run in unfinished.iter().filter(|run| run.state == RunState::Queued) {
                        rows.push(explain(conn, run.id, &BackendReason::BeginsLater.into(), now).await?);
                    }
                    Ok(Some((lease, rows)))
                })
                .await?;
            if let Some((lease, rows)) = taken {
                rows.into_iter().for_each(|row| self.log.announce(row));
                break lease;
            }
            let held = control_leases::find(&mut conn, chat_id).await?;
            drop(conn);
            match held {
                Some(lease) if lease.expires_at > now && lease.user_id != user_id => {
                    return Err(ControlError::HeldByAnother);
                }
                // It is being handed back; try again afterwards.
                Some(lease) if lease.expires_at <= now => self.hand_back(&lease).await?,
                _ => {}
            }
        };
        self.supervisor.signal_chat(chat_id, RunSignal::Preempt);
        self.announce(chat_id).await?;
        Ok(lease.into())
    }

    /// Ends control of a desktop, or only that of the lease `only`, and resumes its run. Does nothing if
    /// nobody has control.
    pub async fn release(&self, chat_id: ChatId, only: Option<ControlLeaseId>) -> Result<(), ControlError> {
        let now = self.log.clock.now();
        let held = {
            let mut conn = self.log.database.connection().await?;
            control_leases::let_run_out(&mut conn, chat_id, only, now).await?;
            control_leases::find(&mut conn, chat_id).await?
        };
        match held {
            Some(lease) if lease.expires_at <= now => self.hand_back(&lease).await,
            _ => Ok(()),
        }
    }

    /// The lease, if this window still holds it.
    ///
    /// # Errors
    /// When it no longer holds it.
    pub async fn held(
        &self,
        chat_id: ChatId,
        user_id: UserId,
        id: ControlLeaseId,
    ) -> Result<ControlLease, ControlError> {
        let now = self.log.clock.now();
        let mut conn = self.log.database.connection().await?;
        let lease = control_leases::find(&mut conn, chat_id).await?;
        lease
            .filter(|lease| lease.id == id && lease.user_id == user_id && lease.expires_at > now)
            .ok_or(ControlError::Lost)
    }

    /// Renews a lease. Returns whether the window still holds it.
    pub async fn renew(&self, lease: &ControlLease) -> Result<bool, ControlError> {
        let now = self.log.clock.now();
        let mut conn = self.log.database.connection().await?;
        Ok(control_leases::renew(&mut conn, lease.chat_id, lease.id, now).await?)
    }

    /// Publishes the desktop's state and its control lease to watchers of the chat.
    pub async fn announce(&self, chat_id: ChatId) -> Result<(), ControlError> {
        let view = self.desktops.view(chat_id).await?;
        self.log.hub.publish(chat_id, LiveEvent::Desktop(view));
        Ok(())
    }
}
