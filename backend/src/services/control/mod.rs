//! Control of desktops: a person takes the mouse and the keyboard, keeps them while their window is open, and hands them
//! back ([`hand_back`]).

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
use crate::services::event_log::{BEGINS_LATER, EventLog, explain};
use crate::services::runs::signals::RunSignal;
use crate::services::runs::supervisor::Supervisor;
use crate::store::control_leases::{self, ControlLease};
use crate::store::runs::{self, PERSON_IN_CONTROL, RunState};

/// Control of the desktops by people.
#[derive(Clone)]
pub struct DesktopControl {
    /// Where takeovers are written down.
    pub log: EventLog,
    /// Where the screenshot of a takeover's end goes.
    pub blobs: BlobStore,
    /// What is controlled.
    pub desktops: Desktops,
    /// Drives the runs that make way.
    pub supervisor: Supervisor,
    /// Notified when a lease has expired.
    pub expired: Arc<Notify>,
}

/// Why control can't be taken, kept or handed back. The texts are for people.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Another person has control.
    #[error("Another person is in control. Wait until they hand back.")]
    HeldByAnother,
    /// The window does not hold this lease any more.
    #[error("You are no longer in control here. Take over again.")]
    Lost,
    /// The desktop does not run, or could not be looked at.
    #[error(transparent)]
    Desktop(#[from] DesktopError),
    /// The lease or the log could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// What the person did could not be read from the desktop, or not be kept.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(ControlError);

/// How often leases that have expired are looked for.
pub const HAND_BACK_EVERY: Duration = Duration::from_secs(1);

impl DesktopControl {
    /// Gives a person control of the desktop of a chat. What a run does there ends, and nothing more is begun; another window
    /// of the same person only watches from now on.
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
                    let Some(lease) = control_leases::take(conn, chat_id, user_id, now).await? else {
                        return Ok::<_, ControlError>(None);
                    };
                    // Whoever is about to write down the start of a call waits here, and does not write it then.
                    let unfinished = runs::lock_unfinished(conn, chat_id).await?;
                    let mut rows = Vec::new();
                    for run in unfinished.iter().filter(|run| run.state == RunState::Queued) {
                        rows.push(explain(conn, run.id, PERSON_IN_CONTROL, BEGINS_LATER, now).await?);
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
                // It is being handed back: once that is done it can be taken.
                Some(lease) if lease.expires_at <= now => self.hand_back(&lease).await?,
                _ => {}
            }
        };
        self.supervisor.signal_chat(chat_id, RunSignal::Preempt);
        self.announce(chat_id).await?;
        Ok(lease.into())
    }

    /// Takes control from whoever has it, or from one window alone, and lets the run go on. Nobody may have it.
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

    /// The lease that a window holds.
    ///
    /// # Errors
    /// When it does not hold it any more.
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

    /// Keeps a lease from running out. Whether its window still holds it.
    pub async fn renew(&self, lease: &ControlLease) -> Result<bool, ControlError> {
        let now = self.log.clock.now();
        let mut conn = self.log.database.connection().await?;
        Ok(control_leases::renew(&mut conn, lease.chat_id, lease.id, now).await?)
    }

    /// Tells everybody who watches a chat what its desktop is like and who controls it.
    pub async fn announce(&self, chat_id: ChatId) -> Result<(), ControlError> {
        let view = self.desktops.view(chat_id).await?;
        self.log.hub.publish(chat_id, LiveEvent::Desktop(view));
        Ok(())
    }
}
