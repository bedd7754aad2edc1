//! Logging to standard error, as text for people or JSON for programs.

use tracing_subscriber::EnvFilter;

/// Starts logging. `RUST_LOG` filters, `DESKHAND_LOG=json` selects JSON.
pub(crate) fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::env::var("DESKHAND_LOG").is_ok_and(|format| format == "json") {
        log.json().init();
    } else {
        log.with_target(false).init();
    }
}
