//! Anthropic's Claude over the Messages API.
//!
//! Reading order: [`models`] says what each model accepts, [`dialect`] encodes actions, `messages` and `request` build
//! the request, `reply` reads the stream, `failure` classifies errors.

mod blocks;
mod body;
mod compaction;
mod context;
pub mod dialect;
mod failure;
mod messages;
pub mod models;
mod platforms;
mod reply;
mod request;
mod settings;
mod system_prompt;
mod version;

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use protocol::action::Size;
use protocol::agent::actions::ScreenshotOptions;
use protocol::models::{Effort, ModelFacts};
use protocol::platform::Platform;
use protocol::transcript::{AssistantTurn, TokenUsage};
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode};
use serde::Deserialize;
use serde::de::IgnoredAny;
use url::Url;

use super::http::document::document;
use super::http::exchange::{Exchange, Prompt, ask, collect_text};
use super::http::failure::{Failure, Remedy};
use super::http::receive::IncomingTurn;
use super::shared::attachments::RefusedDocuments;
use super::{Endpoint, ModelError, ModelName, ModelProvider, Price, TurnEvent, TurnEvents, platform};
use crate::chat::ChatMessage;
use crate::images::{SENT_FORMAT, ScreenScale};
use crate::transcript::Conversation;
use dialect::{Dialect, LearnedDialects};
use failure::Target;
use platforms::{Method, Place, Post};
use reply::Reply;
use request::{Chosen, Diagnostics, Prepared};
pub(super) use settings::BY_CONNECTION;
pub use settings::{Compaction, Fallbacks, Settings, VENDOR};
use version::{ApiVersion, LearnedVersions};

/// The provider's name in transcripts.
pub(crate) const PROVIDER: &str = "anthropic";

/// What is known about a model without asking.
pub(super) fn facts(model: &str) -> ModelFacts {
    models::facts(model.to_owned(), None)
}

/// The vendor's list of models.
#[derive(Deserialize)]
struct ModelList {
    data: Vec<ListedModel>,
}

#[derive(Deserialize)]
struct ListedModel {
    id: String,
    #[serde(default)]
    display_name: Option<String>,
}

/// What servers turned out to accept. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    dialects: LearnedDialects,
    versions: LearnedVersions,
    refusals: compaction::Refusals,
    documents: RefusedDocuments,
}

/// One Claude model.
#[derive(Debug)]
pub struct Anthropic {
    endpoint: Endpoint,
    model: String,
    effort: Option<Effort>,
    fallbacks: Option<Fallbacks>,
    diagnoses_cache: bool,
    compaction: Compaction,
    place: Place,
    /// The vendor's id of the latest message.
    last_message: LastMessage,
    learned: Learned,
}

/// The vendor's id of the latest message, for its answer to why the cache was missed.
type LastMessage = Arc<Mutex<Option<String>>>;

impl Anthropic {
    /// A model behind an endpoint. `learned` remembers across requests what its server accepts.
    #[must_use]
    pub fn new(endpoint: Endpoint, model: String, effort: Option<Effort>, learned: Learned) -> Self {
        let (fallbacks, diagnoses_cache, last_message) = (None, false, LastMessage::default());
        let compaction = Compaction::Automatic;
        let place = Place::default();
        Self { endpoint, model, effort, fallbacks, diagnoses_cache, compaction, place, last_message, learned }
    }

    /// Sets the platform that serves the model in its vendor's stead.
    #[must_use]
    pub fn on(self, platform: Option<Platform>) -> Self {
        Self { place: Place(platform), ..self }
    }

    /// Sets what answers in place of the model if it refuses because of a policy.
    #[must_use]
    pub fn with_fallbacks(self, fallbacks: Option<Fallbacks>) -> Self {
        Self { fallbacks, ..self }
    }

    /// Sets whether the vendor is asked why its cache was missed.
    #[must_use]
    pub fn diagnosing_cache(self, diagnoses_cache: bool) -> Self {
        Self { diagnoses_cache, ..self }
    }

    /// Sets who decides when a long conversation is replaced by a summary.
    #[must_use]
    pub fn compacting(self, compaction: Compaction) -> Self {
        Self { compaction, ..self }
    }

    /// Who decides it with this server, which may not know the request for a summary.
    fn compaction(&self) -> Compaction {
        let refused = self.learned.refusals.get(&self.subject()).is_some();
        if refused || !self.place.has_newest_betas() { Compaction::Automatic } else { self.compaction }
    }

    /// What is learned about dialects concerns this model at this address.
    fn subject(&self) -> (Url, String) {
        (self.endpoint.base_url.clone(), self.model.clone())
    }

    fn scale(&self, screen: Size) -> ScreenScale {
        ScreenScale::new(screen, models::profile_of(&self.model).images)
    }

    /// The dialect to use: the remembered one, else the table's.
    fn dialect(&self) -> Dialect {
        let learned = self.learned.dialects.get(&self.subject());
        learned.unwrap_or_else(|| self.place.dialect(&self.model))
    }

    /// The version of the API that the server knows.
    fn version(&self) -> ApiVersion {
        self.learned.versions.get(&self.endpoint.base_url).unwrap_or_default()
    }

    /// Remembers that the server does not know a version. Returns whether there is another to try.
    fn pass_over(&self, version: ApiVersion) -> bool {
        let Some(older) = version.older() else { return false };
        self.learned.versions.insert(self.endpoint.base_url.clone(), older);
        true
    }

    /// The known models, once a platform that lists none has taken the credential.
    async fn known_if_reached(&self) -> Result<Vec<ModelFacts>, ModelError> {
        let Self { endpoint, place, model, .. } = self;
        let model = &*place.id_of(if model.is_empty() { settings::DEFAULT_MODEL } else { model });
        let request = || {
            let version = self.version();
            let body = place.count_body(model, version)?;
            place.post(endpoint, Post { model, method: Method::Count, version, betas: None, body })
        };
        let refused = |status, headers: &HeaderMap, body: &str| self.refused(status, headers, body);
        let counted: Result<IgnoredAny, ModelError> = document(endpoint, request, refused).await;
        match counted {
            // Whoever is told that a model is not there has been let in.
            Ok(_) | Err(ModelError::ModelNotFound { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(models::names().map(|name| models::facts(place.id_of(name).into_owned(), None)).collect())
    }

    /// Classifies what a request without a conversation is answered.
    fn refused(&self, status: StatusCode, headers: &HeaderMap, body: &str) -> Failure {
        let Self { endpoint, model, .. } = self;
        if let Some(failure) = platform::failure::refused(endpoint, status, headers, body, model) {
            return failure;
        }
        let version = self.version();
        let mut failure = Failure::from_response(status, headers, body, Target { model, dialect: None });
        if failure.remedy == Remedy::OlderVersion && self.pass_over(version) {
            failure.remedy = Remedy::Immediately;
        }
        failure
    }

    fn ask<'a>(&'a self, prompt: Prompt<'a>) -> TurnEvents<'a> {
        ask(self.exchange(prompt))
    }

    fn exchange<'a>(&'a self, prompt: Prompt<'a>) -> ModelRequest<'a> {
        let scale = self.scale(prompt.screen());
        ModelRequest { provider: self, prompt, scale, sent: Mutex::default() }
    }
}

/// A request to the model, for its next turn or for an answer in a plain chat.
struct ModelRequest<'a> {
    provider: &'a Anthropic,
    prompt: Prompt<'a>,
    scale: ScreenScale,
    sent: Mutex<Sent>,
}

/// How the latest attempt was sent.
#[derive(Debug, Clone, Default)]
struct Sent {
    version: ApiVersion,
    /// The dialect, when it declared tools.
    dialect: Option<Dialect>,
    /// Whether it asked for a summary, or sent one back.
    uses_compaction: bool,
    /// The SHA-256 of the documents that it had whole.
    documents: Vec<String>,
}

impl ModelRequest<'_> {
    fn sent(&self) -> Sent {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn prepared(&self) -> Result<Prepared, serde_json::Error> {
        let Anthropic { model, effort, fallbacks, diagnoses_cache, place, last_message, .. } = self.provider;
        let previous = last_message.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let diagnoses_cache = *diagnoses_cache && place.has_newest_betas();
        let diagnostics = diagnoses_cache.then_some(Diagnostics { previous_message_id: previous.as_deref() });
        let fallbacks = fallbacks.as_ref().filter(|_| place.has_newest_betas());
        let body_version = place.body_version(self.provider.version());
        let compaction = self.provider.compaction();
        let model = &*place.id_of(model);
        let chosen = Chosen { model, effort: *effort, fallbacks, diagnostics, compaction, body_version };
        match self.prompt {
            Prompt::Turn(conversation) => {
                let subject = self.provider.subject();
                let refused = |sha256: &str| self.provider.learned.documents.has(&subject, sha256);
                request::for_run(chosen, self.provider.dialect(), self.scale, conversation, refused)
            }
            Prompt::Chat(messages) => request::for_chat(chosen, messages),
        }
    }
}

impl Exchange for ModelRequest<'_> {
    type Reply = Answer;

    fn endpoint(&self) -> &Endpoint {
        &self.provider.endpoint
    }

    fn request(&self) -> Result<RequestBuilder, ModelError> {
        let Anthropic { endpoint, model, place, .. } = self.provider;
        let unwritable = |error: serde_json::Error| ModelError::RequestRejected {
            vendor: &VENDOR,
            message: error.to_string(),
        };
        let version = self.provider.version();
        let Prepared { body, betas, dialect, uses_compaction, documents } =
            self.prepared().map_err(unwritable)?;
        let (betas, method) = (betas.as_deref(), Method::Turn);
        let request = place.post(endpoint, Post { model, method, version, betas, body })?;
        let sent = Sent { version, dialect, uses_compaction, documents };
        *self.sent.lock().unwrap_or_else(PoisonError::into_inner) = sent;
        Ok(request)
    }

    fn reply(&self) -> Answer {
        let Anthropic { model, last_message, .. } = self.provider;
        let (model, last_message) = (model.clone(), last_message.clone());
        Answer { reply: Reply::default(), model, scale: self.scale, last_message }
    }

    fn refused(&self, status: StatusCode, headers: &HeaderMap, body: &str) -> Failure {
        let Anthropic { model, endpoint, place, .. } = self.provider;
        let Sent { version, dialect, uses_compaction, documents } = self.sent();
        if let Some(failure) = platform::failure::refused(endpoint, status, headers, body, model) {
            return failure;
        }
        let mut failure = Failure::from_response(status, headers, body, Target { model, dialect });
        if failure.remedy == Remedy::StepDown
            && let Some(older) = dialect.and_then(|rejected| place.other_dialect(rejected, model))
        {
            // Another run may have remembered it in the meantime.
            if Some(self.provider.dialect()) == dialect {
                self.provider.learned.dialects.insert(self.provider.subject(), older);
            }
            failure.remedy = Remedy::Immediately;
        }
        if failure.remedy == Remedy::OlderVersion && self.provider.pass_over(version) {
            failure.remedy = Remedy::Immediately;
        }
        if uses_compaction && compaction::is_unknown(&failure.error) {
            let known = self.provider.learned.refusals.insert(self.provider.subject(), ());
            // One that is in the transcript is sent back all the same.
            failure.remedy = if known.is_none() { Remedy::Immediately } else { Remedy::None };
        }
        if status == StatusCode::BAD_REQUEST
            && self.provider.learned.documents.learn(&self.provider.subject(), body, &documents)
        {
            failure.remedy = Remedy::Immediately;
        }
        failure
    }
}

/// A turn that is being received, with what is needed to complete it.
struct Answer {
    reply: Reply,
    model: String,
    scale: ScreenScale,
    last_message: LastMessage,
}

impl IncomingTurn for Answer {
    fn accept(&mut self, data: &str) -> Result<Vec<TurnEvent>, Failure> {
        Ok(self.reply.accept(data)?.into_iter().collect())
    }

    fn accept_whole(&mut self, json: &str) -> Result<Option<Vec<TurnEvent>>, Failure> {
        self.reply.accept_whole(json)
    }

    fn is_complete(&self) -> bool {
        self.reply.is_complete()
    }

    fn usage(&self) -> TokenUsage {
        self.reply.usage_so_far()
    }

    fn into_turn(self) -> Result<AssistantTurn, Failure> {
        let Self { mut reply, model, scale, last_message } = self;
        *last_message.lock().unwrap_or_else(PoisonError::into_inner) = reply.id.take();
        reply.into_turn(&model, scale).map_err(|error| Failure::new(error, Remedy::None))
    }
}

impl ModelProvider for Anthropic {
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
        models::profile_of(&self.model).price
    }

    fn screenshot_options(&self, screen: Size) -> ScreenshotOptions {
        ScreenshotOptions { size: Some(self.scale(screen).sent), format: SENT_FORMAT }
    }

    fn offered(&self) -> BoxFuture<'_, Result<Vec<ModelFacts>, ModelError>> {
        Box::pin(async move {
            if !self.place.lists_models() {
                return self.known_if_reached().await;
            }
            let endpoint = &self.endpoint;
            let request = || self.place.list(endpoint, self.version());
            let refused = |status, headers: &HeaderMap, body: &str| self.refused(status, headers, body);
            let list: ModelList = document(endpoint, request, refused).await?;
            Ok(list.data.into_iter().map(|model| models::facts(model.id, model.display_name)).collect())
        })
    }

    fn chat<'a>(&'a self, messages: &'a [ChatMessage]) -> BoxFuture<'a, Result<String, ModelError>> {
        Box::pin(collect_text(self.ask(Prompt::Chat(messages))))
    }
}
