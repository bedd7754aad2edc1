//! Takes runs that wait and drives each under a lease.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::ids::{ChatId, RunId};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::chat_log::AppendError;
use super::run_driver::RunDriver;
use crate::store::runs::{self, Lease, Run};

/// How often to look for runs that nobody announced: those that another supervisor lost.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often to renew a lease; a third of what it lasts.
const RENEW_EVERY: Duration = Duration::from_secs(5);

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
    /// A person's wish to stop it.
    stop: CancellationToken,
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

    /// Stops a run that is driven here.
    pub fn cancel(&self, run_id: RunId) {
        if let Some(active) = self.active.lock().unwrap_or_else(PoisonError::into_inner).get(&run_id) {
            active.stop.cancel();
        }
    }

    /// Stops whatever is driven here for a chat, and waits until it is.
    pub async fn abandon_chat(&self, chat_id: ChatId) {
        let left: Vec<CancellationToken> = {
            let active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
            let of_chat = active.values().filter(|active| active.chat_id == chat_id);
            of_chat.inspect(|active| active.stop.cancel()).map(|active| active.left.clone()).collect()
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
        let stop = CancellationToken::new();
        if run.cancel_requested {
            stop.cancel();
        }
        let left = CancellationToken::new();
        let active = Active { chat_id: run.chat_id, stop: stop.clone(), left: left.clone() };
        self.active.lock().unwrap_or_else(PoisonError::into_inner).insert(run.id, active);
        let this = self.clone();
        self.tasks.spawn(async move {
            // Also when the task is dropped: whoever waits must not wait for ever.
            let _left = left.drop_guard();
            this.hold(&run, &stop).await;
            this.active.lock().unwrap_or_else(PoisonError::into_inner).remove(&run.id);
            this.wake();
        });
    }

    /// Drives a run for as long as its lease can be renewed.
    async fn hold(&self, run: &Run, stop: &CancellationToken) {
        let lease = Lease { run_id: run.id, owner: self.id, attempt: run.attempt };
        tokio::select! {
            ended = self.driver.drive(run, lease, stop) => match ended {
                Ok(()) => {}
                Err(AppendError::LeaseLost) => tracing::info!(run.id = %run.id, "another supervisor drives the run"),
                Err(error) => tracing::error!(run.id = %run.id, ?error, "the end of a run could not be written"),
            },
            () = self.renew(lease, stop) => tracing::warn!(run.id = %run.id, "the lease on a run was lost"),
            () = self.shutdown.cancelled() => self.release(lease).await,
        }
    }

    /// Renews the lease; returns when it is lost. A wish to stop that came through another service is seen here.
    async fn renew(&self, lease: Lease, stop: &CancellationToken) {
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            let Ok(mut conn) = self.driver.log.database.connection().await else { continue };
            match runs::renew(&mut conn, lease, self.driver.log.clock.now()).await {
                Ok(Some(cancel_requested)) => {
                    if cancel_requested {
                        stop.cancel();
                    }
                }
                Ok(None) => return,
                Err(error) => tracing::warn!(run.id = %lease.run_id, %error, "a lease could not be renewed"),
            }
        }
    }

    /// Leaves the run to whoever comes next.
    async fn release(&self, lease: Lease) {
        let Ok(mut conn) = self.driver.log.database.connection().await else { return };
        if let Err(error) = runs::release(&mut conn, lease, self.driver.log.clock.now()).await {
            tracing::warn!(run.id = %lease.run_id, %error, "a lease could not be given back");
        }
    }
}
