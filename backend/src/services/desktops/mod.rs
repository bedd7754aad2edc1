//! The desktop of each chat: started on demand, watched while it runs, removed with the chat.

pub mod idle;
pub mod pool;
pub mod reconcile;
mod start;
mod stopping;
pub mod unavailable;
pub mod usage;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use futures_util::StreamExt as _;
use protocol::action::Size;
use protocol::ids::{ChatId, DesktopId};
use protocol::locale::Locale;
use protocol::run::DesktopAccess;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::clients::desktop::DesktopClient;
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::live::hub::{Hub, LiveEvent};
use crate::live::views::{Control, DesktopState, DesktopView, desktop_view};
use crate::metrics::DesktopMetrics;
use crate::provider::{DesktopProvider, DesktopProviderError};
use crate::services::desktops::idle::IdleLimits;
use crate::services::desktops::pool::DesktopPool;
use crate::services::desktops::unavailable::DesktopUnavailable;
use crate::services::desktops::usage::{DesktopUsage, Generation, UsageGuard};
use crate::services::egress::{Egress, EgressError};
use crate::services::files::outputs::OutputCollector;
use crate::services::locales::Locales;
use crate::services::quotas::{QuotaError, Quotas};
use crate::store::control_leases;
use crate::store::desktops::{self, ObservedState};

/// Maximum number of desktops handled at once, to limit the load on the container engine. More than one, so that a desktop
/// that does not answer holds up no other.
pub(crate) const AT_ONCE: usize = 8;

/// How long to wait for a desktop that is being used, before it counts as being started or stopped.
const LOCKED_FOR: Duration = Duration::from_secs(2);

/// Why a desktop is not available.
#[derive(Debug, thiserror::Error)]
pub enum DesktopError {
    /// It can't be used.
    #[error(transparent)]
    Unavailable(#[from] DesktopUnavailable),
    /// It is not running.
    #[error("The desktop does not run. Start it with POST /chats/{{chat_id}}/desktop.")]
    NotRunning,
    /// Its chat has been deleted.
    #[error("There is no such chat.")]
    ChatGone,
    /// There may be no more desktops.
    #[error(transparent)]
    Quota(#[from] QuotaError),
    /// Its egress policy could not be read.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// Its row could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// It could not be removed, or its start was interrupted.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

impl From<DesktopProviderError> for DesktopError {
    fn from(error: DesktopProviderError) -> Self {
        Self::Unavailable(error.into())
    }
}

from_database!(DesktopError);

/// The result of replacing a lost desktop.
pub struct Replaced {
    /// How to reach the agent.
    pub access: DesktopAccess,
    /// Why the previous desktop ended, as a user-facing message. `None` if it still answers and was kept.
    pub why: Option<String>,
}

/// Manages the desktops of all chats. Cheap to clone.
#[derive(Clone)]
pub struct Desktops {
    /// This replica.
    pub replica_id: Uuid,
    /// Creates and runs the desktops.
    pub provider: Arc<dyn DesktopProvider>,
    /// Holds their rows.
    pub database: Database,
    /// Publishes their states.
    pub hub: Hub,
    /// The clock.
    pub clock: Clock,
    /// Collects the files they produce.
    pub outputs: OutputCollector,
    /// The HTTP client for requests to their agents.
    pub http: reqwest::Client,
    /// Owns the watcher tasks.
    pub tasks: TaskTracker,
    /// Owns the starts. Shutdown waits for them, because an interrupted one may leave a container behind.
    pub starts: TaskTracker,
    /// Stops the watcher tasks, and prevents further starts.
    pub shutdown: CancellationToken,
    /// Desktops started before they are needed.
    pub pool: DesktopPool,
    /// Their egress policies.
    pub egress: Egress,
    /// Says which time zone and language apply.
    pub locales: Locales,
    /// How many there may be.
    pub quotas: Quotas,
    /// Counts their starts.
    pub metrics: DesktopMetrics,
    /// When idle desktops are paused and stopped.
    pub idle: IdleLimits,
    /// One slot per chat whose desktop is starting, up or being removed.
    pub slots: Arc<Mutex<HashMap<ChatId, Arc<Slot>>>>,
}

/// The state of one chat's desktop. Hold the lock on `access` to start, stop or remove the desktop.
#[derive(Default)]
pub struct Slot {
    pub(super) access: tokio::sync::Mutex<Option<DesktopAccess>>,
    /// Changes only while `access` is locked, except for the number of users.
    pub(super) usage: DesktopUsage,
}

impl Desktops {
    /// The chat's desktop if it runs here; a paused one is resumed.
    pub async fn running(&self, chat_id: ChatId) -> Option<DesktopAccess> {
        let slot = self.slot(chat_id);
        let access = slot.access.lock().await;
        let access = access.as_ref()?;
        if let Err(error) = self.wake(chat_id, &slot, access).await {
            tracing::warn!(chat.id = %chat_id, ?error, "could not resume a paused desktop");
            return None;
        }
        Some(access.clone())
    }

    /// The chat's desktop for a viewer: a paused or stopped one is resumed or started. `None` in any
    /// other state.
    ///
    /// # Errors
    /// When it can't be started. The reason is user-facing.
    pub async fn come_back(&self, chat_id: ChatId) -> Result<Option<DesktopAccess>, DesktopError> {
        if let Some(access) = self.running(chat_id).await {
            return Ok(Some(access));
        }
        let mut conn = self.database.connection().await?;
        let row = desktops::find_by_chat(&mut conn, chat_id).await?;
        drop(conn);
        match row {
            Some(row) if row.observed == ObservedState::Stopped => self.ensure(chat_id).await.map(Some),
            _ => Ok(None),
        }
    }

    /// Keeps the idle sweeper from suspending the chat's desktop until the guard is dropped. Call it before
    /// requesting the desktop.
    #[must_use]
    pub fn keep_in_use(&self, chat_id: ChatId) -> UsageGuard {
        UsageGuard::begin(self.slot(chat_id), self.clock.clone())
    }

    /// Replaces a desktop that stopped answering. If it answers after all, it is kept; otherwise it is
    /// stopped and started again.
    ///
    /// # Errors
    /// When it can't be stopped or started. The reason is user-facing.
    pub async fn replace(&self, chat_id: ChatId, lost: &DesktopAccess) -> Result<Replaced, DesktopError> {
        let slot = self.slot(chat_id);
        let mut access = slot.access.lock().await;
        let still_held = access.as_ref().is_some_and(|held| held.token == lost.token);
        if let (true, Some(id)) = (still_held, slot.usage.id()) {
            if self.client(lost.clone()).answers().await {
                return Ok(Replaced { access: lost.clone(), why: None });
            }
            // Concurrently, because the provider can't tell why a removed desktop ended.
            let ended = async { Ok(self.provider.ended(id).await) };
            let (why, ()) = tokio::try_join!(ended, self.provider.stop(id))?;
            slot.usage.ended();
            *access = None;
            self.observe(chat_id, id, ObservedState::Failed, Some(&why), None).await?;
        }
        drop(access);
        let row = desktops::find_by_chat(&mut *self.database.connection().await?, chat_id).await?;
        let why = row.filter(|row| row.observed == ObservedState::Failed).and_then(|row| row.reason);
        Ok(Replaced { access: self.ensure(chat_id).await?, why })
    }

    /// Resumes a paused desktop. The caller holds the lock on its slot.
    async fn wake(&self, chat_id: ChatId, slot: &Slot, access: &DesktopAccess) -> Result<(), DesktopError> {
        if let (Some(id), true) = (slot.usage.id(), slot.usage.now().is_some_and(|usage| usage.paused)) {
            self.provider.resume(id).await?;
            slot.usage.set_paused(false);
            slot.usage.used(self.clock.now());
            self.observe(chat_id, id, ObservedState::Ready, None, Some(access.screen)).await?;
        }
        Ok(())
    }

    /// The chat's desktop if it runs here and is not paused, without waking it. `None` as well if it is being started or
    /// stopped for [`LOCKED_FOR`].
    pub async fn shown(&self, chat_id: ChatId) -> Option<DesktopAccess> {
        let slot = self.with_slots(|slots| slots.get(&chat_id).cloned())?;
        let is_paused = slot.usage.now()?.paused;
        let access = tokio::time::timeout(LOCKED_FOR, slot.access.lock()).await.ok()?;
        access.clone().filter(|_| !is_paused)
    }

    /// The state of the chat's desktop, as clients see it.
    pub async fn view(&self, chat_id: ChatId) -> Result<DesktopView, DesktopError> {
        let mut conn = self.database.connection().await?;
        let row = desktops::find_by_chat(&mut conn, chat_id).await?;
        let control = control_leases::find(&mut conn, chat_id).await?.map(Control::from);
        drop(conn);
        let slot = self.with_slots(|slots| slots.get(&chat_id).cloned());
        let screen = slot.and_then(|slot| slot.usage.now()).map(|usage| usage.screen);
        Ok(match row {
            Some(row) => desktop_view(row.observed, row.reason, screen, control),
            None => DesktopView { state: DesktopState::Absent, reason: None, screen: None, control },
        })
    }

    /// Gives a desktop a time zone and a language. It works without, so a failure is only logged.
    pub async fn set_locale(&self, access: &DesktopAccess, locale: &Locale) {
        if let Err(error) = self.client(access.clone()).set_locale(locale).await {
            tracing::warn!(
                error = format!("{error:#}"),
                "could not set the time zone and language of a desktop"
            );
        }
    }

    /// Creates a client for a desktop's agent.
    #[must_use]
    pub fn client(&self, access: DesktopAccess) -> DesktopClient {
        DesktopClient::new(self.http.clone(), access)
    }

    /// Removes the desktop of a deleted chat, with its home folder.
    ///
    /// # Errors
    /// When the provider fails; the next start of the replica tries again.
    pub async fn remove(&self, chat_id: ChatId, id: DesktopId) -> Result<(), DesktopError> {
        let slot = self.slot(chat_id);
        let mut access = slot.access.lock().await;
        self.provider.remove(id).await.context("removing a desktop")?;
        slot.usage.ended();
        *access = None;
        self.with_slots(|slots| slots.remove(&chat_id));
        Ok(())
    }

    /// Records that a desktop is up here and starts its watcher.
    pub(super) fn hold(
        &self,
        chat_id: ChatId,
        id: DesktopId,
        slot: &Arc<Slot>,
        held: &mut Option<DesktopAccess>,
        access: DesktopAccess,
    ) {
        *held = Some(access.clone());
        let generation = slot.usage.began(id, access.screen, self.clock.now());
        self.watch(chat_id, id, Arc::clone(slot), generation, access);
    }

    /// Spawns a task that collects a desktop's files and records its end.
    fn watch(
        &self,
        chat_id: ChatId,
        id: DesktopId,
        slot: Arc<Slot>,
        generation: Generation,
        access: DesktopAccess,
    ) {
        let this = self.clone();
        self.tasks.spawn(async move {
            let client = this.client(access);
            let ended = tokio::select! {
                reason = this.provider.ended(id) => reason,
                never = this.outputs.follow(chat_id, client) => match never {},
                () = this.shutdown.cancelled() => return,
            };
            let mut access = slot.access.lock().await;
            // A deliberate stop has been recorded already, and a newer generation has its own watcher.
            if !slot.usage.is(generation) {
                return;
            }
            slot.usage.ended();
            *access = None;
            if let Err(error) = this.observe(chat_id, id, ObservedState::Failed, Some(&ended), None).await {
                tracing::warn!(desktop.id = %id, ?error, "could not record the end of a desktop");
            }
        });
    }

    /// Stops the desktops of this replica, keeping their home folders. Those of other replicas keep running,
    /// even on the same engine.
    pub async fn stop_all(&self) {
        self.starts.close();
        self.starts.wait().await;
        let slots: Vec<Arc<Slot>> = self.with_slots(|slots| slots.values().cloned().collect());
        let held = slots.iter().filter_map(|slot| slot.usage.id());
        let stopping = futures_util::stream::iter(held).for_each_concurrent(AT_ONCE, async |id| {
            if let Err(error) = self.provider.stop(id).await {
                tracing::error!(desktop.id = %id, %error, "could not stop a desktop");
            }
        });
        stopping.await;
        self.provider.close().await;
    }

    pub(super) async fn observe(
        &self,
        chat_id: ChatId,
        id: DesktopId,
        observed: ObservedState,
        reason: Option<&str>,
        screen: Option<Size>,
    ) -> Result<(), DesktopError> {
        let mut conn = self.database.connection().await?;
        desktops::observe(&mut conn, id, observed, reason, self.clock.now()).await?;
        let control = control_leases::find(&mut conn, chat_id).await?.map(Control::from);
        let view = desktop_view(observed, reason.map(str::to_owned), screen, control);
        self.hub.publish(chat_id, LiveEvent::Desktop(view));
        Ok(())
    }

    pub(super) fn slot(&self, chat_id: ChatId) -> Arc<Slot> {
        self.with_slots(|slots| Arc::clone(slots.entry(chat_id).or_default()))
    }

    /// Forgets the chats whose desktop is neither up nor asked for.
    pub(super) fn forget_unused_slots(&self) {
        // While the map is locked nobody can begin to use a slot that only the map holds.
        self.with_slots(|slots| {
            slots.retain(|_, slot| Arc::strong_count(slot) > 1 || slot.usage.id().is_some())
        });
    }

    fn with_slots<T>(&self, look: impl FnOnce(&mut HashMap<ChatId, Arc<Slot>>) -> T) -> T {
        look(&mut self.slots.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
