//! Anthropic's Claude over the Messages API.
//!
//! Reading order: [`models`] says what each model accepts, [`dialect`] how actions are written, `messages`
//! and `request` make the request, `reply` reads the stream, `failure` deals with what goes wrong.

mod blocks;
mod body;
mod context;
pub mod dialect;
mod failure;
mod messages;
pub mod models;
mod reply;
mod request;
mod system_prompt;

use async_stream::stream;
use eventsource_stream::Eventsource as _;
use futures_util::future::BoxFuture;
use futures_util::{Stream, StreamExt as _};
use protocol::action::Size;
use protocol::desktop::PictureOptions;
use protocol::transcript::AssistantBlock;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};

use super::failure::{Failure, Remedy};
use super::vendor::ANTHROPIC;
use super::{Conversation, Endpoint, Price, Provider, ProviderError, TurnEvent, TurnEvents, retry};
use crate::images::{SENT_FORMAT, ScreenScale};
use crate::send_message::ChatMessage;
use dialect::Dialect;
pub use dialect::DialectMemory;
use failure::Target;
use reply::Reply;
use request::Prepared;

/// The provider's name in transcripts.
pub(crate) const PROVIDER: &str = "anthropic";
const API_VERSION: &str = "2023-06-01";

/// One Claude model.
#[derive(Debug)]
pub struct Anthropic {
    http: reqwest::Client,
    endpoint: Endpoint,
    model: String,
    dialects: DialectMemory,
}

impl Anthropic {
    /// The model behind an endpoint. `dialects` is what was learned of it before.
    #[must_use]
    pub fn new(http: reqwest::Client, endpoint: Endpoint, model: String, dialects: DialectMemory) -> Self {
        Self { http, endpoint, model, dialects }
    }

    fn scale(&self, screen: Size) -> ScreenScale {
        ScreenScale::new(screen, models::profile_of(&self.model).images)
    }

    /// The dialect to speak: what was learned of the model, else what the table says.
    fn dialect(&self) -> Dialect {
        self.dialects.get(&self.model).unwrap_or_else(|| models::profile_of(&self.model).dialect())
    }

    /// Asks until a turn is complete or nothing helps. Trying again is always safe: no call of a turn is done
    /// before the turn is complete.
    fn ask<'a, F>(&'a self, prepare: F, scale: ScreenScale) -> TurnEvents<'a>
    where
        F: Fn(Dialect) -> Result<Prepared, serde_json::Error> + Send + 'a,
    {
        stream! {
            let mut retry = 0;
            loop {
                let prepared = match prepare(self.dialect()) {
                    Ok(prepared) => prepared,
                    Err(error) => {
                        yield Err(ProviderError::RequestRejected { vendor: &ANTHROPIC, message: error.to_string() });
                        return;
                    }
                };
                let dialect = prepared.dialect;
                let mut failure = None;
                let mut events = Box::pin(self.attempt(prepared, scale));
                while let Some(event) = events.next().await {
                    match event {
                        Ok(TurnEvent::Complete(turn)) => {
                            yield Ok(TurnEvent::Complete(turn));
                            return;
                        }
                        Ok(event) => yield Ok(event),
                        Err(reason) => failure = Some(reason),
                    }
                }
                drop(events);
                let Failure { error, remedy } = failure.unwrap_or_else(Failure::broken_stream);
                if remedy == Remedy::StepDown && let Some(older) = dialect.and_then(Dialect::older) {
                    tracing::info!(model = self.model, dialect = older.tool_type(), "stepping down");
                    self.dialects.remember(&self.model, older);
                    continue;
                }
                let Some(delay) = retry::delay(remedy, retry, self.endpoint.retry_delay, rand::random()) else {
                    yield Err(error);
                    return;
                };
                retry += 1;
                let delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
                tracing::warn!(error.code = error.code(), retry, delay_ms, "asking the model again");
                yield Ok(TurnEvent::Retrying { reason: error.to_string(), delay_ms });
                tokio::time::sleep(delay).await;
            }
        }
        .boxed()
    }

    /// Sends one request and reads its stream. Nothing follows a failure or the complete turn.
    fn attempt(
        &self,
        prepared: Prepared,
        scale: ScreenScale,
    ) -> impl Stream<Item = Result<TurnEvent, Failure>> + Send {
        stream! {
            let response = match self.send(prepared).await {
                Ok(response) => response,
                Err(failure) => {
                    yield Err(failure);
                    return;
                }
            };
            let mut reply = Reply::default();
            let mut events = response.bytes_stream().eventsource();
            while !reply.is_complete() {
                // An end before the end is a broken connection, whatever it looks like.
                let Some(Ok(event)) = events.next().await else {
                    yield Err(Failure::broken_stream());
                    return;
                };
                match reply.accept(&event.data) {
                    Ok(said) => if let Some(said) = said { yield Ok(said) },
                    Err(failure) => {
                        yield Err(failure);
                        return;
                    }
                }
            }
            yield reply
                .into_turn(&self.model, scale)
                .map(TurnEvent::Complete)
                .map_err(|error| Failure { error, remedy: Remedy::None });
        }
    }

    /// Sends one request; an answer with an error's status is a failure.
    async fn send(&self, prepared: Prepared) -> Result<reqwest::Response, Failure> {
        let unfit = |error| Failure::new(error, Remedy::None);
        let key = self.endpoint.key_header("").map_err(unfit)?;
        let key = key.ok_or_else(|| unfit(ProviderError::ApiKeyMissing { vendor: &ANTHROPIC }))?;
        let mut request = self
            .http
            .post(self.endpoint.url("v1/messages"))
            .header("x-api-key", key)
            .header("anthropic-version", API_VERSION)
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_LENGTH, prepared.body.len())
            .body(prepared.body.into_stream());
        if let Some(betas) = prepared.betas {
            request = request.header("anthropic-beta", betas);
        }
        let response = request.send().await.map_err(|error| Failure::network(&self.endpoint, error))?;
        let status = response.status();
        let vendor_request = header_text(&response, "request-id");
        tracing::debug!(vendor.request_id = vendor_request, %status, "the model API answered");
        if status.is_success() {
            return Ok(response);
        }
        let headers = response.headers().clone();
        let body = self.endpoint.without_key(response.text().await.unwrap_or_default());
        tracing::warn!(vendor.request_id = vendor_request, %status, "the model API refused a request");
        let target = Target { model: &self.model, dialect: prepared.dialect };
        Err(Failure::from_response(status, &headers, &body, target))
    }
}

fn header_text(response: &reqwest::Response, name: &str) -> String {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

impl Provider for Anthropic {
    fn turn<'a>(&'a self, conversation: &'a Conversation) -> TurnEvents<'a> {
        let scale = self.scale(conversation.screen);
        self.ask(move |dialect| request::for_run(&self.model, dialect, scale, conversation), scale)
    }

    fn price(&self) -> Option<Price> {
        models::profile_of(&self.model).price
    }

    fn pictures(&self, screen: Size) -> PictureOptions {
        PictureOptions { size: Some(self.scale(screen).sent), format: SENT_FORMAT }
    }

    fn chat<'a>(&'a self, messages: &'a [ChatMessage]) -> BoxFuture<'a, Result<String, ProviderError>> {
        // A chat has no screen; any size will do where no coordinate can be spoken of.
        let scale = self.scale(Size { width: 1280, height: 800 });
        let mut events = self.ask(move |_| request::for_chat(&self.model, messages), scale);
        Box::pin(async move {
            while let Some(event) = events.next().await {
                if let TurnEvent::Complete(turn) = event? {
                    let texts = turn.content.iter().filter_map(|block| match block {
                        AssistantBlock::Text { text } => Some(text.as_str()),
                        _ => None,
                    });
                    let text = texts.collect::<Vec<_>>().join("\n\n");
                    return if text.is_empty() { Err(ProviderError::EmptyTurn) } else { Ok(text) };
                }
            }
            Err(ProviderError::EmptyTurn)
        })
    }
}
