//! The body of `POST /v1/runs`: a request, followed by acknowledgements and images if the client sends them.

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use protocol::run::{ACKNOWLEDGED, RequestLine, RunRequest, SentImage};
use tokio::sync::{mpsc, watch};

use super::api_error::{ApiError, ApiJson};
use crate::run_loop::{Acknowledgements, SentImages};

/// The largest request, and the largest line after it. Screenshots of a long chat are not part of a request, except of one
/// whose sender acknowledges nothing.
pub(crate) const LIMIT: usize = 64 << 20;
/// The number of images that wait for the run.
const IMAGES_AHEAD: usize = 2;

/// A request, and what follows it.
pub(crate) struct RunBody {
    pub(crate) request: RunRequest,
    pub(crate) acknowledgements: Acknowledgements,
    pub(crate) images: SentImages,
    /// The lines of a client that acknowledges events; they have to be forwarded.
    pub(crate) lines: Option<RequestLines>,
}

/// The client's lines after the request.
pub(crate) struct RequestLines {
    lines: Lines,
    stored: watch::Sender<u64>,
    images: mpsc::Sender<SentImage>,
}

impl<S: Send + Sync> FromRequest<S> for RunBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if request.headers().get(CONTENT_TYPE).is_none_or(|kind| kind != ACKNOWLEDGED) {
            let ApiJson(request) = ApiJson::from_request(request, state).await?;
            let (acknowledgements, images) = (Acknowledgements::none(), SentImages::none());
            return Ok(Self { request, acknowledgements, images, lines: None });
        }
        let mut lines = Lines::of(request.into_body());
        let line = lines.next().await.unwrap_or_default();
        let Json(request) = Json::from_bytes(&line)?;
        let (stored, counts) = watch::channel(0);
        let (images, sent) = mpsc::channel(IMAGES_AHEAD);
        Ok(Self {
            request,
            acknowledgements: Acknowledgements::from_counts(counts),
            images: SentImages::from_channel(sent),
            lines: Some(RequestLines { lines, stored, images }),
        })
    }
}

impl RequestLines {
    /// Forwards the lines to the run until the client closes the connection.
    pub(crate) async fn forward(mut self) {
        while let Some(line) = self.lines.next().await {
            match serde_json::from_slice(&line) {
                Ok(RequestLine::Taken(count)) => {
                    self.stored.send_replace(count);
                }
                Ok(RequestLine::Image(image)) => {
                    // Fails if the run wants none any more.
                    let _ = self.images.send(image).await;
                }
                Err(error) => {
                    tracing::warn!(%error, "a line after the request can't be read");
                    return;
                }
            }
        }
    }
}

/// The lines of a body.
struct Lines {
    chunks: BoxStream<'static, Option<Vec<u8>>>,
    buffer: Vec<u8>,
}

impl Lines {
    fn of(body: Body) -> Self {
        let chunks = body.into_data_stream().map(|chunk| chunk.ok().map(|chunk| chunk.to_vec()));
        Self { chunks: chunks.boxed(), buffer: Vec::new() }
    }

    /// The next line without its end; `None` when the body has ended, is broken, or the line is too long.
    async fn next(&mut self) -> Option<Vec<u8>> {
        let mut searched = 0;
        loop {
            if let Some(at) = self.buffer[searched..].iter().position(|byte| *byte == b'\n') {
                let rest = self.buffer.split_off(searched + at + 1);
                let mut line = std::mem::replace(&mut self.buffer, rest);
                line.pop();
                return Some(line);
            }
            searched = self.buffer.len();
            if searched > LIMIT {
                return None;
            }
            self.buffer.extend(self.chunks.next().await??);
        }
    }
}
