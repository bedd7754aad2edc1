//! Handles Ctrl-C and SIGTERM: the first stops the program gracefully, the second immediately.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Returns a token that the first signal cancels.
pub(crate) fn shutdown_token(tasks: &TaskTracker) -> anyhow::Result<CancellationToken> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let token = CancellationToken::new();
    let shutdown = token.clone();
    tasks.spawn(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        tracing::info!("shutting down; signal again to stop immediately");
        shutdown.cancel();
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        // The kernel closes the lifelines of all child processes, so they end too.
        std::process::exit(130);
    });
    Ok(token)
}
