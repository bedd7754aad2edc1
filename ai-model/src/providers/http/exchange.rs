//! Requests a turn from a vendor until it is complete or retrying is useless. What is specific to a vendor's API is in
//! an [`Exchange`]; sending, reading the stream and retrying are the same for all.

use async_stream::stream;
use futures_util::{Stream, StreamExt as _};
use outbound::Cause;
use protocol::action::Size;
use protocol::transcript::{AssistantBlock, TokenUsage};
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, Response, StatusCode};
use telemetry::http::class;
use tokio::time::{Instant, timeout};
use traces::{Span, SpanKind, keys};

use super::bill::Bill;
use super::failure::{Failure, Remedy};
use super::receive::{IncomingTurn, receive};
use super::rejection::rejection;
use super::retry;
use crate::chat::ChatMessage;
use crate::providers::{Endpoint, ModelError, TurnEvent, TurnEvents};
use crate::transcript::Conversation;

/// The screen of a plain chat, which has no coordinates: any size will do.
const CHAT_SCREEN: Size = Size { width: 1280, height: 800 };

/// What a model is asked for.
#[derive(Clone, Copy)]
pub(crate) enum Prompt<'a> {
    /// The next turn of a run.
    Turn(&'a Conversation),
    /// An answer in a plain chat.
    Chat(&'a [ChatMessage]),
}

impl Prompt<'_> {
    /// The screen that the model's coordinates refer to.
    pub(crate) fn screen(self) -> Size {
        match self {
            Self::Turn(conversation) => conversation.screen,
            Self::Chat(_) => CHAT_SCREEN,
        }
    }
}

/// One request, which may be sent repeatedly.
pub(crate) trait Exchange: Send + Sync {
    /// Assembles the response.
    type Reply: IncomingTurn;

    /// Where the request is sent.
    fn endpoint(&self) -> &Endpoint;

    /// Builds the request.
    fn request(&self) -> Result<RequestBuilder, ModelError>;

    /// An empty response.
    fn reply(&self) -> Self::Reply;

    /// Classifies a response with an error status.
    fn refused(&self, status: StatusCode, headers: &HeaderMap, body: &str) -> Failure;

    /// What earlier requests for the turn were billed with, which the next one goes on with and which so is not lost.
    fn carried(&self) -> TokenUsage {
        TokenUsage::default()
    }

    /// What an error in the middle of an answer teaches about the server, for the next request.
    fn learn(&self, failure: Failure) -> Failure {
        failure
    }
}

/// Sends the request and retries it. Retrying is always safe: no call is executed before its turn is complete.
pub(crate) fn ask<'a, E: Exchange + 'a>(exchange: E) -> TurnEvents<'a> {
    stream! {
        let Endpoint { retry_delay: first_delay, persistence, .. } = *exchange.endpoint();
        let (mut retry, mut addresses) = (0, 1);
        let mut bill = Bill::default();
        loop {
            let mut failure = None;
            let address = exchange.endpoint().address();
            let mut events = Box::pin(attempt(&exchange));
            while let Some(event) = events.next().await {
                match event {
                    Ok(TurnEvent::Complete(turn)) => {
                        yield Ok(TurnEvent::Complete(turn));
                        return;
                    }
                    Ok(event) => {
                        bill.saw(&event);
                        yield Ok(event);
                    }
                    Err(reason) => failure = Some(reason),
                }
            }
            drop(events);
            let Failure { error, remedy } = failure.unwrap_or_else(Failure::broken_stream);
            let error = exchange.endpoint().explain(error);
            if remedy == Remedy::Immediately {
                for event in bill.close(exchange.carried()) { yield Ok(event) }
                tracing::info!(%error, "sending a changed request to the model");
                continue;
            }
            if remedy == Remedy::OtherAddress {
                let known = exchange.endpoint().pass_over(address);
                if addresses < known {
                    addresses += 1;
                    tracing::info!(%error, "trying another form of the model's address");
                    continue;
                }
            }
            let Some(delay) = retry::delay(remedy, persistence, retry, first_delay, rand::random()) else {
                for event in bill.close(TokenUsage::default()) { yield Ok(event) }
                yield Err(error);
                return;
            };
            for event in bill.close(exchange.carried()) { yield Ok(event) }
            retry += 1;
            let delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
            tracing::warn!(error.code = error.code(), retry, delay_ms, "retrying the request to the model");
            yield Ok(TurnEvent::Retrying { reason: error.reason(), delay_ms });
            tokio::time::sleep(delay).await;
        }
    }
    .boxed()
}

/// Sends the request once and reads its stream. Nothing follows a failure or the complete turn.
fn attempt<E: Exchange>(exchange: &E) -> impl Stream<Item = Result<TurnEvent, Failure>> + Send {
    stream! {
        let span = request_span(exchange.endpoint());
        let response = match send(exchange, &span).await {
            Ok(response) => response,
            Err(failure) => {
                span.fail(failure.error.code());
                yield Err(failure);
                return;
            }
        };
        let mut reply = exchange.reply();
        let mut answer = Box::pin(receive(exchange.endpoint(), response, &mut reply));
        while let Some(received) = answer.next().await {
            match received {
                Ok(event) => yield Ok(event),
                Err(failure) => {
                    let failure = exchange.learn(failure);
                    span.fail(failure.error.code());
                    yield Err(failure);
                    return;
                }
            }
        }
        drop(answer);
        drop(span);
        yield reply.into_turn().map(TurnEvent::Complete);
    }
}

/// The span of one request. The vendor is not told the trace.
fn request_span(endpoint: &Endpoint) -> Span {
    let span = Span::child(SpanKind::Client, || "POST".into());
    span.set(keys::HTTP_METHOD, "POST");
    span.set(keys::SERVER_ADDRESS, endpoint.base_url.host_str().unwrap_or_default().to_owned());
    span
}

/// Sends the request once; a response with an error status is a failure.
async fn send<E: Exchange>(exchange: &E, span: &Span) -> Result<Response, Failure> {
    let endpoint = exchange.endpoint();
    endpoint.prepare().await?;
    let request = exchange.request().map_err(|error| Failure::new(error, Remedy::None))?;
    let begun = Instant::now();
    let response = match timeout(endpoint.patience.first_byte, endpoint.send(request)).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => {
            // A request that is not sent says nothing of the vendor.
            if !matches!(error.cause, Cause::Refused(_) | Cause::Invalid) {
                endpoint.metrics.unreachable(endpoint.vendor.id);
            }
            return Err(Failure::network(endpoint, &error));
        }
        Err(_) => {
            endpoint.metrics.unreachable(endpoint.vendor.id);
            return Err(Failure::silent(endpoint));
        }
    };
    let status = response.status();
    endpoint.metrics.answered(endpoint.vendor.id, class(status), begun.elapsed());
    let (name, id) = (endpoint.vendor.name, request_id(response.headers()));
    tracing::debug!(vendor.name = name, vendor.request_id = id, %status, "the model API answered");
    span.answered(status.as_u16());
    if !id.is_empty() {
        span.set(keys::VENDOR_REQUEST, id.to_owned());
    }
    if status.is_success() {
        endpoint.accepted();
        return Ok(response);
    }
    let id = request_id(response.headers());
    tracing::warn!(vendor.name = name, vendor.request_id = id, %status, "the model API rejected a request");
    let mut failure =
        rejection(endpoint, response, |headers, body| exchange.refused(status, headers, body)).await;
    if status == StatusCode::UNAUTHORIZED && endpoint.renew() {
        failure.remedy = Remedy::Immediately;
    }
    Err(failure)
}

/// The vendor's id of a request, for questions to its support.
fn request_id(headers: &HeaderMap) -> &str {
    let id = headers.get("request-id").or_else(|| headers.get("x-request-id"));
    id.and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The text of a turn, for a plain chat.
pub(crate) async fn collect_text(mut events: TurnEvents<'_>) -> Result<String, ModelError> {
    while let Some(event) = events.next().await {
        if let TurnEvent::Complete(turn) = event? {
            let texts = turn.content.iter().filter_map(|block| match block {
                AssistantBlock::Text { text } => Some(text.as_str()),
                _ => None,
            });
            let text = texts.collect::<Vec<_>>().join("\n\n");
            return if text.is_empty() { Err(ModelError::EmptyTurn) } else { Ok(text) };
        }
    }
    Err(ModelError::EmptyTurn)
}
