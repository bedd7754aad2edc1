//! Talks to the stateless model service.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use anyhow::Context as _;
use futures_util::{Stream, StreamExt as _};
use protocol::run::{ACKNOWLEDGED, Acknowledgement, ModelHealth, RunEvent, RunRequest};
use reqwest::header::CONTENT_TYPE;
use tokio::sync::mpsc;
use url::Url;

/// How long the service may take to say how it is.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of an event: a screenshot of the largest screen, and room to spare.
const MAX_EVENT_BYTES: usize = 64 << 20;

/// A client of the model service.
#[derive(Clone)]
pub struct ModelClient {
    http: reqwest::Client,
    base: Url,
}

/// A run at the model service. Dropping it cancels the run.
pub struct RunStream {
    events: Pin<Box<dyn Stream<Item = anyhow::Result<RunEvent>> + Send>>,
    acknowledgements: mpsc::UnboundedSender<Vec<u8>>,
    taken: u64,
}

impl RunStream {
    /// The next event. `None` when the service is lost before the run's end.
    pub async fn next(&mut self) -> Option<RunEvent> {
        let event = self.events.next().await?.ok()?;
        self.taken += 1;
        Some(event)
    }

    /// Whether any event has come.
    #[must_use]
    pub fn has_told_something(&self) -> bool {
        self.taken > 0
    }

    /// Says that all events so far have been written down: a call whose start is among them may be done.
    pub fn acknowledge(&self) {
        // When the service is gone, the next event says so.
        let _ = self.acknowledgements.send(line(&Acknowledgement { taken: self.taken }));
    }
}

fn line(value: &impl serde::Serialize) -> Vec<u8> {
    // Our own types always serialise, and JSON has no raw line ends.
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line
}

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
        let response = self.http.get(url).timeout(HEALTH_TIMEOUT).send().await?.error_for_status()?;
        response.json().await.context("reading what the model service says of itself")
    }

    /// Begins or goes on with a run.
    ///
    /// # Errors
    /// When the service does not take it.
    pub async fn run(&self, request: &RunRequest) -> anyhow::Result<RunStream> {
        let (acknowledgements, mut lines) = mpsc::unbounded_channel::<Vec<u8>>();
        // The receiver is in the body, so there is room for this.
        let _ = acknowledgements.send(line(request));
        let body = futures_util::stream::poll_fn(move |context| {
            lines.poll_recv(context).map(|line| line.map(Ok::<_, Infallible>))
        });
        let post = self.http.post(self.base.join("/v1/runs")?).header(CONTENT_TYPE, ACKNOWLEDGED);
        let response = post.body(reqwest::Body::wrap_stream(body)).send().await?;
        if !response.status().is_success() {
            let status = response.status();
            let body = response.text().await.unwrap_or_default();
            anyhow::bail!("the model service answered {status}: {body}");
        }
        let events = event_stream::events(response.bytes_stream(), MAX_EVENT_BYTES)
            .map(|event| serde_json::from_str(&event?.data).context("reading an event of the model service"));
        Ok(RunStream { events: Box::pin(events), acknowledgements, taken: 0 })
    }
}
