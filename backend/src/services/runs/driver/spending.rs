//! Notes what a run spends, and ends it once one of its budgets is used up.

use protocol::run::{RunEnd, RunOutcome};
use protocol::spending::Spending;

use super::{RunDriver, Stop};
use crate::services::budgets::{Budgets, chat_limits};
use crate::services::event_log::AppendError;
use crate::services::runs::held_run::HeldRun;
use crate::store::chat_limits::ChatLimits;
use crate::store::chats;
use crate::words::BackendReason;

/// How far a run may go.
pub(super) struct Allowed {
    /// The limits of its chat.
    pub(super) limits: ChatLimits,
    /// Its budgets, none of which is used up.
    pub(super) budgets: Budgets,
}

/// Notes what the turn under way has cost so far. A turn goes on without a note: repeating it would cost more.
///
/// # Errors
/// When the lease is lost.
pub(super) async fn note_spending(held: &HeldRun, spending: &Spending) -> Result<(), AppendError> {
    match held.spent_so_far(spending).await {
        Err(AppendError::LeaseLost) => Err(AppendError::LeaseLost),
        Err(error) => {
            tracing::warn!(run.id = %held.run.id, ?error, "could not note what a turn costs");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

impl RunDriver {
    /// Stops the run if nothing more may be spent on it.
    ///
    /// # Errors
    /// With the end of the run, or when the database fails.
    pub(super) async fn check_spending(&self, held: &HeldRun) -> Result<Allowed, Stop> {
        let mut conn = self.log.database.connection().await.map_err(AppendError::from)?;
        let chat = chats::get(&mut conn, held.chat_id()).await.map_err(AppendError::from)?;
        let budgets =
            self.quotas.budgets_of_chat(&mut conn, &chat, Some(held.run.id), self.log.clock.now()).await;
        let budgets = budgets.map_err(anyhow::Error::from)?;
        match budgets.check() {
            Ok(()) => Ok(Allowed { limits: chat_limits(&chat)?, budgets }),
            Err(reached) => {
                Err(Stop::Ended(RunEnd::new(RunOutcome::LimitReached, BackendReason::from(reached))))
            }
        }
    }
}
