//! A client of the model service.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use anyhow::Context as _;
use futures_util::{Stream, StreamExt as _};
use protocol::run::{ACKNOWLEDGED, Acknowledgement, ModelHealth, RunEvent, RunRequest};
use reqwest::header::CONTENT_TYPE;
use tokio::sync::mpsc;
use url::Url;

/// How long a health check may take.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum size of an event in bytes; fits a screenshot of the largest screen with room to spare.
const MAX_EVENT_BYTES: usize = 64 << 20;

/// Sends requests to the model service. Cheap to clone.
#[derive(Clone)]
pub struct ModelClient {
    http: reqwest::Client,
    base: Url,
}

/// The event stream of a run. Dropping it cancels the work.
pub struct RunStream {
    events: Pin<Box<dyn Stream<Item = anyhow::Result<RunEvent>> + Send>>,
    acknowledgements: mpsc::UnboundedSender<Vec<u8>>,
    taken: u64,
}

impl RunStream {
    /// The next event; `None` if the connection is lost before the run ends.
    pub async fn next(&mut self) -> Option<RunEvent> {
        let event = self.events.next().await?.ok()?;
        self.taken += 1;
        Some(event)
    }

    /// Whether any event has arrived.
    #[must_use]
    pub fn has_told_something(&self) -> bool {
        self.taken > 0
    }

    /// Acknowledges that all events so far are stored, so that the model service may execute a call whose
    /// start is among them.
    pub fn acknowledge(&self) {
        // If the service is gone, the next read reports it.
        let _ = self.acknowledgements.send(line(&Acknowledgement { taken: self.taken }));
    }
}

fn line(value: &impl serde::Serialize) -> Vec<u8> {
    // Our own types always serialize, and compact JSON contains no newline.
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line
}

impl ModelClient {
    /// Creates a client of the service at `base`.
    #[must_use]
    pub fn new(http: reqwest::Client, base: Url) -> Self {
        Self { http, base }
    }

    /// Checks the service's health.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn health(&self) -> anyhow::Result<ModelHealth> {
        let url = self.base.join("/health")?;
        let response = self.http.get(url).timeout(HEALTH_TIMEOUT).send().await?.error_for_status()?;
        response.json().await.context("reading what the model service says of itself")
    }

    /// Starts or continues a run.
    ///
    /// # Errors
    /// When the service refuses the request or can't be reached.
    pub async fn run(&self, request: &RunRequest) -> anyhow::Result<RunStream> {
        let (acknowledgements, mut lines) = mpsc::unbounded_channel::<Vec<u8>>();
        // Can't fail: the body below owns the receiver.
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
