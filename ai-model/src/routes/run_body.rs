//! The body of `POST /v1/runs`: a request, followed by acknowledgements if the client sends them.

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use protocol::run::{ACKNOWLEDGED, Acknowledgement, RunRequest};
use tokio::sync::watch;

use super::api_error::{ApiError, ApiJson};
use crate::run_loop::Acknowledgements;

/// The largest request: it contains the images that the model sees, some hundreds of them.
pub(crate) const LIMIT: usize = 512 << 20;

/// A request and the acknowledgements that follow it.
pub(crate) struct RunBody {
    pub(crate) request: RunRequest,
    pub(crate) acknowledgements: Option<AcknowledgementLines>,
}

/// The client's acknowledgements, one a line.
pub(crate) struct AcknowledgementLines {
    lines: Lines,
    stored: watch::Sender<u64>,
}

impl<S: Send + Sync> FromRequest<S> for RunBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if request.headers().get(CONTENT_TYPE).is_none_or(|kind| kind != ACKNOWLEDGED) {
            let ApiJson(request) = ApiJson::from_request(request, state).await?;
            return Ok(Self { request, acknowledgements: None });
        }
        let mut lines = Lines::of(request.into_body());
        let line = lines.next().await.unwrap_or_default();
        let Json(request) = Json::from_bytes(&line)?;
        let stored = watch::Sender::new(0);
        Ok(Self { request, acknowledgements: Some(AcknowledgementLines { lines, stored }) })
    }
}

impl AcknowledgementLines {
    /// The count of stored events, for the run that waits for it.
    pub(crate) fn subscribe(&self) -> Acknowledgements {
        Acknowledgements::from_counts(self.stored.subscribe())
    }

    /// Forwards the acknowledgements until the client closes the connection.
    pub(crate) async fn forward(mut self) {
        while let Some(line) = self.lines.next().await {
            let Ok(Acknowledgement { taken }) = serde_json::from_slice(&line) else { return };
            self.stored.send_replace(taken);
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
