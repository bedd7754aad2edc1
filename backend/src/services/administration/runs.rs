//! What administrators do with the runs of everybody.

use protocol::ids::RunId;

use crate::services::audit::Actor;
use crate::services::runs::{RunError, Runs};
use crate::store::audit::{self, AuditAction};
use crate::store::run_list::{self, ListedRun, RunFilter};
use crate::store::{Page, runs};

/// The operations on everybody's runs. Cheap to clone.
#[derive(Clone)]
pub struct RunAdministration {
    /// Cancels runs.
    pub runs: Runs,
}

impl RunAdministration {
    /// A page of the runs, the newest first.
    pub async fn list(&self, filter: RunFilter, page: Page<i64>) -> Result<Vec<ListedRun>, RunError> {
        Ok(run_list::list(&mut *self.runs.log.database.connection().await?, filter, page).await?)
    }

    /// Cancels a run; one that has ended is unchanged.
    ///
    /// # Errors
    /// When there is no such run.
    pub async fn cancel(&self, id: RunId, by: &Actor) -> Result<(), RunError> {
        let mut conn = self.runs.log.database.connection().await?;
        let run = runs::find(&mut conn, id).await?.ok_or(RunError::NotFound)?;
        if run.state.is_terminal() {
            return Ok(());
        }
        let entry = by.entry(AuditAction::RunCancelled, id.to_string(), self.runs.log.clock.now());
        audit::insert(&mut conn, &entry).await?;
        drop(conn);
        self.runs.cancel(id).await?;
        Ok(())
    }
}
