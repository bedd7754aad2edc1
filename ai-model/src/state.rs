//! What all requests share: connections, and what models and servers turned out to accept.

use telemetry::access_log::AccessLog;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use traces::Tracer;

use crate::access::Access;
use crate::desktop_client;
use crate::metrics::Metrics;
use crate::providers::{Config, ModelProviders};

/// The shared state; cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState {
    /// Who may call.
    pub access: Access,
    /// Creates providers.
    pub providers: ModelProviders,
    /// Whether each request is logged.
    pub access_log: AccessLog,
    /// What is counted.
    pub metrics: Metrics,
    /// Makes the spans of traces.
    pub tracer: Tracer,
    /// The HTTP client for agents inside desktops.
    pub desktop_http: reqwest::Client,
    /// The tasks that release buttons after a cancelled run.
    pub releases: TaskTracker,
    /// Ends all runs when the service stops.
    pub stopping: CancellationToken,
}

impl AppState {
    /// The state of a service with this configuration, which makes no spans.
    ///
    /// # Errors
    /// When an HTTP client can't be set up.
    pub fn new(config: Config, access: Access) -> anyhow::Result<Self> {
        let metrics = Metrics::default();
        let access_log = config.access_log.into();
        Ok(Self {
            access,
            access_log,
            providers: ModelProviders::new(config, metrics.vendors.clone())?,
            metrics,
            tracer: Tracer::default(),
            desktop_http: desktop_client::http_client()?,
            releases: TaskTracker::new(),
            stopping: CancellationToken::new(),
        })
    }
}
