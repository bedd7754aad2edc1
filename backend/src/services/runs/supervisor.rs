//! Claims waiting runs and drives each under a lease.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::AsyncConnection as _;
use protocol::ids::{ChatId, RunId};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use traces::{Parent, Span, SpanKind, Tracer, keys};
use tracing::Instrument as _;
use tracing::field::Empty;
use uuid::Uuid;

use crate::services::event_log::AppendError;
use crate::services::runs::active_runs::ActiveRuns;
use crate::services::runs::driver::RunDriver;
use crate::services::runs::held_run::HeldRun;
use crate::services::runs::signals::{RunSignal, SignalReceiver, SignalSender};
use crate::services::site_settings::SiteSettings;
use crate::store::leases::{self, LEASE, Lease, RunsAtOnce};
use crate::store::run_traces;
use crate::store::runs::Run;

/// Interval of looking for runs that no notification announced, such as those whose lease expired.
pub const CLAIM_EVERY: Duration = Duration::from_secs(1);
/// Interval of renewing a lease; a third of its duration.
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// Delay before trying again to release a lease.
const RELEASE_RETRY_DELAY: Duration = Duration::from_millis(250);
/// What traces call the agent that a run is of.
const AGENT: &str = "deskhand";
/// How long the call in flight may continue on shutdown.
const LAST_ACTION_TIMEOUT: Duration = Duration::from_secs(3);

/// Drives runs until shutdown. Clones share one state.
#[derive(Clone)]
pub struct Supervisor {
    replica_id: Uuid,
    driver: RunDriver,
    /// How many of everybody.
    settings: SiteSettings,
    wakeups: Arc<Notify>,
    /// Whether this replica holds its advisory lock. Without it, others would take over its leases at once.
    present: Arc<AtomicBool>,
    active: ActiveRuns,
    tasks: TaskTracker,
    shutdown: CancellationToken,
    /// Makes the spans of runs.
    pub tracer: Tracer,
}

impl Supervisor {
    /// Creates a supervisor that drives nothing yet, and makes no spans.
    #[must_use]
    pub fn new(
        replica_id: Uuid,
        driver: RunDriver,
        settings: SiteSettings,
        tasks: TaskTracker,
        shutdown: CancellationToken,
    ) -> Self {
        let present = Arc::new(AtomicBool::new(false));
        Self {
            replica_id,
            driver,
            settings,
            wakeups: Arc::default(),
            present,
            active: ActiveRuns::default(),
            tasks,
            shutdown,
            tracer: Tracer::default(),
        }
    }

    /// Claims and drives all waiting runs, unless this replica is shutting down or has lost its advisory
    /// lock.
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

    /// Records that this replica holds its advisory lock.
    pub fn present(&self) {
        self.present.store(true, Ordering::Release);
        self.wake();
    }

    /// Records that this replica has lost its advisory lock.
    pub fn absent(&self) {
        self.present.store(false, Ordering::Release);
    }

    /// How many runs this replica drives.
    #[must_use]
    pub fn driven(&self) -> usize {
        self.active.count()
    }

    /// Waits until this replica drives no run.
    pub async fn handed_over(&self) {
        self.active.none_left().await;
    }

    /// Reports that a run may be waiting.
    pub fn wake(&self) {
        self.wakeups.notify_one();
    }

    /// Sends a signal to a run, if this replica drives it.
    pub fn signal(&self, run_id: RunId, signal: RunSignal) {
        self.active.signal(run_id, signal);
    }

    /// Sends a signal to the chat's runs that this replica drives.
    pub fn signal_chat(&self, chat_id: ChatId, signal: RunSignal) {
        self.active.signal_chat(chat_id, signal);
    }

    /// Stops the chat's runs that this replica drives, and waits until they have stopped.
    pub async fn abandon_chat(&self, chat_id: ChatId) {
        let left = self.active.signal_chat(chat_id, RunSignal::Stop);
        for left in left {
            left.cancelled().await;
        }
    }

    async fn claim(&self) -> anyhow::Result<Option<Run>> {
        let mut conn = self.driver.log.database.connection().await?;
        let now = self.driver.log.clock.now();
        let person = self.settings.limits(&mut conn).await?.value.runs_at_once.unwrap_or(u32::MAX);
        let total = self.settings.total_limits(&mut conn).await?.value.runs_at_once;
        let installation = total.map_or(i64::MAX, |total| total.get().into());
        let at_once = RunsAtOnce { person: person.into(), installation };
        let claimed =
            conn.transaction(async |conn| leases::claim(conn, self.replica_id, at_once, now).await).await;
        match claimed {
            // Another supervisor has just claimed a run of the same chat, which goes first.
            Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(None),
            claimed => Ok(claimed?),
        }
    }

    fn begin(&self, run: Run) {
        let (signals, receiver) = SignalSender::new();
        let signals = Arc::new(signals);
        note(&signals, run.cancel_requested, run.pause_requested);
        let lease = Lease { run_id: run.id, replica_id: self.replica_id, attempt: run.attempt };
        let active = self.active.add(lease, run.chat_id, Arc::clone(&signals));
        let this = self.clone();
        let span = tracing::info_span!("run", run.id = %run.id, chat.id = %run.chat_id, user.id = Empty);
        let held = async move {
            let traced = this.span(&run).await;
            traced.within(this.hold(run, lease, &signals, receiver)).await;
            drop(traced);
            drop(active);
            this.wake();
        };
        self.tasks.spawn(held.instrument(span));
    }

    /// The span of driving a run. All of a run are of the trace of the request that began it, whoever drives it.
    async fn span(&self, run: &Run) -> Span {
        let parent = match self.traceparent(run.id).await {
            Ok(Some(traceparent)) => Parent::of(&traceparent),
            Ok(None) => Parent::none(),
            Err(error) => {
                tracing::debug!(
                    error = format!("{error:#}"),
                    "the trace of a run could not be read; it gets another"
                );
                Parent::none()
            }
        };
        let span = self.tracer.begin(SpanKind::Internal, &parent, || format!("invoke_agent {AGENT}").into());
        span.set(keys::OPERATION, "invoke_agent");
        span.set(keys::AGENT, AGENT);
        span.set(keys::CONVERSATION, run.chat_id.to_string());
        span.set(keys::RUN_ID, run.id.to_string());
        span.set(keys::RUN_ATTEMPT, i64::from(run.attempt));
        span
    }

    async fn traceparent(&self, run_id: RunId) -> anyhow::Result<Option<String>> {
        if !self.tracer.is_on() {
            return Ok(None);
        }
        let mut conn = self.driver.log.database.connection().await?;
        Ok(run_traces::find(&mut conn, run_id).await?)
    }

    /// Drives a run for as long as its lease can be renewed.
    async fn hold(&self, run: Run, lease: Lease, signals: &SignalSender, receiver: SignalReceiver) {
        let held = self.driver.hold(run, lease);
        let run_id = lease.run_id;
        if let Ok(Some(owner)) = held.owner().await {
            tracing::Span::current().record("user.id", tracing::field::display(owner));
        }
        tokio::select! {
            ended = self.driver.drive(&held, receiver) => match ended {
                Ok(()) => {}
                Err(AppendError::LeaseLost) => tracing::info!(run.id = %run_id, "another supervisor drives the run"),
                Err(error) => {
                    tracing::error!(run.id = %run_id, ?error, "could not record an event of a run");
                    self.release(&held).await;
                }
            },
            () = self.renew(lease, signals) => tracing::warn!(run.id = %run_id, "the lease on a run was lost"),
            () = self.release_on_shutdown(signals) => self.release(&held).await,
        }
    }

    /// Waits for shutdown, then gives the call in flight time to finish.
    async fn release_on_shutdown(&self, signals: &SignalSender) {
        self.shutdown.cancelled().await;
        signals.send(RunSignal::Release);
        tokio::time::sleep(LAST_ACTION_TIMEOUT).await;
    }

    /// Renews the lease; returns once it is lost or has expired because Postgres can't be reached. Also picks
    /// up requests made through other replicas.
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
                    tracing::warn!(run.id = %lease.run_id, error = format!("{error:#}"), "could not renew a lease");
                }
            }
        }
    }

    async fn renew_once(&self, lease: Lease) -> anyhow::Result<Option<leases::RunRequests>> {
        let mut conn = self.driver.log.database.connection().await?;
        Ok(leases::renew(&mut conn, lease, self.driver.log.clock.now()).await?)
    }

    /// Releases the lease, retrying until Postgres can be reached or the lease has expired anyway.
    async fn release(&self, held: &HeldRun) {
        let needless = tokio::time::sleep(LEASE.to_std().unwrap_or_default());
        tokio::pin!(needless);
        while let Err(error) = held.release().await {
            tracing::warn!(run.id = %held.run.id, ?error, "could not release a lease");
            tokio::select! {
                () = tokio::time::sleep(RELEASE_RETRY_DELAY) => {}
                () = &mut needless => return,
                () = self.shutdown.cancelled() => return,
            }
        }
    }
}

/// Signals the requests stored with a run.
fn note(signals: &SignalSender, cancel: bool, pause: bool) {
    if pause {
        signals.send(RunSignal::Pause);
    }
    if cancel {
        signals.send(RunSignal::Stop);
    }
}
