//! What every request may use. Nothing in it outlives a request but connections and what models were found
//! to accept.

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::desktop_client;
use crate::providers::{Config, ModelProviders};

/// Shared by all requests; cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState {
    /// Makes providers.
    pub providers: ModelProviders,
    /// For the agents inside desktops.
    pub desktop_http: reqwest::Client,
    /// What has to happen after a cancelled run.
    pub releases: TaskTracker,
    /// Ends every run when the service stops.
    pub stopping: CancellationToken,
}

impl AppState {
    /// The state of a service with this configuration.
    ///
    /// # Errors
    /// When an HTTP client can't be set up.
    pub fn new(config: Config) -> anyhow::Result<Self> {
        Ok(Self {
            providers: ModelProviders::new(config)?,
            desktop_http: desktop_client::http_client()?,
            releases: TaskTracker::new(),
            stopping: CancellationToken::new(),
        })
    }
}
