//! Talks to the agent inside a desktop.

use std::pin::Pin;
use std::time::Duration;

use anyhow::Context as _;
use futures_util::{Stream, StreamExt as _};
use protocol::agent::DesktopActivity;
use protocol::agent::actions::{
    ActionBatch, ActionBatchResult, Screenshot, ScreenshotFormat, ScreenshotOptions,
};
use protocol::agent::files::FileEntry;
use protocol::ids::TakeoverId;
use protocol::run::DesktopAccess;
use protocol::takeover::PersonSteps;
use reqwest::header::CONTENT_LENGTH;
use tokio_util::io::ReaderStream;
use url::Url;

/// How long the agent may take to begin an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// How long the agent may take to say that it is there, or what it does.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);
/// As in the screenshots that the model service takes; see `docs/adr/0003-screenshots-as-jpeg.md`.
const JPEG_QUALITY: u8 = 60;
/// Bytes of an event: the path of a file, and what there is to say about it.
const LONGEST_EVENT: usize = 64 << 10;

/// A client of one desktop's agent.
#[derive(Clone)]
pub struct DesktopClient {
    http: reqwest::Client,
    access: DesktopAccess,
}

/// Files as they are completed.
pub type FileChanges = Pin<Box<dyn Stream<Item = anyhow::Result<FileEntry>> + Send>>;

impl DesktopClient {
    /// A client of the agent at `access`.
    #[must_use]
    pub fn new(http: reqwest::Client, access: DesktopAccess) -> Self {
        Self { http, access }
    }

    /// Every file below a folder of the home. A folder that is missing is empty.
    ///
    /// # Errors
    /// When the agent does not answer.
    pub async fn list(&self, folder: &str) -> anyhow::Result<Vec<FileEntry>> {
        let mut url = self.url("/v1/files")?;
        url.query_pairs_mut().append_pair("under", folder);
        let response = self.get(url).timeout(ANSWER_TIMEOUT).send().await?.error_for_status()?;
        response.json().await.context("listing the desktop's files")
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// When there is no such file or the agent does not answer.
    pub async fn read(
        &self,
        path: &str,
    ) -> anyhow::Result<impl Stream<Item = reqwest::Result<impl AsRef<[u8]> + use<>>> + Unpin + use<>> {
        let response = self.get(self.file_url(path)?).send().await?.error_for_status()?;
        Ok(Box::pin(response.bytes_stream()))
    }

    /// Puts a file into the home, whole or not at all.
    ///
    /// # Errors
    /// When the agent refuses or does not answer.
    pub async fn write(&self, path: &str, size: u64, bytes: tokio::fs::File) -> anyhow::Result<()> {
        self.http
            .put(self.file_url(path)?)
            .bearer_auth(self.access.token.expose())
            .header(CONTENT_LENGTH, size)
            .body(reqwest::Body::wrap_stream(ReaderStream::new(bytes)))
            .send()
            .await?
            .error_for_status()
            .with_context(|| format!("writing {path} to the desktop"))?;
        Ok(())
    }

    /// Files as they are completed in the output folders.
    ///
    /// # Errors
    /// When the agent does not answer.
    pub async fn watch(&self) -> anyhow::Result<FileChanges> {
        let response = self.get(self.url("/v1/files/watch")?).send().await?.error_for_status()?;
        let changes = event_stream::events(response.bytes_stream(), LONGEST_EVENT).filter_map(
            async |event| match event {
                Ok(event) if event.event == "change" => {
                    Some(serde_json::from_str(&event.data).context("reading a change of the desktop's files"))
                }
                Ok(_) => None,
                Err(error) => Some(Err(error.into())),
            },
        );
        Ok(Box::pin(changes))
    }

    /// The screen as it is now, as PNG.
    ///
    /// # Errors
    /// When the agent does not answer.
    pub async fn screenshot(&self) -> anyhow::Result<Vec<u8>> {
        let response =
            self.get(self.url("/v1/screenshot")?).timeout(ANSWER_TIMEOUT).send().await?.error_for_status()?;
        Ok(response.bytes().await?.into())
    }

    /// How much its programs have worked.
    ///
    /// # Errors
    /// When the agent does not answer.
    pub async fn activity(&self) -> anyhow::Result<DesktopActivity> {
        let url = self.url("/v1/activity")?;
        let response = self.get(url).timeout(PROBE_TIMEOUT).send().await?.error_for_status()?;
        response.json().await.context("asking a desktop what it does")
    }

    /// Whether the agent answers at all.
    pub async fn answers(&self) -> bool {
        let Ok(url) = self.url("/health") else { return false };
        let answer = self.get(url).timeout(PROBE_TIMEOUT).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// A screenshot for a model, once it has settled.
    ///
    /// # Errors
    /// When the agent does not answer.
    pub async fn look(&self) -> anyhow::Result<Screenshot> {
        let screenshot =
            ScreenshotOptions { size: None, format: ScreenshotFormat::Jpeg { quality: JPEG_QUALITY } };
        let batch = ActionBatch { capture: true, unsettled: true, screenshot, ..ActionBatch::default() };
        let looked: ActionBatchResult =
            self.post("/v1/actions")?.json(&batch).send().await?.error_for_status()?.json().await?;
        looked.screenshot.context("the agent took no screenshot")
    }

    /// Ends a person's control: nothing of it is carried out any more. Gives what the person did; the same when asked
    /// again.
    ///
    /// # Errors
    /// When the agent does not answer.
    pub async fn end_takeover(&self, id: TakeoverId) -> anyhow::Result<PersonSteps> {
        let answer = self.post(&format!("/v1/takeovers/{id}/end"))?.send().await?.error_for_status()?;
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
        let mut url = self.url("/v1/files/content/")?;
        url.path_segments_mut()
            .map_err(|()| anyhow::anyhow!("the agent's address takes no path"))?
            .pop_if_empty()
            .extend(path.split('/'));
        Ok(url)
    }
}
