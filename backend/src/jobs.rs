//! The background jobs of a replica, with one shutdown and one way of logging failures.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::app::{AppState, Parts};
use crate::blobs;
use crate::clock::SYNCHRONIZE_EVERY;
use crate::egress_proxy::Proxy;
use crate::services::control::HAND_BACK_EVERY;
use crate::services::desktops::idle;
use crate::services::desktops::reconcile;
use crate::services::expired;
use crate::services::live_turns::LiveTurns;
use crate::services::replicas::Replicas;
use crate::services::retention;
use crate::services::runs::supervisor::CLAIM_EVERY;
use crate::services::users::deletion;

/// Interval of forgetting callers who send no requests any more.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// Starts all jobs. Those that other replicas depend on run until `ended`, the rest until the state's
/// shutdown.
pub fn start(state: &AppState, ended: CancellationToken) {
    let Parts { tasks, shutdown, desktops, supervisor, .. } = &**state;
    let (control, blob_collector) = (state.control.clone(), state.blob_collector.clone());
    let job = |name, period| Job { name, period, wake: Arc::default(), shutdown: shutdown.clone() };

    // A crash may just have left some behind.
    let at_once = Arc::new(Notify::new());
    at_once.notify_one();
    let collect = Job { wake: at_once, ..job("collect blobs", blobs::SWEEP_EVERY) };
    tasks.spawn(collect.run(move || {
        let collector = blob_collector.clone();
        async move { collector.sweep().await }
    }));
    let (database, clock) = (state.database.clone(), state.clock.clone());
    tasks.spawn(job("delete expired rows", expired::DELETE_EVERY).run(move || {
        let (database, clock) = (database.clone(), clock.clone());
        async move { expired::delete(&database, &clock).await }
    }));
    let retention = state.retention.clone();
    tasks.spawn(job("apply the retention", retention::LOOK_EVERY).run(move || {
        let retention = retention.clone();
        async move { retention.sweep().await }
    }));
    let users = state.users.clone();
    let at_once = Arc::new(Notify::new());
    at_once.notify_one();
    let catch_up = Job { wake: at_once, ..job("catch up with changed users", deletion::CATCH_UP_EVERY) };
    tasks.spawn(catch_up.run(move || {
        let users = users.clone();
        async move { users.catch_up().await }
    }));
    let rates = state.request_rates.clone();
    tasks.spawn(job("forget idle callers", FORGET_EVERY).run(move || {
        rates.forget_idle();
        async { Ok::<_, Infallible>(()) }
    }));
    let (database, clock) = (state.database.clone(), state.clock.clone());
    tasks.spawn(job("synchronize the clock", SYNCHRONIZE_EVERY).run(move || {
        let (database, clock) = (database.clone(), clock.clone());
        async move { clock.synchronize(&database).await }
    }));
    let reconciled = desktops.clone();
    tasks.spawn(job("reconcile desktops", reconcile::SWEEP_EVERY).run(move || {
        let desktops = reconciled.clone();
        async move { desktops.sweep().await }
    }));
    let idle = desktops.clone();
    tasks.spawn(job("suspend idle desktops", idle::SWEEP_EVERY).run(move || {
        let desktops = idle.clone();
        async move { desktops.sweep_idle().await }
    }));
    let control_expired = Arc::clone(&control.expired);
    let hand_back = Job { wake: Arc::clone(&control_expired), ..job("hand back control", HAND_BACK_EVERY) };
    tasks.spawn(hand_back.run(move || {
        let control = control.clone();
        async move { control.hand_back_expired().await }
    }));
    let claiming = supervisor.clone();
    let claim = Job { wake: supervisor.wakeups(), ..job("claim runs", CLAIM_EVERY) };
    tasks.spawn(claim.run(move || {
        let supervisor = claiming.clone();
        async move { supervisor.claim_waiting().await }
    }));
    desktops.starts.spawn(desktops.pool.clone().keep_full(shutdown.clone()));
    let live_turns = LiveTurns::new(supervisor.replica_id(), state.database.clone(), state.hub.clone());
    tasks.spawn(live_turns.publish(shutdown.clone()));
    let replicas = Replicas {
        replica_id: supervisor.replica_id(),
        database: state.database.clone(),
        hub: state.hub.clone(),
        logins: state.logins.clone(),
        supervisor: supervisor.clone(),
        desktops: desktops.clone(),
        vault: state.vault.clone(),
        signing_keys: state.program_logins.access_tokens.keys.clone(),
        clock: state.clock.clone(),
        control_expired,
    };
    tasks.spawn(replicas.follow(ended));
    tasks.spawn(Proxy::new(desktops.egress.clone(), tasks.clone(), shutdown.clone()).serve());
}

/// A periodic job.
struct Job {
    /// Its name in the log.
    name: &'static str,
    /// The delay between the end of one execution and the next.
    period: Duration,
    /// Triggers an execution at once.
    wake: Arc<Notify>,
    /// Ends the job; an execution in progress is completed.
    shutdown: CancellationToken,
}

impl Job {
    async fn run<T, E: Into<anyhow::Error>, F: Future<Output = Result<T, E>>>(
        self,
        mut work: impl FnMut() -> F,
    ) {
        let Self { name, period, wake, shutdown } = self;
        tracing::debug!(job.name = name, job.period_ms = period.as_millis(), "started a job");
        loop {
            tokio::select! {
                () = tokio::time::sleep(period) => {}
                () = wake.notified() => {}
                () = shutdown.cancelled() => return,
            }
            log_failure(name, work().await);
        }
    }
}

fn log_failure<T, E: Into<anyhow::Error>>(name: &'static str, result: Result<T, E>) {
    if let Err(error) = result {
        let error: anyhow::Error = error.into();
        tracing::warn!(job.name = name, error = format!("{error:#}"), "a job failed; it will run again");
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn job(period: Duration) -> Job {
        Job { name: "test", period, wake: Arc::default(), shutdown: CancellationToken::new() }
    }

    #[tokio::test]
    async fn a_job_that_fails_runs_again_until_shutdown() {
        let (job, runs) = (job(Duration::from_millis(1)), Cell::new(0));
        let shutdown = job.shutdown.clone();
        job.run(|| {
            runs.set(runs.get() + 1);
            if runs.get() == 3 {
                shutdown.cancel();
            }
            async { Err::<(), _>(anyhow::anyhow!("it failed")) }
        })
        .await;
        assert_eq!(runs.get(), 3);
    }

    #[tokio::test]
    async fn a_job_that_is_woken_does_not_wait_for_its_period() {
        let job = job(Duration::from_secs(3600));
        let shutdown = job.shutdown.clone();
        job.wake.notify_one();
        let woken = job.run(|| {
            shutdown.cancel();
            async { Ok::<_, Infallible>(()) }
        });
        tokio::time::timeout(Duration::from_secs(10), woken).await.unwrap();
    }
}
