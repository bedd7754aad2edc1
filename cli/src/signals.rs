//! Ctrl-C and SIGTERM end the program: the first softly, the second at once.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A token that the first signal cancels.
///
/// # Errors
/// When signals can't be received.
pub(crate) fn shutdown_token(tasks: &TaskTracker) -> anyhow::Result<CancellationToken> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let token = CancellationToken::new();
    let shutdown = token.clone();
    tasks.spawn(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        tracing::info!("stopping; once more to stop at once");
        shutdown.cancel();
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        // The kernel closes the lifelines of all children, so they end too.
        std::process::exit(130);
    });
    Ok(token)
}
