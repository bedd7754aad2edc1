//! Starting the desktop of a chat: taken from the pool or created, connected to its network, and held by this replica.

use anyhow::Context as _;
use diesel_async::AsyncConnection as _;
use protocol::ids::{ChatId, DesktopId};
use protocol::run::DesktopAccess;
use tokio::time::Instant;

use super::pool::Warm;
use super::{DesktopError, Desktops};
use crate::metrics::StartOutcome;
use crate::provider::{DesktopProviderError, EgressMode};
use crate::services::desktops::unavailable::DesktopUnavailable;
use crate::store::desktops::{self, ObservedState};
use crate::store::{Connection, chats, pool_desktops};

impl Desktops {
    /// Returns the chat's desktop, starting it if needed. A start continues even if the caller is dropped.
    ///
    /// # Errors
    /// When it can't be started. The reason is user-facing.
    pub async fn ensure(&self, chat_id: ChatId) -> Result<DesktopAccess, DesktopError> {
        if let Some(access) = self.running(chat_id).await {
            return Ok(access);
        }
        let this = self.clone();
        let started = self.starts.spawn(async move { this.start(chat_id).await });
        started.await.context("starting a desktop")?
    }

    async fn start(&self, chat_id: ChatId) -> Result<DesktopAccess, DesktopError> {
        let slot = self.slot(chat_id);
        let mut access = slot.access.lock().await;
        if let Some(access) = &*access {
            self.wake(chat_id, &slot, access).await?;
            return Ok(access.clone());
        }
        if self.shutdown.is_cancelled() {
            return Err(DesktopUnavailable::ShuttingDown.into());
        }
        let begun = Instant::now();
        let (id, warm) = self.take_or_make(chat_id).await?;
        let outcome = if warm.is_some() { StartOutcome::Pooled } else { StartOutcome::Started };
        let started = match warm {
            Some(warm) => Ok(warm.access),
            None => {
                self.observe(chat_id, id, ObservedState::Creating, None, None).await?;
                self.provider.start(id).await
            }
        };
        let started = match started {
            Ok(started) => {
                let egress_mode = self.egress.effective(chat_id).await?.egress_mode();
                self.connect(id, started, egress_mode).await
            }
            Err(error) => Err(error),
        };
        match started {
            Ok(started) => {
                let locale = self.locales.of_chat(&mut *self.database.connection().await?, chat_id).await?;
                if let Some(locale) = locale {
                    self.set_locale(&started, &locale).await;
                }
                self.observe(chat_id, id, ObservedState::Ready, None, Some(started.screen)).await?;
                self.hold(chat_id, id, &slot, &mut access, started.clone());
                self.metrics.started(outcome, begun.elapsed());
                Ok(started)
            }
            Err(error) => {
                self.metrics.started(StartOutcome::Failed, begun.elapsed());
                let reason = error.to_string();
                tracing::error!(desktop.id = %id, error = reason, "could not start a desktop");
                // It may be running without its egress policy applied.
                if let Err(error) = self.provider.stop(id).await {
                    tracing::warn!(desktop.id = %id, %error, "could not stop a desktop that failed to start");
                }
                self.observe(chat_id, id, ObservedState::Failed, Some(&reason), None).await?;
                Err(error.into())
            }
        }
    }

    /// Applies the network access to a desktop that has started. An engine that dies halfway leaves a state
    /// in which every retry fails, so such a desktop is restarted once.
    async fn connect(
        &self,
        id: DesktopId,
        started: DesktopAccess,
        egress_mode: EgressMode,
    ) -> Result<DesktopAccess, DesktopProviderError> {
        let Err(error) = self.provider.set_egress_mode(id, egress_mode).await else { return Ok(started) };
        tracing::warn!(desktop.id = %id, %error, "restarting a desktop whose network could not be set up");
        self.provider.stop(id).await?;
        let anew = self.provider.start(id).await?;
        self.provider.set_egress_mode(id, egress_mode).await?;
        Ok(anew)
    }

    /// Starts the desktop of a new chat in the background, if the pool is enabled.
    pub fn prewarm(&self, chat_id: ChatId) {
        if !self.pool.is_used() {
            return;
        }
        let this = self.clone();
        self.starts.spawn(async move {
            if let Err(error) = this.start(chat_id).await {
                // The next caller that needs the desktop tries again and gets the error.
                tracing::warn!(chat.id = %chat_id, %error, "could not start a desktop ahead of the first message");
            }
        });
    }

    /// Assigns the chat's desktop to this replica and creates its row if needed. Also returns the warm
    /// desktop if one was used.
    async fn take_or_make(&self, chat_id: ChatId) -> Result<(DesktopId, Option<Warm>), DesktopError> {
        let warm = self.warm_for(chat_id).await?;
        let mut conn = self.database.connection().await?;
        let offered = warm.as_ref().map(|warm| warm.id);
        let taken = conn.transaction(async |conn| self.take(conn, chat_id, offered).await).await;
        drop(conn);
        match (taken, warm) {
            (Ok(id), Some(warm)) if warm.id == id => Ok((id, Some(warm))),
            (taken, warm) => {
                warm.into_iter().for_each(|warm| self.pool.give_back(warm));
                Ok((taken?, None))
            }
        }
    }

    /// A warm desktop, if the chat has never had one of its own.
    async fn warm_for(&self, chat_id: ChatId) -> Result<Option<Warm>, DesktopError> {
        let mut conn = self.database.connection().await?;
        let known = desktops::find_by_chat(&mut conn, chat_id).await?;
        drop(conn);
        if known.is_some() { Ok(None) } else { Ok(self.pool.take().await) }
    }

    /// Records that the chat's desktop runs here. A chat without a desktop gets the one offered, unless
    /// another replica considers this one dead and has claimed it for removal.
    async fn take(
        &self,
        conn: &mut Connection,
        chat_id: ChatId,
        offered: Option<DesktopId>,
    ) -> Result<DesktopId, DesktopError> {
        let ours = match offered {
            Some(id) if pool_desktops::take(conn, id).await? => Some(id),
            _ => None,
        };
        let now = self.clock.now();
        let new = ours.unwrap_or_else(DesktopId::generate);
        // Before a new row, which counts as up.
        let known = desktops::find_by_chat(conn, chat_id).await?;
        if known.is_none_or(|known| !known.is_up() || known.replica_id != Some(self.replica_id)) {
            let owner = chats::find(conn, chat_id).await?.ok_or(DesktopError::ChatGone)?.user_id;
            self.quotas.take_desktop(conn, chat_id, owner).await?;
        }
        let id = desktops::want_ready(conn, chat_id, new, now).await.map_err(gone_with_its_chat)?.id;
        if let Some(unneeded) = ours.filter(|ours| *ours != id) {
            pool_desktops::insert(conn, unneeded, self.replica_id, now).await?;
        }
        if desktops::runs_elsewhere(conn, id, self.replica_id).await? {
            return Err(DesktopUnavailable::Elsewhere.into());
        }
        desktops::set_replica(conn, id, self.replica_id).await?;
        // Counted from now on.
        desktops::observe(conn, id, ObservedState::Creating, None, now).await?;
        Ok(id)
    }
}

/// Inserting a desktop fails on the foreign key if the chat was deleted.
fn gone_with_its_chat(error: diesel::result::Error) -> DesktopError {
    use diesel::result::{DatabaseErrorKind, Error};

    match error {
        Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => DesktopError::ChatGone,
        other => other.into(),
    }
}
