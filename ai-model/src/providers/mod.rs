//! Who speaks: one trait, one module a provider.

pub mod anthropic;
mod conversation;
pub mod demo;
mod error;
mod failure;
pub mod function_tools;
mod http;
mod price;
mod raw_object;
mod retry;
pub mod vendor;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use protocol::action::Size;
use protocol::desktop::PictureOptions;
use protocol::run::ModelSettings;
use protocol::transcript::AssistantTurn;

use crate::config::{Config, ProviderName};
use crate::send_message::ChatMessage;
use anthropic::{Anthropic, DialectMemory};
pub use conversation::Conversation;
pub(crate) use conversation::calls_of;
use demo::Demo;
pub use error::ProviderError;
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
    fn pictures(&self, _screen: Size) -> PictureOptions {
        PictureOptions::default()
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
}

impl Providers {
    /// Providers with these defaults.
    ///
    /// # Errors
    /// When the HTTP client can't be set up.
    pub fn new(config: Arc<Config>) -> Result<Self, reqwest::Error> {
        let http = http::client(config.idle_timeout())?;
        Ok(Self { config, http, dialects: DialectMemory::default() })
    }

    /// The provider that a request asks for.
    ///
    /// # Errors
    /// When there is no such provider, or it has no key.
    pub fn select(&self, settings: &ModelSettings) -> Result<Box<dyn Provider>, ProviderError> {
        let name = match settings.provider.as_deref() {
            None => self.config.default_provider(),
            Some(name) => ProviderName::from_name(name).ok_or_else(|| unknown(name))?,
        };
        match name {
            ProviderName::Demo => Ok(Box::new(Demo)),
            ProviderName::Anthropic => Ok(Box::new(self.anthropic(settings)?)),
        }
    }

    fn anthropic(&self, settings: &ModelSettings) -> Result<Anthropic, ProviderError> {
        let key = settings.api_key.as_ref().or_else(|| self.config.api_key());
        let vendor = &vendor::ANTHROPIC;
        let endpoint = Endpoint {
            vendor,
            base_url: settings.base_url.clone().unwrap_or_else(|| self.config.anthropic_base_url.clone()),
            api_key: Some(key.cloned().ok_or(ProviderError::ApiKeyMissing { vendor })?),
            retry_delay: self.config.retry_delay(),
        };
        let model = settings.model.clone().unwrap_or_else(|| self.config.anthropic_model.clone());
        Ok(Anthropic::new(self.http.clone(), endpoint, model, self.dialects.clone()))
    }
}

fn unknown(name: &str) -> ProviderError {
    ProviderError::UnknownProvider { name: name.to_owned(), known: "'anthropic', 'demo'".to_owned() }
}
