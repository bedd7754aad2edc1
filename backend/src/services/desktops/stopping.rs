//! Stops desktops that should be stopped, although somebody may use them.

use protocol::ids::ChatId;

use crate::services::desktops::{DesktopError, Desktops};
use crate::store::desktops::{self, DesiredState, ObservedState};

/// The reason shown for a desktop that an administrator has stopped.
const REASON: &str =
    "An administrator ended its programs. Its home folder is kept; the next message starts it again.";

impl Desktops {
    /// Stops the chat's desktop if it runs here and should be stopped. Its home folder is kept.
    ///
    /// # Errors
    /// When the provider or the database fails.
    pub async fn stop_if_unwanted(&self, chat_id: ChatId) -> Result<(), DesktopError> {
        let Some(slot) = self.with_slots(|slots| slots.get(&chat_id).cloned()) else { return Ok(()) };
        // Looks first, because a start holds the lock for as long as it takes.
        if !self.is_unwanted(chat_id).await? {
            return Ok(());
        }
        let mut access = slot.access.lock().await;
        let Some(id) = slot.usage.id() else { return Ok(()) };
        if !self.is_unwanted(chat_id).await? {
            return Ok(());
        }
        self.provider.stop(id).await?;
        slot.usage.ended();
        *access = None;
        tracing::info!(desktop.id = %id, "stopped a desktop for an administrator");
        // Viewers that reconnect start a desktop that is stopped, but not this one.
        self.observe(chat_id, id, ObservedState::Failed, Some(REASON), None).await
    }

    async fn is_unwanted(&self, chat_id: ChatId) -> Result<bool, DesktopError> {
        let row = desktops::find_by_chat(&mut *self.database.connection().await?, chat_id).await?;
        Ok(row.is_some_and(|row| row.desired == DesiredState::Stopped))
    }
}
