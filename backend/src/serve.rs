//! Runs the service until it is told to stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::app::AppState;
use crate::egress_proxy::Proxy;
use crate::http::connections::{Connections, Reader};
use crate::routes;
use crate::services::replicas::Replicas;

/// How long runs may take to be left to others, the action under way included.
const HANDING_OVER: Duration = Duration::from_secs(4);
/// How long open requests may take to end after that.
const DRAIN: Duration = Duration::from_secs(1);
/// How long what runs in the background may take to end after that.
const LAST: Duration = Duration::from_secs(1);
/// How long desktops may take to end after that. One takes a moment, and many in containers take the engine several.
const STOPPING: Duration = Duration::from_secs(20);

/// Answers requests and drives runs until the state's shutdown token is cancelled. Then it refuses new work, lets the
/// actions under way end, leaves the runs to whoever comes next, within 6 s in all, and stops its desktops.
/// Calls `ready` once requests are served.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, state: AppState, ready: impl FnOnce()) -> anyhow::Result<()> {
    if let Err(error) = state.desktops.reconcile().await {
        // Nothing was removed; the next sweep tries again.
        tracing::error!(?error, "desktops could not be compared with their rows");
    }
    tracing::info!("{}", state.desktops.provider.isolation());
    let collector = state.blob_collector.clone();
    state.tasks.spawn(async move {
        if let Err(error) = collector.sweep().await {
            tracing::warn!(?error, "blobs could not be compared with their rows; the next start tries again");
        }
    });
    state.tasks.spawn(state.desktops.clone().keep_reconciled());
    state.tasks.spawn(state.desktops.clone().keep_idle_ones_down());
    state.tasks.spawn(state.desktops.pool.clone().keep_full(state.shutdown.clone()));
    let proxy = Proxy {
        internet: state.desktops.internet.clone(),
        tasks: state.tasks.clone(),
        shutdown: state.shutdown.clone(),
        connections: Arc::default(),
        pace: Arc::default(),
    };
    state.tasks.spawn(proxy.serve());
    state.tasks.spawn(state.supervisor.clone().supervise());
    let (closing, ended) = (CancellationToken::new(), CancellationToken::new());
    let replicas = Replicas {
        id: state.supervisor.id(),
        database: state.database.clone(),
        hub: state.hub.clone(),
        supervisor: state.supervisor.clone(),
        desktops: state.desktops.clone(),
        clock: state.clock.clone(),
        control_ran_out: Arc::clone(&state.control.expired),
        shutdown: state.shutdown.clone(),
    };
    let (control, shutdown) = (state.control.clone(), state.shutdown.clone());
    state.tasks.spawn(async move {
        loop {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
                () = control.expired.notified() => {}
                () = shutdown.cancelled() => return,
            }
            if let Err(error) = control.hand_back_expired().await {
                tracing::warn!(?error, "control could not be handed back");
            }
        }
    });
    state.tasks.spawn(replicas.clone().listen(ended.clone()));
    state.tasks.spawn(replicas.tell_live_turns());
    let service = axum::ServiceExt::<axum::extract::Request>::into_make_service_with_connect_info::<Reader>(
        routes::service(state.clone()).map_response(axum::response::IntoResponse::into_response),
    );
    let answering =
        axum::serve(Connections(listener), service).with_graceful_shutdown(closing.clone().cancelled_owned());
    // The listener takes connections already; they wait for the first poll below.
    ready();
    let drained = async {
        state.shutdown.cancelled().await;
        if tokio::time::timeout(HANDING_OVER, state.supervisor.handed_over()).await.is_err() {
            tracing::warn!("runs were cut off");
        }
        closing.cancel();
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        result = std::future::IntoFuture::into_future(answering) => result?,
        () = drained => tracing::warn!("open requests were cut off"),
    }
    ended.cancel();
    state.tasks.close();
    if tokio::time::timeout(LAST, state.tasks.wait()).await.is_err() {
        tracing::warn!("some of what runs in the background did not end in time");
    }
    if tokio::time::timeout(STOPPING, state.desktops.stop_all()).await.is_err() {
        tracing::warn!("some desktops are left running; the next start finds them");
    }
    Ok(())
}
