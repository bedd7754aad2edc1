//! Which fallbacks of a run may be paid for.

use protocol::run::Fallback;

use super::{RunDriver, Stop};
use crate::services::budgets::Payer;
use crate::services::event_log::AppendError;
use crate::services::runs::held_run::HeldRun;
use crate::store::{chats, model_connections};
use crate::words::BackendReason;

impl RunDriver {
    /// The fallbacks, where those at the installation's expense may not be asked if it may spend no more on this person, or if it
    /// has a budget and nobody knows what they cost. The chosen model may be at the person's own expense, so that the run goes on
    /// regardless.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn affordable(
        &self,
        held: &HeldRun,
        mut fallbacks: Vec<Fallback>,
    ) -> Result<Vec<Fallback>, Stop> {
        if fallbacks.is_empty() {
            return Ok(fallbacks);
        }
        let mut conn = self.log.database.connection().await.map_err(AppendError::from)?;
        let chat = chats::get(&mut conn, held.chat_id()).await.map_err(AppendError::from)?;
        let (run_id, now) = (Some(held.run.id), self.log.clock.now());
        let budgets = self.quotas.budgets_by(&mut conn, &chat, run_id, Payer::Installation, now).await;
        let budgets = budgets.map_err(anyhow::Error::from)?;
        if budgets.all().is_empty() {
            return Ok(fallbacks);
        }
        let reached = budgets.check().err().map(BackendReason::from);
        for fallback in &mut fallbacks {
            let owner = match &fallback.settings.connection {
                Some(connection) => model_connections::owner(&mut conn, connection.id).await,
                None => Ok(None),
            };
            if owner.map_err(AppendError::from)?.is_none() {
                fallback.needs_price = true;
                fallback.unusable = fallback.unusable.take().or_else(|| reached.clone().map(Into::into));
            }
        }
        Ok(fallbacks)
    }
}
