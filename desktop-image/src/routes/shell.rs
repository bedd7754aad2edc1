//! The shell.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{self, Stream, StreamExt as _};
use protocol::agent::shell::{ShellRequest, ShellResult};
use serde::Serialize;
use tokio::task::JoinSet;

use crate::desktop::Desktop;
use crate::http::api_error::ApiError;
use crate::http::extract::Json;
use crate::shell::{Feed, ShellError, check};

pub(super) async fn run_command(
    State(desktop): State<Arc<Desktop>>,
    headers: HeaderMap,
    Json(request): Json<ShellRequest>,
) -> Result<Response, ApiError> {
    let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if !accepts.contains("text/event-stream") {
        return Ok(axum::Json(run(&desktop, request, None).await?).into_response());
    }
    check(&request)?;
    Ok(Sse::new(streamed(desktop, request)).keep_alive(KeepAlive::default()).into_response())
}

async fn run(
    desktop: &Desktop,
    request: ShellRequest,
    feed: Option<Arc<Feed>>,
) -> Result<ShellResult, ShellError> {
    let result = desktop.shell.run(request, feed).await?;
    Ok(ShellResult { notices: desktop.notices.take(), ..result })
}

/// A command whose output is streamed.
struct StreamedCommand {
    /// The command runs in its own task, so that a slow reader does not delay it. Dropping the set cancels it.
    command: JoinSet<Result<ShellResult, ShellError>>,
    feed: Arc<Feed>,
    /// The last event, sent after the rest of the output.
    last: Option<Event>,
}

fn streamed(desktop: Arc<Desktop>, request: ShellRequest) -> impl Stream<Item = Result<Event, Infallible>> {
    let ending = desktop.ending.clone().cancelled_owned();
    let feed = Arc::new(Feed::default());
    let mut command = JoinSet::new();
    let watching = Arc::clone(&feed);
    command.spawn(async move { run(&desktop, request, Some(watching)).await });
    let streamed = StreamedCommand { command, feed, last: None };
    let events = stream::unfold(streamed, async |mut streamed| Some((Ok(streamed.next().await?), streamed)));
    events.take_until(ending)
}

impl StreamedCommand {
    async fn next(&mut self) -> Option<Event> {
        if let Some(last) = self.last.take() {
            return Some(last);
        }
        let ended = tokio::select! {
            piece = self.feed.next() => return event("output", &piece),
            ended = self.command.join_next() => ended?,
        };
        let last = match ended {
            Ok(Ok(result)) => event("result", &result)?,
            Ok(Err(error)) => event("error", &ApiError::from(error).to_message().1)?,
            Err(error) => {
                tracing::error!(error = %error, "a streamed command panicked");
                return None;
            }
        };
        match self.feed.finish() {
            None => Some(last),
            Some(rest) => {
                self.last = Some(last);
                event("output", &rest)
            }
        }
    }
}

fn event(name: &str, data: &impl Serialize) -> Option<Event> {
    Event::default()
        .event(name)
        .json_data(data)
        .inspect_err(|error| tracing::error!(error = %error, "could not serialise an event of a command"))
        .ok()
}
