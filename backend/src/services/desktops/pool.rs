//! A pool of desktops started before a chat needs them. Each has a row that records which replica owns it,
//! because replicas may share an engine. Taking one moves its id to a chat's row; the desktop itself does not
//! change.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::ids::DesktopId;
use protocol::run::DesktopAccess;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::services::egress::Egress;
use crate::store::pool_desktops;

/// Delay before trying again to fill the pool after a failure.
const RETRY_DELAY: Duration = Duration::from_secs(30);

/// The settings of a pool.
#[derive(Clone)]
pub struct PoolSettings {
    /// Target number of waiting desktops.
    pub size: usize,
    /// The replica that owns the desktops.
    pub replica_id: Uuid,
}

/// A pool of warm desktops.
#[derive(Clone)]
pub struct DesktopPool {
    egress: Egress,
    settings: PoolSettings,
    ready: Arc<Mutex<VecDeque<Warm>>>,
    emptied: Arc<Notify>,
}

/// A running desktop that belongs to no chat yet.
#[derive(Debug, Clone)]
pub struct Warm {
    /// Identifies the desktop; becomes the id in the chat's row.
    pub id: DesktopId,
    /// How to reach its agent.
    pub access: DesktopAccess,
}

impl DesktopPool {
    /// Creates an empty pool; [`DesktopPool::keep_full`] fills it.
    #[must_use]
    pub fn new(egress: Egress, settings: PoolSettings) -> Self {
        Self { egress, settings, ready: Arc::default(), emptied: Arc::default() }
    }

    /// Whether the pool's target size is above zero.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.settings.size > 0
    }

    /// The desktops that can be taken now.
    #[must_use]
    pub fn waiting(&self) -> Vec<DesktopId> {
        self.with_ready(|ready| ready.iter().map(|warm| warm.id).collect())
    }

    /// Takes a running desktop, if there is one. The caller must either take its row
    /// ([`pool_desktops::take`]) in the transaction that assigns it to a chat, or give it back.
    pub async fn take(&self) -> Option<Warm> {
        loop {
            let warm = self.with_ready(VecDeque::pop_front)?;
            self.emptied.notify_one();
            // It may have stopped while waiting.
            match self.egress.provider.endpoint(warm.id).await {
                Ok(Some(access)) => return Some(Warm { access, ..warm }),
                Ok(None) => self.remove(warm.id).await,
                Err(error) => {
                    tracing::warn!(desktop.id = %warm.id, %error, "could not check whether a pool desktop still runs");
                    self.give_back(warm);
                    return None;
                }
            }
        }
    }

    /// Returns a desktop that was not needed.
    pub fn give_back(&self, warm: Warm) {
        self.with_ready(|ready| ready.push_front(warm));
    }

    /// Keeps the pool at its target size, starting one desktop at a time. On shutdown, lets a start in progress
    /// end and removes the waiting desktops.
    pub async fn keep_full(self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            if self.with_ready(|ready| ready.len()) >= self.settings.size {
                shutdown.run_until_cancelled(self.emptied.notified()).await;
                continue;
            }
            let id = DesktopId::generate();
            match self.start(id).await {
                Ok(access) => self.with_ready(|ready| ready.push_back(Warm { id, access })),
                Err(error) => {
                    tracing::warn!(error = format!("{error:#}"), "could not start a pool desktop");
                    self.remove(id).await;
                    shutdown.run_until_cancelled(tokio::time::sleep(RETRY_DELAY)).await;
                }
            }
        }
        for warm in self.with_ready(std::mem::take) {
            self.remove(warm.id).await;
        }
    }

    async fn start(&self, id: DesktopId) -> anyhow::Result<DesktopAccess> {
        let mut conn = self.egress.database.connection().await?;
        pool_desktops::insert(&mut conn, id, self.settings.replica_id, self.egress.clock.now()).await?;
        drop(conn);
        let access = self.egress.provider.start(id).await?;
        self.egress.provider.set_egress_mode(id, self.egress.mode_without_chat().await?).await?;
        Ok(access)
    }

    /// Removes a desktop and its row. The row is deleted even if removing the desktop fails, so that the next
    /// sweep treats the desktop as unknown and removes it.
    async fn remove(&self, id: DesktopId) {
        if let Err(error) = self.egress.provider.remove(id).await {
            tracing::warn!(desktop.id = %id, %error, "could not remove a pool desktop; the next sweep tries again");
        }
        let taken: anyhow::Result<bool> =
            async { Ok(pool_desktops::take(&mut *self.egress.database.connection().await?, id).await?) }
                .await;
        if let Err(error) = taken {
            tracing::warn!(desktop.id = %id, error = format!("{error:#}"), "could not delete the row of a pool desktop");
        }
    }

    fn with_ready<T>(&self, look: impl FnOnce(&mut VecDeque<Warm>) -> T) -> T {
        look(&mut self.ready.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
