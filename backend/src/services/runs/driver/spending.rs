//! Ends a run at work once its person, or everybody together, has spent as much as they may.

use protocol::run::{RunEnd, RunOutcome};

use super::{RunDriver, Stop};
use crate::services::event_log::AppendError;
use crate::services::quotas::QuotaError;
use crate::services::runs::held_run::HeldRun;
use crate::store::chats;
use crate::words::BackendReason;

impl RunDriver {
    /// Stops the run if nothing more may be spent on it.
    ///
    /// # Errors
    /// With the end of the run, or when the database fails.
    pub(super) async fn check_spending(&self, held: &HeldRun) -> Result<(), Stop> {
        let mut conn = self.log.database.connection().await.map_err(AppendError::from)?;
        let chat = chats::get(&mut conn, held.chat_id()).await.map_err(AppendError::from)?;
        let checked =
            self.quotas.check_spending(&mut conn, chat.id, chat.user_id, self.log.clock.now()).await;
        match checked {
            Ok(()) => Ok(()),
            Err(QuotaError::Spending(limit)) => {
                Err(Stop::Ended(RunEnd::new(RunOutcome::LimitReached, BackendReason::from(limit))))
            }
            Err(error) => Err(anyhow::Error::from(error).into()),
        }
    }
}
