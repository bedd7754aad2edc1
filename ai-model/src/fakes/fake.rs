//! What all fakes do.

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::recorded::RecordedRequest;
use super::script::Script;

/// A fake of a vendor. Clones share the recorded requests.
pub trait Fake: Clone + Send + Sync + 'static {
    /// A fake that plays a script.
    fn new(script: Script) -> Self;

    /// All requests for a turn so far, including rejected ones.
    fn requests(&self) -> Vec<RecordedRequest>;

    /// Answers requests.
    fn router(self) -> Router;

    /// Serves until `shutdown`.
    ///
    /// # Errors
    /// When the listener fails.
    fn serve(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> impl Future<Output = std::io::Result<()>> + Send {
        async move {
            axum::serve(listener, self.router()).with_graceful_shutdown(shutdown.cancelled_owned()).await
        }
    }
}
