//! Desktops that are started before anyone needs them. Each has a row of its own, which says whose it is when several
//! services share what runs them; taking one gives its id to a chat's row, and nothing about the desktop itself changes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::ids::DesktopId;
use protocol::run::DesktopAccess;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::clock::Clock;
use crate::database::Database;
use crate::provider::{DesktopProvider, EgressMode};
use crate::store::pool_desktops;

/// How long a pool that can't be filled is left alone.
const RETRY_DELAY: Duration = Duration::from_secs(30);

/// How a pool is kept.
#[derive(Clone)]
pub struct PoolSettings {
    /// How many wait.
    pub size: usize,
    /// What they may reach until a chat says otherwise.
    pub egress_mode: EgressMode,
    /// This replica.
    pub replica_id: Uuid,
}

/// Desktops that wait for a chat.
#[derive(Clone)]
pub struct DesktopPool {
    provider: Arc<dyn DesktopProvider>,
    database: Database,
    clock: Clock,
    settings: PoolSettings,
    ready: Arc<Mutex<VecDeque<Warm>>>,
    emptied: Arc<Notify>,
}

/// A desktop that runs and belongs to nobody.
#[derive(Debug, Clone)]
pub struct Warm {
    /// Its id, for the row of whoever takes it.
    pub id: DesktopId,
    /// How to reach it.
    pub access: DesktopAccess,
}

impl DesktopPool {
    /// A pool that is empty until [`DesktopPool::keep_full`] runs.
    #[must_use]
    pub fn new(
        provider: Arc<dyn DesktopProvider>,
        database: Database,
        clock: Clock,
        settings: PoolSettings,
    ) -> Self {
        Self { provider, database, clock, settings, ready: Arc::default(), emptied: Arc::default() }
    }

    /// Whether desktops are started ahead at all.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.settings.size > 0
    }

    /// Those that can be taken now.
    #[must_use]
    pub fn waiting(&self) -> Vec<DesktopId> {
        self.with_ready(|ready| ready.iter().map(|warm| warm.id).collect())
    }

    /// Takes a desktop that runs, if there is one. Whoever takes it takes its row too ([`pool_desktops::take`]), in the
    /// transaction that gives it to a chat, or gives it back.
    pub async fn take(&self) -> Option<Warm> {
        loop {
            let warm = self.with_ready(VecDeque::pop_front)?;
            self.emptied.notify_one();
            // It may have ended while it waited.
            match self.provider.endpoint(warm.id).await {
                Ok(Some(access)) => return Some(Warm { access, ..warm }),
                Ok(None) => self.remove(warm.id).await,
                Err(error) => {
                    tracing::warn!(desktop.id = %warm.id, %error, "nobody can tell whether it still runs");
                    self.give_back(warm);
                    return None;
                }
            }
        }
    }

    /// Puts back one that was not needed after all.
    pub fn give_back(&self, warm: Warm) {
        self.with_ready(|ready| ready.push_front(warm));
    }

    /// Starts desktops, one at a time, whenever there are fewer than there should be. On shutdown removes those left.
    pub async fn keep_full(self, shutdown: CancellationToken) {
        let starting = Mutex::new(None);
        shutdown.run_until_cancelled(self.fill(&starting)).await;
        // A start that was broken off may have got as far as a container.
        let broken_off = starting.into_inner().unwrap_or_else(PoisonError::into_inner);
        let waiting = self.with_ready(std::mem::take).into_iter().map(|warm| warm.id);
        for id in waiting.chain(broken_off) {
            self.remove(id).await;
        }
    }

    async fn fill(&self, starting: &Mutex<Option<DesktopId>>) {
        let note = |id| *starting.lock().unwrap_or_else(PoisonError::into_inner) = id;
        loop {
            if self.with_ready(|ready| ready.len()) >= self.settings.size {
                self.emptied.notified().await;
                continue;
            }
            let id = DesktopId::generate();
            note(Some(id));
            match self.start(id).await {
                Ok(access) => {
                    self.with_ready(|ready| ready.push_back(Warm { id, access }));
                    note(None);
                }
                Err(error) => {
                    tracing::warn!(error = format!("{error:#}"), "no desktop could be started ahead");
                    self.remove(id).await;
                    note(None);
                    tokio::time::sleep(RETRY_DELAY).await;
                }
            }
        }
    }

    async fn start(&self, id: DesktopId) -> anyhow::Result<DesktopAccess> {
        let mut conn = self.database.connection().await?;
        pool_desktops::insert(&mut conn, id, self.settings.replica_id, self.clock.now()).await?;
        drop(conn);
        let access = self.provider.start(id).await?;
        self.provider.set_egress_mode(id, self.settings.egress_mode).await?;
        Ok(access)
    }

    /// Removes a desktop and its row, the row also when the desktop can't be removed: without one the next sweep finds it.
    async fn remove(&self, id: DesktopId) {
        if let Err(error) = self.provider.remove(id).await {
            tracing::warn!(desktop.id = %id, %error, "a desktop that was started ahead is left to the next sweep");
        }
        let taken: anyhow::Result<bool> =
            async { Ok(pool_desktops::take(&mut *self.database.connection().await?, id).await?) }.await;
        if let Err(error) = taken {
            tracing::warn!(desktop.id = %id, error = format!("{error:#}"), "its row is left over");
        }
    }

    fn with_ready<T>(&self, look: impl FnOnce(&mut VecDeque<Warm>) -> T) -> T {
        look(&mut self.ready.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
