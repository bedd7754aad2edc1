//! Talks to the stateless model service.

use std::pin::Pin;
use std::time::Duration;

use anyhow::Context as _;
use eventsource_stream::Eventsource as _;
use futures_util::{Stream, StreamExt as _};
use protocol::run::{ModelHealth, RunEvent, RunRequest};
use url::Url;

/// How long the service may take to say how it is.
const PATIENCE: Duration = Duration::from_secs(5);

/// A client of the model service.
#[derive(Clone)]
pub struct ModelClient {
    http: reqwest::Client,
    base: Url,
}

/// Events of a run, until it ends or the service is lost. Dropping it cancels the run.
pub type RunEvents = Pin<Box<dyn Stream<Item = anyhow::Result<RunEvent>> + Send>>;

impl ModelClient {
    /// A client of the service at `base`.
    #[must_use]
    pub fn new(http: reqwest::Client, base: Url) -> Self {
        Self { http, base }
    }

    /// What the service says of itself.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn health(&self) -> anyhow::Result<ModelHealth> {
        let url = self.base.join("/health")?;
        let response = self.http.get(url).timeout(PATIENCE).send().await?.error_for_status()?;
        response.json().await.context("reading what the model service says of itself")
    }

    /// Begins or goes on with a run.
    ///
    /// # Errors
    /// When the service does not take it.
    pub async fn run(&self, request: &RunRequest) -> anyhow::Result<RunEvents> {
        let response = self.http.post(self.base.join("/v1/runs")?).json(request).send().await?;
        if !response.status().is_success() {
            let status = response.status();
            let body = response.text().await.unwrap_or_default();
            anyhow::bail!("the model service answered {status}: {body}");
        }
        let events = response
            .bytes_stream()
            .eventsource()
            .map(|event| serde_json::from_str(&event?.data).context("reading an event of the model service"));
        Ok(Box::pin(events))
    }
}
