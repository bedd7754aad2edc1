//! What the tests, the benchmarks and the soak share; each includes this folder as a module.

pub(crate) mod agent_process;
pub(crate) mod process_tree;

use std::time::{Duration, Instant};

use anyhow::ensure;

/// How long to wait for anything that normally takes a moment: the machine may be busy.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Calls `ask` until it returns a value. `what` completes "waited in vain until".
///
/// # Errors
/// When there is no value in time, or `ask` fails.
pub(crate) async fn poll_until<T>(
    what: &str,
    mut ask: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(value) = ask().await? {
            return Ok(value);
        }
        ensure!(Instant::now() < deadline, "waited in vain until {what}");
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}
