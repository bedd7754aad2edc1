//! Google's Gemini with its computer use, over `generateContent`.
//!
//! Reading order: `models` says what each model accepts, `actions` decodes its functions, `contents` and `request`
//! build the request, `reply` reads the stream, `failure` classifies errors.

mod actions;
mod contents;
mod failure;
mod models;
mod reply;
mod request;
mod settings;

use futures_util::future::BoxFuture;
use protocol::action::Size;
use protocol::agent::actions::ScreenshotOptions;
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode};

use super::http::exchange::{Exchange, Prompt, ask, collect_text};
use super::http::failure::{Failure, later};
use super::shared::price::price_of;
use super::{Endpoint, ModelError, ModelName, ModelProvider, Price, TurnEvents};
use crate::chat::ChatMessage;
use crate::images::SENT_FORMAT;
use crate::transcript::Conversation;
use contents::Form;
use failure::from_response;
use models::SCREENSHOT_LIMITS;
use reply::Reply;
use request::Body;
pub use settings::{Settings, VENDOR};

/// The provider's name in transcripts.
pub(crate) const PROVIDER: &str = "gemini";

/// One Gemini model.
#[derive(Debug)]
pub struct Gemini {
    endpoint: Endpoint,
    model: String,
}

impl Gemini {
    /// A model behind an endpoint.
    #[must_use]
    pub fn new(endpoint: Endpoint, model: String) -> Self {
        Self { endpoint, model }
    }

    fn ask<'a>(&'a self, prompt: Prompt<'a>) -> TurnEvents<'a> {
        ask(self.exchange(prompt))
    }

    fn exchange<'a>(&'a self, prompt: Prompt<'a>) -> ModelRequest<'a> {
        ModelRequest { provider: self, prompt, screen: prompt.screen() }
    }
}

/// A request to the model, for its next turn or for an answer in a plain chat.
struct ModelRequest<'a> {
    provider: &'a Gemini,
    prompt: Prompt<'a>,
    screen: Size,
}

impl Exchange for ModelRequest<'_> {
    type Reply = Reply;

    fn endpoint(&self) -> &Endpoint {
        &self.provider.endpoint
    }

    fn request(&self) -> Result<RequestBuilder, ModelError> {
        let Gemini { endpoint, model } = self.provider;
        let body = match self.prompt {
            Prompt::Turn(conversation) => {
                Body::for_run(Form { model, scale: SCREENSHOT_LIMITS.scale(self.screen) }, conversation)
            }
            Prompt::Chat(messages) => Body::for_chat(messages),
        };
        let mut url = endpoint.url(&format!("models/{model}:streamGenerateContent"));
        url.query_pairs_mut().append_pair("alt", "sse");
        endpoint.with_key(endpoint.http.post(url).json(&body), "x-goog-api-key", "")
    }

    fn reply(&self) -> Reply {
        Reply::new(&self.provider.model, self.screen)
    }

    fn refused(&self, status: StatusCode, headers: &HeaderMap, body: &str) -> Failure {
        from_response(status, later(headers), body, &self.provider.model)
    }
}

impl ModelProvider for Gemini {
    fn name(&self) -> ModelName<'_> {
        ModelName { provider: PROVIDER, model: &self.model }
    }

    fn turn<'a>(&'a self, conversation: &'a Conversation) -> TurnEvents<'a> {
        self.ask(Prompt::Turn(conversation))
    }

    fn note_images(&self, conversation: &Conversation) {
        // An error comes again when the request is sent.
        let _ = self.exchange(Prompt::Turn(conversation)).request();
    }

    fn price(&self) -> Option<Price> {
        price_of(&self.model, &models::PRICES)
    }

    fn screenshot_options(&self, screen: Size) -> ScreenshotOptions {
        ScreenshotOptions { size: Some(SCREENSHOT_LIMITS.scale(screen).sent), format: SENT_FORMAT }
    }

    fn expects_screenshot_after_each_call(&self) -> bool {
        true
    }

    fn chat<'a>(&'a self, messages: &'a [ChatMessage]) -> BoxFuture<'a, Result<String, ModelError>> {
        Box::pin(collect_text(self.ask(Prompt::Chat(messages))))
    }
}
