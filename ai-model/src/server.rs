//! Serves the API until shutdown.

use std::time::Duration;

use anyhow::Context as _;
use axum::serve::Listener;
use tokio_util::sync::CancellationToken;

use crate::routes;
use crate::state::AppState;

/// How long open requests may take once the service stops.
const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(3);

/// Serves until `shutdown`. Runs end immediately then: their streams close, and the caller resumes from its transcript.
///
/// # Errors
/// When the listener fails.
pub async fn serve<L: Listener<Addr: std::fmt::Debug>>(
    listener: L,
    mut state: AppState,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    state.stopping = shutdown.clone();
    let releases = state.releases.clone();
    let server = axum::serve(listener, routes::service(state))
        .with_graceful_shutdown(shutdown.clone().cancelled_owned())
        .into_future();
    let hard_stop = async {
        shutdown.cancelled().await;
        tokio::time::sleep(SHUTDOWN_DEADLINE).await;
    };
    tokio::select! {
        served = server => served.context("serving the model API")?,
        () = hard_stop => tracing::warn!("requests were still open when the model service stopped"),
    }
    releases.close();
    if tokio::time::timeout(SHUTDOWN_DEADLINE, releases.wait()).await.is_err() {
        tracing::warn!("held buttons were not released in time");
    }
    Ok(())
}
