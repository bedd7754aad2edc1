//! A client of the agent inside a desktop.

use std::io;
use std::pin::Pin;
use std::time::Duration;

use anyhow::Context as _;
use futures_util::{Stream, StreamExt as _};
use protocol::agent::actions::{
    ActionBatch, ActionBatchResult, Screenshot, ScreenshotFormat, ScreenshotOptions,
};
use protocol::agent::files::{FileEntry, FolderPage};
use protocol::agent::reading::FileReading;
use protocol::agent::{AgentError, AgentHealth, DesktopActivity};
use protocol::ids::TakeoverId;
use protocol::locale::Locale;
use protocol::run::DesktopAccess;
use protocol::takeover::PersonSteps;
use redact::Lifetime;
use reqwest::StatusCode;
use reqwest::header::CONTENT_LENGTH;
use tokio_util::bytes::Bytes;
use tokio_util::io::ReaderStream;
use traces::Call;
use url::Url;

/// How long connecting to the agent may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the agent may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// How long the agent may be silent in a stream: three of its keep-alive comments.
const SILENCE: Duration = Duration::from_secs(45);
/// How long the agent may take to read a file for a model. It gives up by itself before.
const READING_TIMEOUT: Duration = Duration::from_secs(90);
/// The lowest rate at which a file is written to a desktop, in bytes per second.
const WRITE_RATE: u64 = 1 << 20;
/// How long the agent may take to answer a health or activity check, or to take a setting.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);
/// The same quality as the model service uses; see `docs/adr/0003-screenshots-as-jpeg.md`.
const JPEG_QUALITY: u8 = 60;
/// The route of a file.
const FILE: &str = "/v1/files/content/{path}";
/// Maximum size of an event in bytes; fits a file's path and its metadata.
const LONGEST_EVENT: usize = 64 << 10;

/// Sends requests to one desktop's agent. Cheap to clone.
#[derive(Clone)]
pub struct DesktopClient {
    http: reqwest::Client,
    access: DesktopAccess,
}

/// The HTTP client for agents with a TCP port.
///
/// # Errors
/// When it can't be set up.
pub fn http_client() -> reqwest::Result<reqwest::Client> {
    builder().build()
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy().connect_timeout(CONNECT_TIMEOUT)
}

/// Why a call about a file failed.
#[derive(Debug, thiserror::Error)]
pub enum DesktopCallError {
    /// The agent refused it. The reason is user-facing.
    #[error("{message}")]
    Refused {
        /// The agent's code, such as `not_found`.
        code: String,
        /// The reason.
        message: String,
    },
    /// The agent did not answer.
    #[error(transparent)]
    Lost(#[from] anyhow::Error),
}

impl From<reqwest::Error> for DesktopCallError {
    fn from(error: reqwest::Error) -> Self {
        Self::Lost(error.into())
    }
}

/// A stream of completed files.
pub type FileChanges = Pin<Box<dyn Stream<Item = anyhow::Result<FileEntry>> + Send>>;

impl DesktopClient {
    /// Creates a client of the agent at `access`. `http` is used for one with a TCP port.
    #[must_use]
    pub fn new(http: reqwest::Client, access: DesktopAccess) -> Self {
        redact::process().learn(access.token.expose(), Lifetime::Transient);
        let http = match &access.socket {
            None => http,
            // Without certificates, since no call uses TLS.
            Some(socket) => match builder().unix_socket(socket.as_path()).tls_certs_only([]).build() {
                Ok(own) => own,
                Err(error) => {
                    tracing::error!(%error, "could not set up the client of a desktop; its calls will fail");
                    http
                }
            },
        };
        Self { http, access }
    }

    /// Lists all files below a folder of the home folder. A missing folder counts as empty.
    ///
    /// # Errors
    /// When it leads through something that is no folder, or the agent does not answer.
    pub async fn list(&self, folder: &str) -> Result<Vec<FileEntry>, DesktopCallError> {
        let mut url = self.url("/v1/files")?;
        url.query_pairs_mut().append_pair("under", folder);
        let call = Call::begin("GET", "/v1/files");
        let response = accepted(call.send_to_agent(self.get(url).timeout(ANSWER_TIMEOUT)).await?).await?;
        Ok(response.json().await.context("listing the desktop's files")?)
    }

    /// What is in a folder of the home folder itself: a page of at most `limit` entries after the name `after`.
    ///
    /// # Errors
    /// When it is no folder inside the home folder, or the agent does not answer.
    pub async fn folder(
        &self,
        path: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<FolderPage, DesktopCallError> {
        let mut url = self.url("/v1/folder")?;
        url.query_pairs_mut().append_pair("path", path).append_pair("limit", &limit.to_string());
        if let Some(after) = after {
            url.query_pairs_mut().append_pair("after", after);
        }
        let call = Call::begin("GET", "/v1/folder");
        let response = accepted(call.send_to_agent(self.get(url).timeout(ANSWER_TIMEOUT)).await?).await?;
        Ok(response.json().await.context("listing a folder of the desktop")?)
    }

    /// Opens a file for a person: its length in bytes, and its bytes.
    ///
    /// # Errors
    /// When it is no file inside the home folder, or the agent does not answer.
    pub async fn open(
        &self,
        path: &str,
    ) -> Result<(Option<u64>, impl Stream<Item = io::Result<Bytes>> + Unpin + use<>), DesktopCallError> {
        let call = Call::begin("GET", FILE);
        let sent = call.send_to_agent(self.get(self.file_url(path)?));
        let response = tokio::time::timeout(ANSWER_TIMEOUT, sent).await.context("no answer in time")??;
        let response = accepted(response).await?;
        let length = response.content_length();
        Ok((length, Box::pin(limit_silence(response.bytes_stream(), SILENCE))))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When the file does not exist or the agent does not answer.
    pub async fn read(
        &self,
        path: &str,
    ) -> anyhow::Result<impl Stream<Item = io::Result<Bytes>> + Unpin + use<>> {
        let response = begun(FILE, self.get(self.file_url(path)?)).await?;
        Ok(Box::pin(limit_silence(response.bytes_stream(), SILENCE)))
    }

    /// Writes a file to the home folder, atomically.
    ///
    /// # Errors
    /// When the agent refuses or does not answer.
    pub async fn write(&self, path: &str, size: u64, bytes: tokio::fs::File) -> Result<(), DesktopCallError> {
        self.put(self.file_url(path)?, path, size, bytes).await
    }

    /// As [`Self::write`], and refused if there is something at the path.
    ///
    /// # Errors
    /// When the agent refuses or does not answer.
    pub async fn write_new(
        &self,
        path: &str,
        size: u64,
        bytes: tokio::fs::File,
    ) -> Result<(), DesktopCallError> {
        let mut url = self.file_url(path)?;
        url.query_pairs_mut().append_pair("replace", "false");
        self.put(url, path, size, bytes).await
    }

    async fn put(
        &self,
        url: Url,
        path: &str,
        size: u64,
        bytes: tokio::fs::File,
    ) -> Result<(), DesktopCallError> {
        let request = self
            .http
            .put(url)
            .timeout(ANSWER_TIMEOUT + Duration::from_secs(size / WRITE_RATE))
            .bearer_auth(self.access.token.expose())
            .header(CONTENT_LENGTH, size)
            .body(reqwest::Body::wrap_stream(ReaderStream::new(bytes)));
        let call = Call::begin("PUT", FILE);
        let sent = call.send_to_agent(request).await;
        let sent = sent.with_context(|| format!("writing {path} to the desktop"))?;
        accepted(sent).await.map(drop)
    }

    /// Has the agent read a file for a model.
    ///
    /// # Errors
    /// When it is no file inside the home folder, or the agent is too old or does not answer.
    pub async fn read_for_model(&self, path: &str) -> Result<FileReading, DesktopCallError> {
        let call = Call::begin("GET", "/v1/files/reading/{path}");
        let url = self.path_url("/v1/files/reading/", path)?;
        let response = accepted(call.send_to_agent(self.get(url).timeout(READING_TIMEOUT)).await?).await?;
        Ok(response.json().await.context("reading what a desktop has read")?)
    }

    /// Watches the output folders and yields each file once it is complete.
    ///
    /// # Errors
    /// When the agent does not answer.
    pub async fn watch(&self) -> anyhow::Result<FileChanges> {
        let response = begun("/v1/files/watch", self.get(self.url("/v1/files/watch")?)).await?;
        let body = limit_silence(response.bytes_stream(), SILENCE);
        let changes = event_stream::events(body, LONGEST_EVENT).filter_map(async |event| match event {
            Ok(event) if event.event == "change" => {
                Some(serde_json::from_str(&event.data).context("reading a change of the desktop's files"))
            }
            Ok(_) => None,
            Err(error) => Some(Err(error.into())),
        });
        Ok(Box::pin(changes))
    }

    /// Takes a screenshot of the current screen, as PNG.
    ///
    /// # Errors
    /// When the agent does not answer.
    pub async fn screenshot(&self) -> anyhow::Result<Vec<u8>> {
        let get = self.get(self.url("/v1/screenshot")?).timeout(ANSWER_TIMEOUT);
        let response = Call::begin("GET", "/v1/screenshot").send_to_agent(get).await?.error_for_status()?;
        Ok(response.bytes().await?.into())
    }

    /// The processor time that the desktop's programs have used.
    ///
    /// # Errors
    /// When the agent does not answer.
    pub async fn activity(&self) -> anyhow::Result<DesktopActivity> {
        let url = self.url("/v1/activity")?;
        let response = self.get(url).timeout(PROBE_TIMEOUT).send().await?.error_for_status()?;
        response.json().await.context("asking a desktop what it does")
    }

    /// Sets the time zone and the language.
    ///
    /// # Errors
    /// When the agent refuses or does not answer.
    pub async fn set_locale(&self, locale: &Locale) -> anyhow::Result<()> {
        let put = self.http.put(self.url("/v1/locale")?).bearer_auth(self.access.token.expose());
        let put = put.timeout(PROBE_TIMEOUT).json(locale);
        Call::begin("PUT", "/v1/locale").send_to_agent(put).await?.error_for_status()?;
        Ok(())
    }

    /// Whether the agent answers a health check and speaks this version's protocol.
    pub async fn answers(&self) -> bool {
        let health = async {
            let get = self.get(self.url("/health")?).timeout(PROBE_TIMEOUT);
            let response = Call::begin("GET", "/health").send_to_agent(get).await?;
            anyhow::Ok(response.error_for_status()?.json::<AgentHealth>().await?)
        };
        health.await.is_ok_and(|health| health.protocol == protocol::agent::VERSION)
    }

    /// Takes a screenshot as a model sees it, once the screen has settled.
    ///
    /// # Errors
    /// When the agent does not answer.
    pub async fn look(&self) -> anyhow::Result<Screenshot> {
        let screenshot =
            ScreenshotOptions { size: None, format: ScreenshotFormat::Jpeg { quality: JPEG_QUALITY } };
        let batch = ActionBatch { capture: true, unsettled: true, screenshot, ..ActionBatch::default() };
        let call = Call::begin("POST", "/v1/actions");
        let response = call.send_to_agent(self.post("/v1/actions")?.json(&batch)).await?;
        let looked: ActionBatchResult = response.error_for_status()?.json().await?;
        looked.screenshot.context("the agent took no screenshot")
    }

    /// Ends a takeover: the agent accepts no more input from the person. Returns the person's steps; repeated
    /// calls return the same.
    ///
    /// # Errors
    /// When the agent does not answer.
    pub async fn end_takeover(&self, id: TakeoverId) -> anyhow::Result<PersonSteps> {
        let call = Call::begin("POST", "/v1/takeovers/{id}/end");
        let answer = call.send_to_agent(self.post(&format!("/v1/takeovers/{id}/end"))?).await?;
        let answer = answer.error_for_status()?;
        answer.json().await.context("reading what a person did")
    }

    fn post(&self, path: &str) -> anyhow::Result<reqwest::RequestBuilder> {
        let post = self.http.post(self.url(path)?).bearer_auth(self.access.token.expose());
        Ok(post.timeout(ANSWER_TIMEOUT))
    }

    fn get(&self, url: Url) -> reqwest::RequestBuilder {
        self.http.get(url).bearer_auth(self.access.token.expose())
    }

    fn url(&self, path: &str) -> anyhow::Result<Url> {
        Ok(self.access.url.join(path)?)
    }

    fn file_url(&self, path: &str) -> anyhow::Result<Url> {
        self.path_url("/v1/files/content/", path)
    }

    fn path_url(&self, route: &str, path: &str) -> anyhow::Result<Url> {
        let mut url = self.url(route)?;
        url.path_segments_mut()
            .map_err(|()| anyhow::anyhow!("the agent's address takes no path"))?
            .pop_if_empty()
            .extend(path.split('/'));
        Ok(url)
    }
}

/// The response, if the agent accepted the request.
async fn accepted(response: reqwest::Response) -> Result<reqwest::Response, DesktopCallError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let told = response.json::<AgentError>().await;
    match told {
        Ok(AgentError { code, message }) if status != StatusCode::UNAUTHORIZED => {
            Err(DesktopCallError::Refused { code, message })
        }
        _ => Err(anyhow::anyhow!("the agent answered with status {status}").into()),
    }
}

/// Sends a request whose response is a stream, and waits for its beginning.
async fn begun(route: &'static str, request: reqwest::RequestBuilder) -> anyhow::Result<reqwest::Response> {
    let call = Call::begin("GET", route);
    let sent = call.send_to_agent(request);
    let response = tokio::time::timeout(ANSWER_TIMEOUT, sent).await.context("no answer in time")??;
    Ok(response.error_for_status()?)
}

/// The stream, which fails and ends when an item takes longer than `limit`.
fn limit_silence<E: std::error::Error + Send + Sync + 'static>(
    stream: impl Stream<Item = Result<Bytes, E>> + Send,
    limit: Duration,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    async_stream::try_stream! {
        let mut stream = std::pin::pin!(stream);
        while let Some(item) = tokio::time::timeout(limit, stream.next()).await? {
            yield item.map_err(io::Error::other)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::{TryStreamExt as _, stream};

    use super::*;

    #[tokio::test]
    async fn a_silent_stream_fails() {
        let items = || stream::iter(["a", "b"].map(|text| Ok::<_, Infallible>(Bytes::from(text))));
        let read = |body| limit_silence(body, Duration::from_millis(100)).try_collect::<Vec<Bytes>>();
        assert_eq!(read(items().boxed()).await.unwrap().len(), 2);
        let silent = read(items().chain(stream::pending()).boxed()).await.unwrap_err();
        assert_eq!(silent.kind(), io::ErrorKind::TimedOut);
    }
}
