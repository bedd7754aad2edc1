//! Who speaks: one trait, one module a provider. What they share stands beside them: [`vendor`] for the words,
//! `exchange`, `failure` and `retry` for asking, `functions`, `calls`, `keys`, `wheel` and `screen` for what a
//! model may do and see.

pub mod anthropic;
pub mod demo;
mod error;
mod exchange;
mod failure;
mod foreign;
pub mod function_tools;
pub mod gemini;
mod http;
mod instructions;
mod keys;
pub mod openai;
pub mod openai_compatible;
mod price;
mod raw_object;
mod retry;
mod screen;
mod takeover;
mod trimming;
pub mod vendor;
mod wheel;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use protocol::action::Size;
use protocol::agent::actions::ScreenshotOptions;
use protocol::run::ModelSettings;
use protocol::secret::Secret;
use protocol::transcript::AssistantTurn;
use url::Url;

use crate::chat::ChatMessage;
use crate::config::{Config, ProviderName};
use crate::transcript::Conversation;
use anthropic::{Anthropic, DialectMemory};
use demo::Demo;
pub use error::ProviderError;
use gemini::Gemini;
use openai::OpenAi;
use openai_compatible::{OpenAiCompatible, Refusals};
pub use price::Price;
pub use vendor::{Endpoint, Vendor};

/// What a provider says while it answers.
#[derive(Debug, Clone)]
pub enum TurnEvent {
    /// More words.
    TextDelta(String),
    /// More of the thinking's summary.
    ThinkingDelta(String),
    /// The request is being tried again; what was said of this turn is void.
    Retrying {
        /// What went wrong, for the person.
        reason: String,
        /// Milliseconds until the next try.
        delay_ms: u64,
    },
    /// The turn is complete; nothing follows.
    Complete(AssistantTurn),
}

/// The events of one turn. Nothing follows an error. Dropping it abandons the request.
pub type TurnEvents<'a> = BoxStream<'a, Result<TurnEvent, ProviderError>>;

/// A model, or what stands in for one.
pub trait Provider: Send + Sync {
    /// Asks for the next turn of a run.
    fn turn<'a>(&'a self, conversation: &'a Conversation) -> TurnEvents<'a>;

    /// The model's list price; `None` when it is not known, and nothing can be spent by it then.
    fn price(&self) -> Option<Price> {
        None
    }

    /// How the desktop makes the pictures of a run on this screen: as the model is to be shown them, so that
    /// nothing has to be done to them on their way.
    fn pictures(&self, _screen: Size) -> ScreenshotOptions {
        ScreenshotOptions::default()
    }

    /// Whether each of the vendor's calls is answered with the screen after it, also when it failed. Other models
    /// are shown what they asked to look at, and the screen after the last call of a turn.
    fn sees_after_each_call(&self) -> bool {
        false
    }

    /// Answers a plain chat, without a desktop.
    fn chat<'a>(&'a self, messages: &'a [ChatMessage]) -> BoxFuture<'a, Result<String, ProviderError>>;
}

/// Makes providers: what they share between requests, and the defaults for what a request leaves out.
#[derive(Debug, Clone)]
pub struct Providers {
    config: Arc<Config>,
    http: reqwest::Client,
    dialects: DialectMemory,
    refusals: Refusals,
}

impl Providers {
    /// Providers with these defaults.
    ///
    /// # Errors
    /// When the HTTP client can't be set up.
    pub fn new(config: Arc<Config>) -> Result<Self, reqwest::Error> {
        let http = http::client(config.idle_timeout())?;
        Ok(Self { config, http, dialects: DialectMemory::default(), refusals: Refusals::default() })
    }

    /// The provider that a request asks for.
    ///
    /// # Errors
    /// When there is no such provider, or it lacks a setting that it can't do without.
    pub fn select(&self, settings: &ModelSettings) -> Result<Box<dyn Provider>, ProviderError> {
        let name = match settings.provider.as_deref() {
            None => self.config.default_provider(),
            Some(name) => ProviderName::from_name(name).ok_or_else(|| unknown(name))?,
        };
        match name {
            ProviderName::Demo => Ok(Box::new(Demo)),
            ProviderName::Anthropic => Ok(Box::new(self.anthropic(settings)?)),
            ProviderName::OpenAi => Ok(Box::new(self.openai(settings)?)),
            ProviderName::Gemini => Ok(Box::new(self.gemini(settings)?)),
            ProviderName::OpenAiCompatible => Ok(Box::new(self.openai_compatible(settings)?)),
        }
    }

    fn anthropic(&self, settings: &ModelSettings) -> Result<Anthropic, ProviderError> {
        let config = &self.config;
        let own = Own { key: config.anthropic_api_key.as_ref(), url: Some(&config.anthropic_base_url) };
        let endpoint = needing_a_key(self.endpoint(&vendor::ANTHROPIC, settings, own)?)?;
        let model = settings.model.clone().unwrap_or_else(|| config.anthropic_model.clone());
        Ok(Anthropic::new(self.http.clone(), endpoint, model, self.dialects.clone()))
    }

    fn openai(&self, settings: &ModelSettings) -> Result<OpenAi, ProviderError> {
        let config = &self.config;
        let own = Own { key: config.openai_api_key.as_ref(), url: Some(&config.openai_base_url) };
        let endpoint = needing_a_key(self.endpoint(&vendor::OPENAI, settings, own)?)?;
        let model = settings.model.clone().unwrap_or_else(|| config.openai_model.clone());
        Ok(OpenAi::new(self.http.clone(), endpoint, model))
    }

    fn gemini(&self, settings: &ModelSettings) -> Result<Gemini, ProviderError> {
        let config = &self.config;
        let own = Own { key: config.gemini_api_key.as_ref(), url: Some(&config.gemini_base_url) };
        let endpoint = needing_a_key(self.endpoint(&vendor::GOOGLE, settings, own)?)?;
        let model = settings.model.clone().unwrap_or_else(|| config.gemini_model.clone());
        Ok(Gemini::new(self.http.clone(), endpoint, model))
    }

    fn openai_compatible(&self, settings: &ModelSettings) -> Result<OpenAiCompatible, ProviderError> {
        let config = &self.config;
        let key = config.openai_compatible_api_key.as_ref();
        let own = Own { key, url: config.openai_compatible_base_url.as_ref() };
        let endpoint = self.endpoint(&vendor::COMPATIBLE, settings, own)?;
        let model = settings.model.clone().or_else(|| config.openai_compatible_model.clone());
        let model = model.ok_or(ProviderError::ModelMissing { vendor: &vendor::COMPATIBLE })?;
        Ok(OpenAiCompatible::new(self.http.clone(), endpoint, model, self.refusals.clone()))
    }

    /// Where a request goes, and with which key. Our own key only ever goes to our own address.
    fn endpoint(
        &self,
        vendor: &'static Vendor,
        settings: &ModelSettings,
        own: Own<'_>,
    ) -> Result<Endpoint, ProviderError> {
        let base_url = settings.base_url.as_ref().or(own.url);
        let base_url = base_url.ok_or(ProviderError::AddressMissing { vendor })?;
        let own_key = own.key.filter(|_| Some(base_url) == own.url);
        let api_key = settings.api_key.as_ref().or(own_key).cloned();
        Ok(Endpoint { vendor, base_url: base_url.clone(), api_key, retry_delay: self.config.retry_delay() })
    }
}

/// What the service's own configuration says of a vendor.
#[derive(Clone, Copy)]
struct Own<'a> {
    key: Option<&'a Secret>,
    url: Option<&'a Url>,
}

fn needing_a_key(endpoint: Endpoint) -> Result<Endpoint, ProviderError> {
    match endpoint.api_key {
        Some(_) => Ok(endpoint),
        None => Err(ProviderError::ApiKeyMissing { vendor: endpoint.vendor }),
    }
}

fn unknown(name: &str) -> ProviderError {
    let known = ProviderName::ALL.map(|name| format!("'{}'", name.as_str())).join(", ");
    ProviderError::UnknownProvider { name: name.to_owned(), known }
}
