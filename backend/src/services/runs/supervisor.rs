//! Takes runs that wait and drives each under a lease.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::ids::{ChatId, RunId};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::services::event_log::AppendError;
use crate::services::runs::driver::RunDriver;
use crate::services::runs::held_run::HeldRun;
use crate::services::runs::signals::{RunSignal, SignalReceiver, SignalSender};
use crate::store::leases::{self, LEASE, Lease};
use crate::store::runs::Run;

/// How often to look for runs that nobody announced: those that another supervisor lost.
pub const CLAIM_EVERY: Duration = Duration::from_secs(1);
/// How often to renew a lease; a third of what it lasts.
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// How long to wait before a lease that could not be given back is tried again.
const RELEASE_RETRY_DELAY: Duration = Duration::from_millis(250);
/// How long the action in flight may take when the service ends.
const LAST_ACTION_TIMEOUT: Duration = Duration::from_secs(3);

/// Drives runs until shutdown. Cheap to clone; all clones are one supervisor.
#[derive(Clone)]
pub struct Supervisor {
    replica_id: Uuid,
    driver: RunDriver,
    wakeups: Arc<Notify>,
    /// Whether others can see that this service is there: until then its leases would be taken at once.
    present: Arc<AtomicBool>,
    active: Arc<Mutex<HashMap<RunId, Active>>>,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

/// A run that is being driven here.
struct Active {
    chat_id: ChatId,
    /// Tells it what people, and the end of this service, want.
    signals: Arc<SignalSender>,
    /// Cancelled when it is no longer driven here.
    left: CancellationToken,
}

impl Supervisor {
    /// A supervisor that drives nothing yet.
    #[must_use]
    pub fn new(replica_id: Uuid, driver: RunDriver, tasks: TaskTracker, shutdown: CancellationToken) -> Self {
        let present = Arc::new(AtomicBool::new(false));
        Self { replica_id, driver, wakeups: Arc::default(), present, active: Arc::default(), tasks, shutdown }
    }

    /// Takes and drives all runs that wait, unless this service ends or others can't see it.
    pub async fn claim_waiting(&self) -> anyhow::Result<()> {
        while self.present.load(Ordering::Acquire)
            && !self.shutdown.is_cancelled()
            && let Some(run) = self.claim().await?
        {
            self.begin(run);
        }
        Ok(())
    }

    /// Notified when a run may be waiting.
    #[must_use]
    pub fn wakeups(&self) -> Arc<Notify> {
        Arc::clone(&self.wakeups)
    }

    /// This replica.
    #[must_use]
    pub fn replica_id(&self) -> Uuid {
        self.replica_id
    }

    /// Others can see from now on that this service is there.
    pub fn present(&self) {
        self.present.store(true, Ordering::Release);
        self.wake();
    }

    /// Others can't see any more that this service is there.
    pub fn absent(&self) {
        self.present.store(false, Ordering::Release);
    }

    /// Waits until no run is driven here.
    pub async fn handed_over(&self) {
        loop {
            let left = {
                let active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
                active.values().next().map(|active| active.left.clone())
            };
            match left {
                Some(left) => left.cancelled().await,
                None => return,
            }
        }
    }

    /// Says that a run may be waiting.
    pub fn wake(&self) {
        self.wakeups.notify_one();
    }

    /// Sends a signal to a run, if it is driven here.
    pub fn signal(&self, run_id: RunId, signal: RunSignal) {
        if let Some(active) = self.active.lock().unwrap_or_else(PoisonError::into_inner).get(&run_id) {
            active.signals.send(signal);
        }
    }

    /// Sends a signal to whatever is driven here for a chat.
    pub fn signal_chat(&self, chat_id: ChatId, signal: RunSignal) {
        let active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
        active
            .values()
            .filter(|active| active.chat_id == chat_id)
            .for_each(|active| active.signals.send(signal));
    }

    /// Stops whatever is driven here for a chat, and waits until it is.
    pub async fn abandon_chat(&self, chat_id: ChatId) {
        let left: Vec<CancellationToken> = {
            let active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
            let of_chat = active.values().filter(|active| active.chat_id == chat_id);
            of_chat
                .inspect(|active| active.signals.send(RunSignal::Stop))
                .map(|active| active.left.clone())
                .collect()
        };
        for left in left {
            left.cancelled().await;
        }
    }

    async fn claim(&self) -> anyhow::Result<Option<Run>> {
        let mut conn = self.driver.log.database.connection().await?;
        Ok(leases::claim(&mut conn, self.replica_id, self.driver.log.clock.now()).await?)
    }

    fn begin(&self, run: Run) {
        let (signals, receiver) = SignalSender::new();
        let signals = Arc::new(signals);
        note(&signals, run.cancel_requested, run.pause_requested);
        let left = CancellationToken::new();
        let active = Active { chat_id: run.chat_id, signals: Arc::clone(&signals), left: left.clone() };
        self.active.lock().unwrap_or_else(PoisonError::into_inner).insert(run.id, active);
        let this = self.clone();
        self.tasks.spawn(async move {
            // Also when the task is dropped: whoever waits must not wait for ever.
            let left = left.drop_guard();
            let run_id = run.id;
            this.hold(run, &signals, receiver).await;
            this.active.lock().unwrap_or_else(PoisonError::into_inner).remove(&run_id);
            drop(left);
            this.wake();
        });
    }

    /// Drives a run for as long as its lease can be renewed.
    async fn hold(&self, run: Run, signals: &SignalSender, receiver: SignalReceiver) {
        let lease = Lease { run_id: run.id, replica_id: self.replica_id, attempt: run.attempt };
        let held = self.driver.hold(run, lease);
        let run_id = lease.run_id;
        tokio::select! {
            ended = self.driver.drive(&held, receiver) => match ended {
                Ok(()) => {}
                Err(AppendError::LeaseLost) => tracing::info!(run.id = %run_id, "another supervisor drives the run"),
                Err(error) => {
                    tracing::error!(run.id = %run_id, ?error, "what a run does could not be written");
                    self.release(&held).await;
                }
            },
            () = self.renew(lease, signals) => tracing::warn!(run.id = %run_id, "the lease on a run was lost"),
            () = self.release_on_shutdown(signals) => self.release(&held).await,
        }
    }

    /// Waits for the service's end and lets the action in flight come to its own.
    async fn release_on_shutdown(&self, signals: &SignalSender) {
        self.shutdown.cancelled().await;
        signals.send(RunSignal::Release);
        tokio::time::sleep(LAST_ACTION_TIMEOUT).await;
    }

    /// Renews the lease; returns when it is lost, or has run out because Postgres could not be reached. Requests that came
    /// through another replica are seen here.
    async fn renew(&self, lease: Lease, signals: &SignalSender) {
        let lasts = LEASE.to_std().unwrap_or_default();
        let mut held_until = Instant::now() + lasts;
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            let asked = Instant::now();
            match tokio::time::timeout_at(held_until, self.renew_once(lease)).await {
                Ok(Ok(Some(found))) => {
                    held_until = asked + lasts;
                    note(signals, found.cancel, found.pause);
                }
                Ok(Ok(None)) | Err(_) => return,
                Ok(Err(error)) => {
                    tracing::warn!(run.id = %lease.run_id, error = format!("{error:#}"), "a lease could not be renewed");
                }
            }
        }
    }

    async fn renew_once(&self, lease: Lease) -> anyhow::Result<Option<leases::RunRequests>> {
        let mut conn = self.driver.log.database.connection().await?;
        Ok(leases::renew(&mut conn, lease, self.driver.log.clock.now()).await?)
    }

    /// Leaves the run to whoever comes next, as soon as Postgres can be reached; once the lease has run out that is
    /// needless.
    async fn release(&self, held: &HeldRun) {
        let needless = tokio::time::sleep(LEASE.to_std().unwrap_or_default());
        tokio::pin!(needless);
        while let Err(error) = held.release().await {
            tracing::warn!(run.id = %held.run.id, ?error, "a lease could not be given back");
            tokio::select! {
                () = tokio::time::sleep(RELEASE_RETRY_DELAY) => {}
                () = &mut needless => return,
                () = self.shutdown.cancelled() => return,
            }
        }
    }
}

/// Passes on what people have requested of a run.
fn note(signals: &SignalSender, cancel: bool, pause: bool) {
    if pause {
        signals.send(RunSignal::Pause);
    }
    if cancel {
        signals.send(RunSignal::Stop);
    }
}
