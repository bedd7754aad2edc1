//! Takes runs that wait and drives each under a lease.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::ids::{ChatId, RunId};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::chat_log::AppendError;
use super::run_driver::RunDriver;
use super::wishes::{Wanted, Wish, Wishes};
use crate::store::runs::{self, LEASE, Lease, Run};

/// How often to look for runs that nobody announced: those that another supervisor lost.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often to renew a lease; a third of what it lasts.
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// How long the action under way may take when the service ends.
const LAST_ACTION: Duration = Duration::from_secs(5);

/// Drives runs until shutdown. Cheap to clone; all clones are one supervisor.
#[derive(Clone)]
pub struct Supervisor {
    id: Uuid,
    driver: RunDriver,
    wakeups: Arc<Notify>,
    active: Arc<Mutex<HashMap<RunId, Active>>>,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

/// A run that is being driven here.
struct Active {
    chat_id: ChatId,
    /// What people, and the service's end, want of it.
    wishes: Arc<Wishes>,
    /// Cancelled when it is no longer driven here.
    left: CancellationToken,
}

impl Supervisor {
    /// A supervisor that drives nothing yet.
    #[must_use]
    pub fn new(driver: RunDriver, tasks: TaskTracker, shutdown: CancellationToken) -> Self {
        Self { id: Uuid::now_v7(), driver, wakeups: Arc::default(), active: Arc::default(), tasks, shutdown }
    }

    /// Takes and drives runs until shutdown.
    pub async fn supervise(self) {
        loop {
            tokio::select! {
                () = self.shutdown.cancelled() => return,
                () = self.wakeups.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            loop {
                match self.claim().await {
                    Ok(Some(run)) => self.begin(run),
                    Ok(None) => break,
                    Err(error) => {
                        tracing::warn!(error = format!("{error:#}"), "no run could be taken");
                        break;
                    }
                }
            }
        }
    }

    /// Says that a run may be waiting.
    pub fn wake(&self) {
        self.wakeups.notify_one();
    }

    /// Wants something of a run, if it is driven here.
    pub fn want(&self, run_id: RunId, wish: Wish) {
        if let Some(active) = self.active.lock().unwrap_or_else(PoisonError::into_inner).get(&run_id) {
            active.wishes.want(wish);
        }
    }

    /// Stops whatever is driven here for a chat, and waits until it is.
    pub async fn abandon_chat(&self, chat_id: ChatId) {
        let left: Vec<CancellationToken> = {
            let active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
            let of_chat = active.values().filter(|active| active.chat_id == chat_id);
            of_chat
                .inspect(|active| active.wishes.want(Wish::Stop))
                .map(|active| active.left.clone())
                .collect()
        };
        for left in left {
            left.cancelled().await;
        }
    }

    async fn claim(&self) -> anyhow::Result<Option<Run>> {
        let mut conn = self.driver.log.database.connection().await?;
        Ok(runs::claim(&mut conn, self.id, self.driver.log.clock.now()).await?)
    }

    fn begin(&self, run: Run) {
        let (wishes, wanted) = Wishes::new();
        let wishes = Arc::new(wishes);
        note(&wishes, run.cancel_requested, run.pause_requested);
        let left = CancellationToken::new();
        let active = Active { chat_id: run.chat_id, wishes: Arc::clone(&wishes), left: left.clone() };
        self.active.lock().unwrap_or_else(PoisonError::into_inner).insert(run.id, active);
        let this = self.clone();
        self.tasks.spawn(async move {
            // Also when the task is dropped: whoever waits must not wait for ever.
            let _left = left.drop_guard();
            this.hold(&run, &wishes, wanted).await;
            this.active.lock().unwrap_or_else(PoisonError::into_inner).remove(&run.id);
            this.wake();
        });
    }

    /// Drives a run for as long as its lease can be renewed.
    async fn hold(&self, run: &Run, wishes: &Wishes, wanted: Wanted) {
        let lease = Lease { run_id: run.id, owner: self.id, attempt: run.attempt };
        tokio::select! {
            ended = self.driver.drive(run, lease, wanted) => match ended {
                Ok(()) => {}
                Err(AppendError::LeaseLost) => tracing::info!(run.id = %run.id, "another supervisor drives the run"),
                Err(error) => {
                    tracing::error!(run.id = %run.id, ?error, "what a run does could not be written");
                    self.release(lease).await;
                }
            },
            () = self.renew(lease, wishes) => tracing::warn!(run.id = %run.id, "the lease on a run was lost"),
            () = self.leave(wishes) => self.release(lease).await,
        }
    }

    /// Waits for the service's end and lets the action under way come to its own.
    async fn leave(&self, wishes: &Wishes) {
        self.shutdown.cancelled().await;
        wishes.want(Wish::Leave);
        tokio::time::sleep(LAST_ACTION).await;
    }

    /// Renews the lease; returns when it is lost, or has run out because Postgres could not be reached. Wishes that came
    /// through another service are seen here.
    async fn renew(&self, lease: Lease, wishes: &Wishes) {
        let lasts = LEASE.to_std().unwrap_or_default();
        let mut held_until = Instant::now() + lasts;
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            let asked = Instant::now();
            match tokio::time::timeout_at(held_until, self.renew_once(lease)).await {
                Ok(Ok(Some(found))) => {
                    held_until = asked + lasts;
                    note(wishes, found.cancel, found.pause);
                }
                Ok(Ok(None)) | Err(_) => return,
                Ok(Err(error)) => {
                    tracing::warn!(run.id = %lease.run_id, error = format!("{error:#}"), "a lease could not be renewed");
                }
            }
        }
    }

    async fn renew_once(&self, lease: Lease) -> anyhow::Result<Option<runs::Wishes>> {
        let mut conn = self.driver.log.database.connection().await?;
        Ok(runs::renew(&mut conn, lease, self.driver.log.clock.now()).await?)
    }

    /// Leaves the run to whoever comes next.
    async fn release(&self, lease: Lease) {
        if let Err(error) = self.driver.log.release(lease).await {
            tracing::warn!(run.id = %lease.run_id, ?error, "a lease could not be given back");
        }
    }
}

/// Passes on what people want of a run.
fn note(wishes: &Wishes, cancel: bool, pause: bool) {
    if pause {
        wishes.want(Wish::Pause);
    }
    if cancel {
        wishes.want(Wish::Stop);
    }
}
