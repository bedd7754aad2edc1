//! Reconciles the rows in the database with the desktops that exist: at startup, then periodically.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::stream::{self, StreamExt as _};

use crate::provider::{Listed, ListedState};
use crate::services::desktops::{AT_ONCE, DesktopError, Desktops};
use crate::store::desktops::{self, DesiredState, DesktopRow, ObservedState};
use crate::store::pool_desktops;

/// Interval between sweeps.
pub const SWEEP_EVERY: Duration = Duration::from_secs(30);
/// How long a desktop without a row is kept, because its row may not be committed yet.
const UNKNOWN_FOR: TimeDelta = TimeDelta::seconds(120);
/// The reason shown for a desktop that has disappeared.
const LOST: &str = "It is gone; the next message starts it again. Its home folder is kept.";

impl Desktops {
    /// Reconciles at startup: adopts the desktops that survived the previous process, marks the others as
    /// stopped, and removes those without a row, whose chats were deleted while the process died.
    ///
    /// # Errors
    /// When the provider or the database fails; then nothing is removed.
    pub async fn reconcile(&self) -> anyhow::Result<()> {
        // List before reading the rows: every desktop in the list has its row by then.
        let listed = self.provider.list().await?;
        let mut conn = self.database.connection().await?;
        desktops::mark_all_stopped(&mut conn, self.clock.now()).await?;
        pool_desktops::take_abandoned(&mut conn, self.replica_id).await?;
        let pooled = pool_desktops::all(&mut conn).await?;
        let rows = desktops::all(&mut conn).await?;
        drop(conn);
        let ours = listed.iter().filter(|one| !pooled.contains(&one.id));
        let each = stream::iter(ours).for_each_concurrent(AT_ONCE, async |one| {
            match rows.iter().find(|row| row.id == one.id) {
                Some(row) if is_up(one) && row.observed == ObservedState::Stopped => self.adopt(row).await,
                Some(_) => {}
                None => self.discard(one).await,
            }
        });
        each.await;
        Ok(())
    }

    /// Removes desktops that have had no row for a while, and records those that have disappeared.
    ///
    /// # Errors
    /// When the provider or the database fails; then nothing is removed.
    pub async fn sweep(&self) -> anyhow::Result<()> {
        self.forget_unused_slots();
        // List before reading the rows: every desktop in the list has its row by then. Read the pool before
        // the desktops: a desktop that leaves the pool gets its other row in the same transaction.
        let listed = self.provider.list().await?;
        let mut conn = self.database.connection().await?;
        let abandoned = pool_desktops::take_abandoned(&mut conn, self.replica_id).await?;
        let pooled = pool_desktops::all(&mut conn).await?;
        let rows = desktops::all(&mut conn).await?;
        drop(conn);
        let now = self.clock.now();
        let unneeded = listed.iter().filter(|one| {
            let unknown = rows.iter().all(|row| row.id != one.id) && !pooled.contains(&one.id);
            abandoned.contains(&one.id) || (unknown && now - one.created_at > UNKNOWN_FOR)
        });
        stream::iter(unneeded).for_each_concurrent(AT_ONCE, async |one| self.discard(one).await).await;
        let ours = rows.iter().filter(|row| row.replica_id == Some(self.replica_id));
        let each = stream::iter(ours).for_each_concurrent(AT_ONCE, async |row| {
            let up = listed.iter().any(|one| one.id == row.id && is_up(one));
            // A failure on one desktop must not affect the others.
            if let Err(error) = self.reconcile_one(row, up).await {
                tracing::warn!(desktop.id = %row.id, error = format!("{error:#}"), "could not reconcile a desktop");
            }
        });
        each.await;
        Ok(self.egress.catch_up().await?)
    }

    /// Reconciles one desktop of this replica with its row.
    async fn reconcile_one(&self, row: &DesktopRow, up: bool) -> anyhow::Result<()> {
        if up {
            self.end_unless_held(row).await?;
            if row.desired == DesiredState::Stopped {
                // The notification was lost, or the stop failed.
                return Ok(self.stop_if_unwanted(row.chat_id).await?);
            }
            return self.keep_to_policy(row).await;
        }
        if matches!(row.observed, ObservedState::Ready | ObservedState::Paused) {
            self.note_lost(row).await?;
        }
        Ok(())
    }

    /// Stops a desktop that is up but unknown to this process: its last start failed, or it could not be
    /// adopted.
    async fn end_unless_held(&self, row: &DesktopRow) -> anyhow::Result<()> {
        let slot = self.slot(row.chat_id);
        // Locked while it is being started or stopped.
        let Ok(access) = slot.access.try_lock() else { return Ok(()) };
        if access.is_none() {
            tracing::warn!(desktop.id = %row.id, "stopping a desktop that this replica does not hold");
            self.provider.stop(row.id).await?;
        }
        Ok(())
    }

    /// Applies the current policy, which another replica may have changed.
    async fn keep_to_policy(&self, row: &DesktopRow) -> anyhow::Result<()> {
        Ok(self.egress.apply(row).await?)
    }

    /// Adopts a desktop that survived the process that started it.
    async fn adopt(&self, row: &DesktopRow) {
        let slot = self.slot(row.chat_id);
        let mut access = slot.access.lock().await;
        let taken: anyhow::Result<()> = async {
            desktops::set_replica(&mut *self.database.connection().await?, row.id, self.replica_id).await?;
            let started = self.provider.start(row.id).await?;
            self.keep_to_policy(row).await?;
            let screen = started.screen;
            self.hold(row.chat_id, row.id, &slot, &mut access, started);
            self.observe(row.chat_id, row.id, ObservedState::Ready, None, Some(screen)).await?;
            Ok(())
        }
        .await;
        match taken {
            Ok(()) => tracing::info!(desktop.id = %row.id, "adopted a running desktop"),
            // The next use starts it again.
            Err(error) => tracing::warn!(desktop.id = %row.id, ?error, "could not adopt a desktop"),
        }
    }

    async fn discard(&self, listed: &Listed) {
        tracing::info!(desktop.id = %listed.id, "removing a desktop that belongs to no chat");
        if let Err(error) = self.provider.discard(listed).await {
            tracing::warn!(desktop.id = %listed.id, %error, "could not remove a desktop; the next sweep tries again");
        }
    }

    /// Records that a desktop has disappeared, unless it is being started or removed, or its watcher was
    /// faster.
    async fn note_lost(&self, row: &DesktopRow) -> Result<(), DesktopError> {
        let slot = self.slot(row.chat_id);
        let Ok(mut access) = slot.access.try_lock() else { return Ok(()) };
        let mut conn = self.database.connection().await?;
        let current = desktops::find_by_chat(&mut conn, row.chat_id).await?;
        drop(conn);
        if current.is_none_or(|current| current.observed != row.observed) {
            return Ok(());
        }
        slot.usage.ended();
        *access = None;
        tracing::warn!(desktop.id = %row.id, "a desktop has disappeared");
        self.observe(row.chat_id, row.id, ObservedState::Failed, Some(LOST), None).await
    }
}

fn is_up(listed: &Listed) -> bool {
    listed.state != ListedState::Stopped
}
