//! Runs a replica until it is told to shut down.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::AppState;
use crate::connection_limits::ConnectionLimits;
use crate::http::server;
use crate::jobs;
use crate::routes;

/// How long handing over the runs may take, including the calls in flight.
const HAND_OVER_TIMEOUT: Duration = Duration::from_secs(4);
/// How long open requests may take after that.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);
/// How long background tasks may take after that.
const JOBS_TIMEOUT: Duration = Duration::from_secs(1);
/// How long stopping the desktops may take after that. Many containers keep the engine busy for seconds.
const DESKTOPS_TIMEOUT: Duration = Duration::from_secs(20);
/// How many programs may be connected to the listener for metrics.
const METRICS_CONNECTIONS: usize = 32;

/// Serves the metrics, and nothing else, until the state's shutdown token is cancelled. Asks for no login.
pub async fn serve_metrics(listener: TcpListener, state: AppState) {
    let limits = ConnectionLimits { total: METRICS_CONNECTIONS, ..state.connection_limits };
    server::serve(
        listener,
        routes::metrics_service(state.monitoring.clone()),
        limits,
        state.shutdown.clone(),
    )
    .await;
}

/// Serves requests and drives runs until the state's shutdown token is cancelled. Then refuses new work, lets
/// calls in flight finish and releases the runs, all within 6 s, and stops the desktops. Calls `ready` once
/// requests are accepted.
pub async fn serve(listener: TcpListener, state: AppState, ready: impl FnOnce()) {
    if let Err(error) = state.desktops.reconcile().await {
        // Nothing was removed; the next sweep tries again.
        tracing::error!(?error, "could not reconcile the desktops");
    }
    tracing::info!("{}", state.desktops.provider.isolation());
    let (closing, ended) = (CancellationToken::new(), CancellationToken::new());
    jobs::start(&state, ended.clone());
    let answering =
        server::serve(listener, routes::service(state.clone()), state.connection_limits, closing.clone());
    // The listener accepts connections already; they are served from the first poll below on.
    ready();
    let drained = async {
        state.shutdown.cancelled().await;
        if tokio::time::timeout(HAND_OVER_TIMEOUT, state.supervisor.handed_over()).await.is_err() {
            tracing::warn!("runs were cut off");
        }
        closing.cancel();
        tokio::time::sleep(DRAIN_TIMEOUT).await;
    };
    tokio::select! {
        () = answering => {}
        () = drained => tracing::warn!("open requests were cut off"),
    }
    ended.cancel();
    state.tasks.close();
    if tokio::time::timeout(JOBS_TIMEOUT, state.tasks.wait()).await.is_err() {
        tracing::warn!("some background tasks did not end in time");
    }
    if tokio::time::timeout(DESKTOPS_TIMEOUT, state.desktops.stop_all()).await.is_err() {
        tracing::warn!("some desktops are left running; the next start finds them");
    }
}
