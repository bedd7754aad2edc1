//! Receives the answer to one request: a stream of events, or what comes in its place.

use std::io::{Error, ErrorKind};

use async_stream::stream;
use event_stream::EventStreamError;
use futures_util::{Stream, StreamExt as _};
use protocol::transcript::{AssistantTurn, TokenUsage};
use reqwest::Response;

use super::address::is_unknown_path;
use super::failure::Failure;
use super::page;
use super::patience::Begun;
use super::whole_answer::{Body, kind_of, said};
use crate::providers::{Endpoint, TurnEvent};

/// The largest event of a stream, in bytes: some vendors repeat the whole turn in the last one.
const LONGEST_EVENT: usize = 16 << 20;

/// A turn that is being received.
pub(crate) trait IncomingTurn: Send {
    /// Processes the data of one event of the stream.
    fn accept(&mut self, data: &str) -> Result<Vec<TurnEvent>, Failure>;

    /// Processes a whole turn that came as one JSON in place of a stream. `None`: it is something else.
    fn accept_whole(&mut self, json: &str) -> Result<Option<Vec<TurnEvent>>, Failure>;

    /// Whether the turn is complete, so that the rest of the stream is not read.
    fn is_complete(&self) -> bool;

    /// Whether the stream may end here. Not every vendor sends an end marker.
    fn may_end(&self) -> bool {
        self.is_complete()
    }

    /// What the vendor has told so far of the tokens that it bills, of a turn that is not complete, too.
    fn usage(&self) -> TokenUsage;

    /// The complete turn.
    fn into_turn(self) -> Result<AssistantTurn, Failure>;
}

/// Reads an answer until the turn is complete. Nothing follows a failure.
pub(crate) fn receive(
    endpoint: &Endpoint,
    response: Response,
    reply: &mut impl IncomingTurn,
) -> impl Stream<Item = Result<TurnEvent, Failure>> + Send {
    stream! {
        let (url, headers) = (response.url().clone(), response.headers().clone());
        let begun = Begun::default();
        let bytes = endpoint.patience.watch(response.bytes_stream(), begun.clone()).boxed();
        let broken = |error: &Error| match error.kind() {
            ErrorKind::TimedOut if !begun.get() => Failure::silent(endpoint),
            _ => Failure::broken_stream(),
        };
        let bytes = match kind_of(&headers, bytes).await {
            Ok(Body::Stream(bytes)) => bytes,
            Ok(Body::Page(html)) => {
                let title = page::title(&html).unwrap_or_else(|| "HTML".to_owned());
                yield Err(Failure::not_a_model_api(endpoint, &url, &title));
                return;
            }
            Ok(Body::Json(json)) => {
                let accepted = accept_whole(reply, &json);
                if !reply.usage().is_zero() {
                    yield Ok(TurnEvent::SpentSoFar(reply.usage()));
                }
                match accepted {
                    Ok(Some(events)) => for event in events { yield Ok(event) },
                    Ok(None) => {
                        yield Err(Failure::not_a_model_api(endpoint, &url, &said(&json)));
                    }
                    Err(failure) => yield Err(failure),
                }
                return;
            }
            Err(error) => {
                yield Err(broken(&error));
                return;
            }
        };
        let mut events = event_stream::events(bytes, LONGEST_EVENT);
        let mut told = TokenUsage::default();
        while !reply.is_complete() {
            let accepted = match events.next().await {
                Some(Ok(event)) => {
                    begun.set();
                    reply.accept(&event.data)
                }
                None if reply.may_end() => return,
                // The connection broke before the turn was complete.
                Some(Err(EventStreamError::Io(error))) => Err(broken(&error)),
                None | Some(Err(_)) => Err(Failure::broken_stream()),
            };
            let usage = reply.usage();
            if usage != std::mem::replace(&mut told, usage) {
                yield Ok(TurnEvent::SpentSoFar(usage));
            }
            match accepted {
                Ok(accepted) => for event in accepted { yield Ok(event) },
                Err(failure) => {
                    yield Err(failure);
                    return;
                }
            }
        }
    }
}

/// A turn that came as one JSON; `None` for what is no answer of a model.
fn accept_whole(reply: &mut impl IncomingTurn, json: &str) -> Result<Option<Vec<TurnEvent>>, Failure> {
    if is_unknown_path(200, &said(json)) {
        return Ok(None);
    }
    let events = reply.accept_whole(json)?;
    if events.is_some() && !reply.may_end() {
        return Err(Failure::broken_stream());
    }
    Ok(events)
}
