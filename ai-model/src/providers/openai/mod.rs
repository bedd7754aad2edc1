//! OpenAI's models with the computer tool, over the Responses API.
//!
//! Reading order: `models` says what each model accepts, `actions` decodes its actions, `input` and `request` build the
//! request, `reply` reads the stream, `failure` classifies errors.

mod actions;
mod events;
mod failure;
mod input;
mod misalignment;
mod models;
mod reply;
mod request;
mod settings;
mod withheld;

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::BoxFuture;
use protocol::action::Size;
use protocol::agent::actions::ScreenshotOptions;
use protocol::models::{Effort, ModelFacts};
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode};
use serde::Deserialize;

use super::http::document::document;
use super::http::exchange::{Exchange, Prompt, ask, collect_text};
use super::http::failure::{Failure, Remedy};
use super::shared::attachments::{Attachments, RefusedDocuments, Subject};
use super::shared::effort;
use super::{Endpoint, ModelError, ModelName, ModelProvider, Price, TurnEvents, platform};
use crate::chat::ChatMessage;
use crate::images::{SENT_FORMAT, ScreenScale};
use crate::transcript::Conversation;
use failure::{ErrorDetail, from_response};
use input::{Form, attachment_rules};
use models::{ModelProfile, profile_of};
use reply::Reply;
use request::Body;
pub(super) use settings::BY_CONNECTION;
pub use settings::{ContextCompression, Settings, VENDOR};

/// The provider's name in transcripts.
pub(crate) const PROVIDER: &str = "openai";

/// The names of the models that are known.
pub(super) fn model_names() -> impl Iterator<Item = &'static str> {
    models::names()
}

/// What is known about a model without asking.
pub(super) fn facts(model: &str) -> ModelFacts {
    models::facts(model.to_owned())
}

/// The vendor's list of models, which has those for all purposes.
#[derive(Deserialize)]
struct ModelList {
    data: Vec<ListedModel>,
}

#[derive(Deserialize)]
struct ListedModel {
    id: String,
}

/// One OpenAI model.
#[derive(Debug)]
pub struct OpenAi {
    endpoint: Endpoint,
    model: String,
    effort: Option<Effort>,
    compression: Option<ContextCompression>,
    /// Whether the account turned out not to have access to reasoning summaries.
    without_summary: AtomicBool,
    refused_documents: RefusedDocuments,
}

impl OpenAi {
    /// A model behind an endpoint. `compression` says whether the vendor makes images smaller; `None`: as it sees fit.
    #[must_use]
    pub fn new(
        endpoint: Endpoint,
        model: String,
        effort: Option<Effort>,
        compression: Option<ContextCompression>,
    ) -> Self {
        let (without_summary, refused_documents) = (AtomicBool::new(false), RefusedDocuments::default());
        Self { endpoint, model, effort, compression, without_summary, refused_documents }
    }

    /// Sets what remembers across requests which documents servers refuse.
    #[must_use]
    pub fn remembering(self, refused_documents: RefusedDocuments) -> Self {
        Self { refused_documents, ..self }
    }

    /// What is learned about documents concerns this model at this address.
    fn subject(&self) -> Subject {
        (self.endpoint.base_url.clone(), self.model.clone())
    }

    fn attachments<'a>(&self, conversation: &'a Conversation) -> Attachments<'a> {
        let subject = self.subject();
        let refused = |sha256: &str| self.refused_documents.has(&subject, sha256);
        Attachments::new(conversation, attachment_rules(&self.profile()), 0, refused)
    }

    fn profile(&self) -> ModelProfile {
        profile_of(&self.model)
    }

    fn ask<'a>(&'a self, prompt: Prompt<'a>) -> TurnEvents<'a> {
        ask(self.exchange(prompt))
    }

    fn exchange<'a>(&'a self, prompt: Prompt<'a>) -> ModelRequest<'a> {
        let scale = self.profile().images.scale(prompt.screen());
        ModelRequest { provider: self, prompt, scale }
    }
}

/// A request to the model, for its next turn or for an answer in a plain chat.
struct ModelRequest<'a> {
    provider: &'a OpenAi,
    prompt: Prompt<'a>,
    scale: ScreenScale,
}

impl Exchange for ModelRequest<'_> {
    type Reply = Reply;

    fn endpoint(&self) -> &Endpoint {
        &self.provider.endpoint
    }

    fn request(&self) -> Result<RequestBuilder, ModelError> {
        let OpenAi { endpoint, model, effort, compression, without_summary, .. } = self.provider;
        let profile = self.provider.profile();
        let mut body = match self.prompt {
            Prompt::Turn(conversation) => {
                let (scale, attachments) = (self.scale, self.provider.attachments(conversation));
                Body::for_run(&Form { model, profile, scale, attachments }, conversation)
            }
            Prompt::Chat(messages) => Body::for_chat(model, profile, messages),
        };
        body = body.with_effort(effort::requested(*effort, profile.efforts)).compressing(*compression);
        if without_summary.load(Ordering::Relaxed) {
            body = body.without_summary();
        }
        endpoint.with_key(endpoint.post("responses").json(&body), "authorization", "Bearer ")
    }

    fn reply(&self) -> Reply {
        Reply::new(&self.provider.model, self.scale)
    }

    fn refused(&self, status: StatusCode, headers: &HeaderMap, body: &str) -> Failure {
        let OpenAi { endpoint, model, .. } = self.provider;
        if let Some(failure) = platform::failure::refused(endpoint, status, headers, body, model) {
            return failure;
        }
        let detail = ErrorDetail::read(body);
        let refuses_summaries = detail.refuses_summaries();
        let mut failure = from_response(status, headers, detail, &self.provider.model);
        if refuses_summaries && !self.provider.without_summary.swap(true, Ordering::Relaxed) {
            failure.remedy = Remedy::Immediately;
        }
        if status == StatusCode::BAD_REQUEST
            && let Prompt::Turn(conversation) = self.prompt
        {
            let documents = self.provider.attachments(conversation).whole_documents();
            if self.provider.refused_documents.learn(&self.provider.subject(), body, &documents) {
                failure.remedy = Remedy::Immediately;
            }
        }
        failure
    }
}

impl ModelProvider for OpenAi {
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
        self.profile().price
    }

    fn screenshot_options(&self, screen: Size) -> ScreenshotOptions {
        ScreenshotOptions { size: Some(self.profile().images.scale(screen).sent), format: SENT_FORMAT }
    }

    fn expects_screenshot_after_each_call(&self) -> bool {
        true
    }

    fn offered(&self) -> BoxFuture<'_, Result<Vec<ModelFacts>, ModelError>> {
        Box::pin(async move {
            let endpoint = &self.endpoint;
            let request = || endpoint.with_key(endpoint.get("models", &[]), "authorization", "Bearer ");
            let refused = |status, headers: &HeaderMap, body: &str| {
                platform::failure::refused(endpoint, status, headers, body, &self.model)
                    .unwrap_or_else(|| from_response(status, headers, ErrorDetail::read(body), &self.model))
            };
            let list: ModelList = document(endpoint, request, refused).await?;
            let ids = list.data.into_iter().map(|model| model.id);
            Ok(ids.filter(|id| models::uses_computers(id)).map(models::facts).collect())
        })
    }

    fn chat<'a>(&'a self, messages: &'a [ChatMessage]) -> BoxFuture<'a, Result<String, ModelError>> {
        Box::pin(collect_text(self.ask(Prompt::Chat(messages))))
    }
}
