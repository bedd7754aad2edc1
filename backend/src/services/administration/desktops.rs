//! What administrators do with the desktops of everybody.

use anyhow::Context as _;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use diesel_async::AsyncConnection as _;
use protocol::ids::DesktopId;

use crate::database::{DatabaseError, from_database};
use crate::services::audit::Actor;
use crate::services::desktops::{DesktopError, Desktops};
use crate::services::runs::{RunError, Runs};
use crate::store::audit::{self, AuditAction};
use crate::store::desktops::{self, RunningDesktop};
use crate::store::{Page, runs};
use crate::thumbnail::shrink;

/// The largest width and height of a thumbnail, in pixels: twice those at which the page shows it, for dense screens.
const THUMBNAIL: (u32, u32) = (320, 320);
/// The quality of a thumbnail's JPEG.
const QUALITY: u8 = 70;

/// Why something can't be done with a desktop. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum DesktopAdministrationError {
    /// There is none with this id.
    #[error("There is no such desktop.")]
    NotFound,
    /// It has no screen that this replica could show.
    #[error("The desktop does not run here, or is paused.")]
    NotShown,
    /// It could not be stopped.
    #[error(transparent)]
    Desktop(#[from] DesktopError),
    /// Its run could not be cancelled.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// The agent does not answer.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(DesktopAdministrationError);

/// The operations on everybody's desktops. Cheap to clone.
#[derive(Clone)]
pub struct DesktopAdministration {
    /// The desktops.
    pub desktops: Desktops,
    /// Cancels what works on them.
    pub runs: Runs,
}

impl DesktopAdministration {
    /// The desktops that are up, the newest first.
    pub async fn list(
        &self,
        page: Page<DesktopId>,
    ) -> Result<Vec<RunningDesktop>, DesktopAdministrationError> {
        Ok(desktops::list_up(&mut *self.desktops.database.connection().await?, page).await?)
    }

    /// Stops a desktop on whatever replica it runs, and cancels the chat's unfinished runs. Its home folder is kept.
    ///
    /// # Errors
    /// When there is no such desktop, or it can't be stopped.
    pub async fn stop(&self, id: DesktopId, by: &Actor) -> Result<(), DesktopAdministrationError> {
        let now = self.desktops.clock.now();
        let mut conn = self.desktops.database.connection().await?;
        let chat_id = desktops::chat_of(&mut conn, id).await?.ok_or(DesktopAdministrationError::NotFound)?;
        let unfinished = runs::unfinished(&mut conn, chat_id).await?;
        drop(conn);
        for run in unfinished {
            self.runs.cancel(run).await?;
        }
        let mut conn = self.desktops.database.connection().await?;
        let entry = by.entry(AuditAction::DesktopStopped, id.to_string(), now);
        conn.transaction(async |conn| {
            desktops::want_stopped(conn, id).await?;
            audit::insert(conn, &entry).await
        })
        .await?;
        drop(conn);
        Ok(self.desktops.stop_if_unwanted(chat_id).await?)
    }

    /// A small picture of a screen now, as a JPEG. Neither wakes the desktop nor counts as use.
    ///
    /// # Errors
    /// When there is no such desktop, it does not run on this replica, or it is paused.
    pub async fn thumbnail(&self, id: DesktopId) -> Result<Vec<u8>, DesktopAdministrationError> {
        let chat_id = desktops::chat_of(&mut *self.desktops.database.connection().await?, id).await?;
        let chat_id = chat_id.ok_or(DesktopAdministrationError::NotFound)?;
        let access = self.desktops.shown(chat_id).await.ok_or(DesktopAdministrationError::NotShown)?;
        let screenshot = self.desktops.client(access).look().await?;
        let picture = BASE64_STANDARD.decode(screenshot.data).context("decoding a screenshot")?;
        let small = tokio::task::spawn_blocking(move || shrink(&picture, THUMBNAIL, QUALITY)).await;
        Ok(small.context("shrinking a screenshot")?.context("shrinking a screenshot")?)
    }
}
