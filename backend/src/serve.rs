//! Runs the service until it is told to stop.

use std::time::Duration;

use tokio::net::TcpListener;
use tower::ServiceExt as _;

use crate::routes;
use crate::state::AppState;

/// How long open requests may take to end.
const DRAIN: Duration = Duration::from_secs(2);

/// Answers requests and drives runs until the state's shutdown token is cancelled; then stops the desktops.
/// Calls `ready` once requests are served.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, state: AppState, ready: impl FnOnce()) -> anyhow::Result<()> {
    state.desktops.reconcile().await?;
    tracing::info!("{}", state.desktops.provider.isolation());
    state.tasks.spawn(state.supervisor.clone().supervise());
    let shutdown = state.shutdown.clone();
    let service = axum::ServiceExt::<axum::extract::Request>::into_make_service(
        routes::service(state.clone()).map_response(axum::response::IntoResponse::into_response),
    );
    let answering = axum::serve(listener, service).with_graceful_shutdown(shutdown.clone().cancelled_owned());
    // The listener takes connections already; they wait for the first poll below.
    ready();
    let drained = async {
        shutdown.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        result = std::future::IntoFuture::into_future(answering) => result?,
        () = drained => tracing::warn!("open requests were cut off"),
    }
    state.tasks.close();
    state.tasks.wait().await;
    state.desktops.provider.stop_all().await;
    Ok(())
}
