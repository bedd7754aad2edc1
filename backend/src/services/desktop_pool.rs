//! Desktops that are started before anyone needs them. They have no row; taking one gives its id to a chat's row, and
//! nothing about the desktop itself changes.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::ids::DesktopId;
use protocol::run::DesktopAccess;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::provider::DesktopProvider;

/// How long a pool that can't be filled is left alone.
const TRY_AGAIN: Duration = Duration::from_secs(30);

/// Desktops that wait for a chat.
#[derive(Clone)]
pub struct DesktopPool {
    provider: Arc<dyn DesktopProvider>,
    size: usize,
    state: Arc<Mutex<State>>,
    emptied: Arc<Notify>,
}

#[derive(Default)]
struct State {
    ready: VecDeque<Warm>,
    /// The one that is being started.
    starting: Option<DesktopId>,
    /// Those that were taken and have no row yet.
    taken: HashSet<DesktopId>,
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
    /// A pool of so many desktops, empty until [`DesktopPool::keep_full`] runs.
    #[must_use]
    pub fn new(provider: Arc<dyn DesktopProvider>, size: usize) -> Self {
        Self { provider, size, state: Arc::default(), emptied: Arc::default() }
    }

    /// Takes a desktop that runs, if there is one. Whoever takes it calls [`DesktopPool::settle`] once it has a row, or
    /// gives it back.
    pub async fn take(&self) -> Option<Warm> {
        loop {
            let warm = self.with_state(|state| {
                let warm = state.ready.pop_front()?;
                state.taken.insert(warm.id);
                Some(warm)
            })?;
            self.emptied.notify_one();
            // It may have ended while it waited.
            match self.provider.endpoint(warm.id).await {
                Ok(Some(access)) => return Some(Warm { access, ..warm }),
                _ => {
                    self.remove(warm.id).await;
                    self.settle(warm.id);
                }
            }
        }
    }

    /// Forgets one that was taken: from now on its row says whose it is.
    pub fn settle(&self, id: DesktopId) {
        self.with_state(|state| state.taken.remove(&id));
    }

    /// Puts back one that was not needed after all.
    pub fn give_back(&self, warm: Warm) {
        self.with_state(|state| {
            state.taken.remove(&warm.id);
            state.ready.push_front(warm);
        });
    }

    /// Every desktop of the pool, the one that is being started and those that are being taken included.
    #[must_use]
    pub fn held(&self) -> HashSet<DesktopId> {
        self.with_state(|state| {
            let ready = state.ready.iter().map(|warm| warm.id);
            ready.chain(state.starting).chain(state.taken.iter().copied()).collect()
        })
    }

    /// Starts desktops, one at a time, whenever there are fewer than there should be. On shutdown removes those left.
    pub async fn keep_full(self, shutdown: CancellationToken) {
        shutdown.run_until_cancelled(self.fill()).await;
        for warm in self.with_state(|state| std::mem::take(&mut state.ready)) {
            self.remove(warm.id).await;
        }
        // A start that was broken off may have got as far as a container.
        if let Some(id) = self.with_state(|state| state.starting.take()) {
            self.remove(id).await;
        }
    }

    async fn fill(&self) {
        loop {
            if self.with_state(|state| state.ready.len()) >= self.size {
                self.emptied.notified().await;
                continue;
            }
            let id = DesktopId::generate();
            self.with_state(|state| state.starting = Some(id));
            let started = self.provider.start(id).await;
            self.with_state(|state| state.starting = None);
            match started {
                Ok(access) => self.with_state(|state| state.ready.push_back(Warm { id, access })),
                Err(error) => {
                    tracing::warn!(%error, "no desktop could be started ahead");
                    self.remove(id).await;
                    tokio::time::sleep(TRY_AGAIN).await;
                }
            }
        }
    }

    async fn remove(&self, id: DesktopId) {
        if let Err(error) = self.provider.remove(id).await {
            tracing::warn!(desktop.id = %id, %error, "a desktop that was started ahead is left over");
        }
    }

    fn with_state<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
