//! A client of the model service.

use std::convert::Infallible;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use anyhow::Context as _;
use futures_util::{Stream, StreamExt as _};
use protocol::model_check::{ModelCheck, ModelCheckRequest};
use protocol::models::ConfiguredModels;
use protocol::run::{
    ACKNOWLEDGED, KEEP_ALIVE, ModelHealth, ModelSettings, RequestLine, RunEvent, RunRequest, SentImage,
};
use protocol::secret::Secret;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Response, StatusCode};
use tokio::sync::mpsc;
use traces::Call;
use url::Url;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a health check may take.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a check of a model may take, which asks a server anywhere.
const CHECK_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the end of an answer may take once the run has ended.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long it may be silent before it counts as lost.
pub const SILENCE: Duration = KEEP_ALIVE.saturating_mul(3);
/// The number of lines after a request that wait to be sent; one may be an image.
const LINES_AHEAD: usize = 4;
/// Maximum size of an event in bytes; fits a screenshot of the largest screen with room to spare.
const MAX_EVENT_BYTES: usize = 64 << 20;

/// Where the model service is, and what it asks of its callers.
#[derive(Debug, Clone)]
pub struct ModelEndpoint {
    /// Its address.
    pub url: Url,
    /// A Unix socket to connect to instead of the host in the address.
    pub socket: Option<PathBuf>,
    /// The token to send.
    pub token: Option<Secret>,
}

/// Why the model service does not work on a run.
#[derive(Debug, thiserror::Error)]
pub enum ModelServiceError {
    /// It would refuse the request again.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It can't be reached, or failed. Another attempt may succeed.
    #[error(transparent)]
    Lost(#[from] anyhow::Error),
}

/// Why the model service refuses a request.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It asks for another token.
    #[error("the model service does not accept the backend's token")]
    Token,
    /// It can't use the request.
    #[error("the model service refused the request ({status})")]
    Request {
        /// The status.
        status: StatusCode,
        /// The response's body.
        body: String,
    },
}

/// Sends requests to the model service. Cheap to clone.
#[derive(Clone)]
pub struct ModelClient {
    http: reqwest::Client,
    base: Url,
}

/// The event stream of a run. Dropping it cancels the work.
pub struct RunStream {
    events: Pin<Box<dyn Stream<Item = anyhow::Result<RunEvent>> + Send>>,
    lines: mpsc::Sender<Vec<u8>>,
    taken: u64,
    /// The request, whose span lasts as long.
    _call: Call,
}

impl RunStream {
    /// The next event; `None` if the connection is lost before the run ends.
    pub async fn next(&mut self) -> Option<RunEvent> {
        match self.events.next().await? {
            Ok(event) => {
                self.taken += 1;
                Some(event)
            }
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "the stream of a run broke");
                None
            }
        }
    }

    /// Whether any event has arrived.
    #[must_use]
    pub fn has_told_something(&self) -> bool {
        self.taken > 0
    }

    /// Acknowledges that all events so far are stored, so that the model service may execute a call whose
    /// start is among them.
    pub async fn acknowledge(&mut self) {
        self.send(&RequestLine::Taken(self.taken)).await;
    }

    /// Sends an image that the model service wants.
    pub async fn send_image(&mut self, image: SentImage) {
        self.send(&RequestLine::Image(image)).await;
    }

    /// Ends the request once the run has ended, and waits for the end of the answer, so that the connection can be used again.
    pub async fn close(self) {
        let Self { mut events, lines, _call, .. } = self;
        drop(lines);
        // It is only a courtesy.
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, async { while events.next().await.is_some() {} }).await;
    }

    async fn send(&mut self, following: &RequestLine) {
        // If the service is gone, the next read reports it.
        let _ = self.lines.send(line(following)).await;
    }
}

fn line(value: &impl serde::Serialize) -> Vec<u8> {
    // Our own types always serialize, and compact JSON contains no newline.
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line
}

impl ModelClient {
    /// Creates a client of a service, which counts as lost after `silence`. It connects on first use.
    ///
    /// # Errors
    /// When the token can't be sent in a header, or the HTTP client can't be set up.
    pub fn new(endpoint: ModelEndpoint, silence: Duration) -> anyhow::Result<Self> {
        let ModelEndpoint { url, socket, token } = endpoint;
        let mut http =
            reqwest::Client::builder().no_proxy().connect_timeout(CONNECT_TIMEOUT).read_timeout(silence);
        if let Some(token) = token {
            let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose()))
                .context("the token of the model service has characters that no header can have")?;
            value.set_sensitive(true);
            http = http.default_headers(HeaderMap::from_iter([(AUTHORIZATION, value)]));
        }
        if let Some(socket) = socket {
            http = http.unix_socket(socket);
        }
        Ok(Self { http: http.build()?, base: url })
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

    /// The models that the service was started with.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn configured_models(&self) -> anyhow::Result<ConfiguredModels> {
        let url = self.base.join("/v1/models")?;
        let response = self.http.get(url).timeout(HEALTH_TIMEOUT).send().await?.error_for_status()?;
        response.json().await.context("reading the models of the model service")
    }

    /// Asks whether models can be reached, and which.
    ///
    /// # Errors
    /// When the service refuses the request or can't be reached.
    pub async fn check(&self, model: ModelSettings) -> Result<ModelCheck, ModelServiceError> {
        let url = self.base.join("/v1/models/check").context("the address of the model service")?;
        let request = self.http.post(url).timeout(CHECK_TIMEOUT).json(&ModelCheckRequest { model });
        let response = accepted(request.send().await.map_err(anyhow::Error::from)?).await?;
        let found = response.json().await.context("reading what the model service found");
        found.map_err(ModelServiceError::from)
    }

    /// Starts or continues a run.
    ///
    /// # Errors
    /// When the service refuses the request or can't be reached.
    pub async fn run(&self, request: &RunRequest) -> Result<RunStream, ModelServiceError> {
        let (lines, mut following) = mpsc::channel::<Vec<u8>>(LINES_AHEAD);
        // Can't fail: the body below owns the receiver.
        let _ = lines.try_send(line(request));
        let body = futures_util::stream::poll_fn(move |context| {
            following.poll_recv(context).map(|line| line.map(Ok::<_, Infallible>))
        });
        let url = self.base.join("/v1/runs").context("the address of the model service")?;
        let post =
            self.http.post(url).header(CONTENT_TYPE, ACKNOWLEDGED).body(reqwest::Body::wrap_stream(body));
        let call = Call::begin("POST", "/v1/runs");
        let response = accepted(call.send(post).await.map_err(anyhow::Error::from)?).await?;
        let events = event_stream::events(response.bytes_stream(), MAX_EVENT_BYTES)
            .map(|event| serde_json::from_str(&event?.data).context("reading an event of the model service"));
        Ok(RunStream { events: Box::pin(events), lines, taken: 0, _call: call })
    }
}

/// The response, if the service accepted the request.
async fn accepted(response: Response) -> Result<Response, ModelServiceError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    if status == StatusCode::UNAUTHORIZED {
        return Err(Refusal::Token.into());
    }
    let body = response.text().await.unwrap_or_default();
    if status.is_client_error() {
        return Err(Refusal::Request { status, body }.into());
    }
    Err(anyhow::anyhow!("the model service answered {status}: {body}").into())
}
