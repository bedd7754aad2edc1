//! The time of day, which signatures carry and tokens expire by. Everything else measures with `tokio::time::Instant`.

use std::time::SystemTime;

/// The system's time.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the system's clock")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}
