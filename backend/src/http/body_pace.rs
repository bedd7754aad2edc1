//! Ends requests whose body arrives too slowly, so that nobody can hold connections and half-received files for ever.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Error;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use crate::connection_limits::BodyPace;
use crate::http::problem::ApiError;
use crate::words::BackendReason;

/// Middleware: answers 408 and closes the connection when the request's body falls behind the pace.
pub async fn require_pace(State(pace): State<BodyPace>, request: Request, next: Next) -> Response {
    let fell_behind = Arc::new(AtomicBool::new(false));
    let request = request.map(|body| {
        if body.is_end_stream() {
            return body;
        }
        Body::new(PacedBody {
            body,
            pace,
            received: 0,
            waited: Duration::ZERO,
            wait: None,
            fell_behind: fell_behind.clone(),
        })
    });
    let response = next.run(request).await;
    if !fell_behind.load(Ordering::Relaxed) {
        return response;
    }
    let mut response =
        ApiError::new(StatusCode::REQUEST_TIMEOUT, BackendReason::RequestTooSlow).into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A body that fails once it falls behind the pace. Only the time that the reader waits for counts.
struct PacedBody {
    body: Body,
    pace: BodyPace,
    /// In bytes.
    received: u64,
    /// How long the reader has waited in total.
    waited: Duration,
    /// Runs while the reader waits.
    wait: Option<Wait>,
    fell_behind: Arc<AtomicBool>,
}

struct Wait {
    since: Instant,
    end: Pin<Box<Sleep>>,
}

impl PacedBody {
    /// How long the next wait may be.
    fn allowance(&self) -> Duration {
        let earned = Duration::from_secs(self.received / self.pace.rate);
        (self.pace.patience + earned).saturating_sub(self.waited).min(self.pace.patience)
    }
}

impl HttpBody for PacedBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            if let Some(wait) = self.wait.take() {
                self.waited += wait.since.elapsed();
            }
            if let Some(Ok(frame)) = &frame {
                self.received += frame.data_ref().map_or(0, |data| data.len() as u64);
            }
            return Poll::Ready(frame);
        }
        let allowance = self.allowance();
        let wait = self.wait.get_or_insert_with(|| Wait {
            since: Instant::now(),
            end: Box::pin(tokio::time::sleep(allowance)),
        });
        ready!(wait.end.as_mut().poll(context));
        self.fell_behind.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(Error::new(io::Error::from(io::ErrorKind::TimedOut)))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt as _, stream};

    use super::*;

    /// Reads a body of `count` pieces of `bytes`, one every `interval`. `None` if it falls behind the pace.
    async fn read(pace: BodyPace, bytes: usize, interval: Duration, count: usize) -> Option<usize> {
        let pieces = stream::iter(0..count).then(move |_| async move {
            tokio::time::sleep(interval).await;
            Ok::<_, io::Error>(vec![0; bytes])
        });
        let body = PacedBody {
            body: Body::from_stream(pieces),
            pace,
            received: 0,
            waited: Duration::ZERO,
            wait: None,
            fell_behind: Arc::default(),
        };
        axum::body::to_bytes(Body::new(body), usize::MAX).await.ok().map(|bytes| bytes.len())
    }

    #[tokio::test]
    async fn a_body_that_keeps_the_pace_may_take_longer_than_the_patience() {
        let pace = BodyPace { patience: Duration::from_secs(1), rate: 1 << 10 };
        assert_eq!(read(pace, 1 << 20, Duration::from_millis(50), 30).await, Some(30 << 20));
    }

    #[tokio::test]
    async fn drops_and_silence_end_it() {
        let pace = BodyPace { patience: Duration::from_millis(200), rate: 1 << 20 };
        assert_eq!(read(pace, 1, Duration::from_millis(20), 10_000).await, None);
        // Much at once earns no long silence.
        assert_eq!(read(pace, 100 << 20, Duration::from_secs(600), 1).await, None);
        // A reader that takes its time costs the sender nothing.
        let body = PacedBody {
            body: Body::from("x".repeat(100)),
            pace,
            received: 0,
            waited: Duration::ZERO,
            wait: None,
            fell_behind: Arc::default(),
        };
        tokio::time::sleep(pace.patience * 2).await;
        assert_eq!(axum::body::to_bytes(Body::new(body), 1000).await.unwrap().len(), 100);
    }
}
