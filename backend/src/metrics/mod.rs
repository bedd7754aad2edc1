//! What this replica counts. Each application has metrics of its own, so that tests in one process do not share them.
//!
//! Names and labels are listed in `docs/monitoring.md`. No label has a value that people or models choose.

mod desktops;
mod runs;
mod streams;

use std::sync::Arc;

use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use telemetry::http::HttpMetrics;

pub use self::desktops::{DesktopMetrics, StartOutcome};
pub use self::runs::{RunMetrics, StreamObserver};
pub use self::streams::{OpenStream, StreamKind, StreamMetrics};

/// What the names of all metrics of the backend begin with.
pub const PREFIX: &str = "deskhand";

/// What this replica counts. Clones share the counts.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// The requests.
    pub http: HttpMetrics,
    /// The WebSockets and event streams.
    pub streams: StreamMetrics,
    /// The runs.
    pub runs: RunMetrics,
    /// The starts of desktops.
    pub desktops: DesktopMetrics,
    registry: Arc<Registry>,
}

impl Metrics {
    /// Metrics that have counted nothing, of a replica whose desktops run in `provider`.
    #[must_use]
    pub fn new(provider: &'static str) -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))].to_vec());
        registry.register("build", "The program", version);
        Self {
            http: HttpMetrics::register(&mut registry),
            streams: StreamMetrics::register(&mut registry),
            runs: RunMetrics::register(&mut registry),
            desktops: DesktopMetrics::register(&mut registry, provider),
            registry: Arc::new(registry),
        }
    }

    /// All of them.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }
}
