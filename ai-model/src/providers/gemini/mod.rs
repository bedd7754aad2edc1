//! Google's Gemini with its computer use, over `generateContent`.
//!
//! Reading order: `models` says what each model accepts, `actions` decodes its functions, `contents` and `request`
//! build the request, `reply` reads the stream, `failure` classifies errors.

mod actions;
mod contents;
mod continuation;
mod failure;
mod models;
mod reply;
mod request;
mod settings;
mod vertex;

use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;
use protocol::action::Size;
use protocol::agent::actions::ScreenshotOptions;
use protocol::models::{Effort, ModelFacts};
use protocol::platform::Platform;
use protocol::transcript::TokenUsage;
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode};
use serde::Deserialize;
use url::Url;

use super::http::document::document;
use super::http::exchange::{Exchange, Prompt, ask, collect_text};
use super::http::failure::{Failure, Remedy, later};
use super::shared::attachments::{Attachments, RefusedDocuments};
use super::shared::price::price_of;
use super::shared::{effort, learned};
use super::{Endpoint, ModelError, ModelName, ModelProvider, Price, TurnEvents, platform};
use crate::chat::ChatMessage;
use crate::images::SENT_FORMAT;
use crate::transcript::Conversation;
use contents::{ATTACHMENT_RULES, Form};
use continuation::Progress;
use failure::from_response;
use models::{Generation, SCREENSHOT_LIMITS};
use reply::Reply;
use request::{Body, ComputerTool};
pub(super) use settings::BY_CONNECTION;
pub use settings::{Settings, VENDOR};

/// The provider's name in transcripts.
pub(crate) const PROVIDER: &str = "gemini";

/// The names of the models that are known.
pub(super) fn model_names() -> impl Iterator<Item = &'static str> {
    models::names()
}

/// What is known about a model without asking.
pub(super) fn facts(model: &str) -> ModelFacts {
    models::facts(model.to_owned(), None, None)
}

/// The vendor's list of models, which has those for all purposes.
#[derive(Deserialize)]
struct ModelList {
    #[serde(default)]
    models: Vec<ListedModel>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedModel {
    /// Such as `models/gemini-3.5-flash`.
    name: String,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    input_token_limit: Option<u64>,
}

/// What models turned out to require and to refuse. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    /// The older tools that they require, by address and model.
    generations: learned::Learned<(Url, String), Generation>,
    documents: RefusedDocuments,
}

/// One Gemini model.
#[derive(Debug)]
pub struct Gemini {
    endpoint: Endpoint,
    model: String,
    effort: Option<Effort>,
    detects_injections: bool,
    platform: Option<Platform>,
    learned: Learned,
}

impl Gemini {
    /// A model behind an endpoint. `learned` remembers across requests what its server accepts.
    #[must_use]
    pub fn new(endpoint: Endpoint, model: String, effort: Option<Effort>, learned: Learned) -> Self {
        Self { endpoint, model, effort, detects_injections: false, platform: None, learned }
    }

    /// Sets the platform that serves the model in place of the vendor's API.
    #[must_use]
    pub fn on(self, platform: Option<Platform>) -> Self {
        Self { platform, ..self }
    }

    /// Classifies a response with an error status.
    fn refused(&self, status: StatusCode, headers: &HeaderMap, body: &str) -> Failure {
        let by_platform = platform::failure::refused(&self.endpoint, status, headers, body, &self.model);
        by_platform.unwrap_or_else(|| from_response(status, later(headers), body, &self.model))
    }

    /// Sets whether the vendor looks for instructions of strangers in what the model sees.
    #[must_use]
    pub fn detecting_injections(self, detects_injections: bool) -> Self {
        Self { detects_injections, ..self }
    }

    /// What is learned concerns this model at this address.
    fn subject(&self) -> (Url, String) {
        (self.endpoint.base_url.clone(), self.model.clone())
    }

    /// The generation whose tool is declared: the remembered one, else that of the model's name.
    fn generation(&self) -> Generation {
        self.learned.generations.get(&self.subject()).unwrap_or_else(|| Generation::of(&self.model))
    }

    fn attachments<'a>(&self, conversation: &'a Conversation) -> Attachments<'a> {
        let subject = self.subject();
        let refused = |sha256: &str| self.learned.documents.has(&subject, sha256);
        Attachments::new(conversation, ATTACHMENT_RULES, 0, refused)
    }

    fn ask<'a>(&'a self, prompt: Prompt<'a>) -> TurnEvents<'a> {
        ask(self.exchange(prompt))
    }

    fn exchange<'a>(&'a self, prompt: Prompt<'a>) -> ModelRequest<'a> {
        ModelRequest {
            provider: self,
            prompt,
            screen: prompt.screen(),
            sent: Mutex::default(),
            progress: Progress::default(),
        }
    }
}

/// A request to the model, for its next turn or for an answer in a plain chat.
struct ModelRequest<'a> {
    provider: &'a Gemini,
    prompt: Prompt<'a>,
    screen: Size,
    /// The generation of the latest attempt, when it declared tools.
    sent: Mutex<Option<Generation>>,
    progress: Progress,
}

impl Exchange for ModelRequest<'_> {
    type Reply = Reply;

    fn endpoint(&self) -> &Endpoint {
        &self.provider.endpoint
    }

    fn request(&self) -> Result<RequestBuilder, ModelError> {
        let Gemini { endpoint, model, effort, detects_injections, .. } = self.provider;
        let mut body = match self.prompt {
            Prompt::Turn(conversation) => {
                let generation = self.provider.generation();
                *self.sent.lock().unwrap_or_else(PoisonError::into_inner) = Some(generation);
                let scale = SCREENSHOT_LIMITS.scale(self.screen);
                let form = Form { model, scale, attachments: self.provider.attachments(conversation) };
                let computer = ComputerTool { generation, detects_injections: *detects_injections };
                Body::for_run(&form, computer, conversation)
            }
            Prompt::Chat(messages) => Body::for_chat(messages),
        };
        body = body.continuing(self.progress.get().token);
        if let Some(effort) = effort::requested(*effort, models::efforts(model)) {
            body = body.thinking(effort);
        }
        let mut url = endpoint.url(&self.provider.path(model, "streamGenerateContent"));
        url.query_pairs_mut().append_pair("alt", "sse");
        endpoint.with_key(endpoint.http.post(url).json(&body), "x-goog-api-key", "")
    }

    fn reply(&self) -> Reply {
        Reply::new(&self.provider.model, self.screen, self.progress.clone())
    }

    fn carried(&self) -> TokenUsage {
        self.progress.get().usage
    }

    fn refused(&self, status: StatusCode, headers: &HeaderMap, body: &str) -> Failure {
        let mut failure = self.provider.refused(status, headers, body);
        let sent = *self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if failure.remedy == Remedy::StepDown
            && let Some(older) = sent.and_then(Generation::older)
        {
            self.provider.learned.generations.insert(self.provider.subject(), older);
            failure.remedy = Remedy::Immediately;
        }
        if status == StatusCode::BAD_REQUEST
            && let Prompt::Turn(conversation) = self.prompt
        {
            let documents = self.provider.attachments(conversation).whole_documents();
            if self.provider.learned.documents.learn(&self.provider.subject(), body, &documents) {
                failure.remedy = Remedy::Immediately;
            }
        }
        failure
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

    fn offered(&self) -> BoxFuture<'_, Result<Vec<ModelFacts>, ModelError>> {
        Box::pin(async move {
            if self.platform.is_some() {
                return self.known_if_reached().await;
            }
            let endpoint = &self.endpoint;
            let request =
                || endpoint.with_key(endpoint.get("models", &[("pageSize", "1000")]), "x-goog-api-key", "");
            let refused = |status, headers: &HeaderMap, body: &str| self.refused(status, headers, body);
            let list: ModelList = document(endpoint, request, refused).await?;
            let facts = list.models.into_iter().map(|model| {
                let id = model.name.strip_prefix("models/").map_or(model.name.clone(), str::to_owned);
                models::facts(id, model.display_name, model.input_token_limit)
            });
            Ok(facts.filter(|model| models::uses_computers(&model.id)).collect())
        })
    }

    fn chat<'a>(&'a self, messages: &'a [ChatMessage]) -> BoxFuture<'a, Result<String, ModelError>> {
        Box::pin(collect_text(self.ask(Prompt::Chat(messages))))
    }
}
