//! Creates the provider that a request names.

use std::sync::Arc;

use protocol::run::ModelSettings;
use protocol::secret::Secret;
use url::Url;

use super::ModelError;
use super::anthropic::{self, Anthropic, DialectMemory};
use super::config::{Config, ProviderName};
use super::demo::{self, Demo};
use super::gemini::{self, Gemini};
use super::http::client::client;
use super::http::endpoint::Endpoint;
use super::openai::{self, OpenAi};
use super::openai_compatible::{self, OpenAiCompatible, Refusals};
use super::provider::ModelProvider;
use super::shared::vendor::Vendor;

/// Requests to a model, as examples for new users.
const EXAMPLES: [&str; 3] = [
    "Open the terminal and tell me which processes use the most memory",
    "Make a CSV with the first 20 prime numbers and their squares in ~/Outputs, then open it in the text editor",
    "Open the browser and take a screenshot of the page it shows",
];

/// The model of requests that name none.
#[derive(Debug, Clone)]
pub struct DefaultModel {
    /// Its provider.
    pub provider: ProviderName,
    /// The vendor's id of the model.
    pub model: String,
    /// The assistant's name.
    pub assistant_name: &'static str,
    /// Requests as examples for new users.
    pub example_prompts: [&'static str; 3],
}

/// Creates providers. Holds what they share between requests, and the defaults of requests.
#[derive(Debug, Clone)]
pub struct ModelProviders {
    config: Arc<Config>,
    http: reqwest::Client,
    dialects: DialectMemory,
    refusals: Refusals,
}

impl ModelProviders {
    /// Providers with these defaults.
    ///
    /// # Errors
    /// When the HTTP client can't be set up.
    pub fn new(config: Config) -> Result<Self, reqwest::Error> {
        let http = client(config.idle_timeout())?;
        let config = Arc::new(config);
        Ok(Self { config, http, dialects: DialectMemory::default(), refusals: Refusals::default() })
    }

    /// The provider that a request names.
    ///
    /// # Errors
    /// When it does not exist, or lacks a required setting.
    pub fn select(&self, settings: &ModelSettings) -> Result<Box<dyn ModelProvider>, ModelError> {
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

    /// The model of requests that name none.
    #[must_use]
    pub fn default_model(&self) -> DefaultModel {
        let Config { anthropic, openai, gemini, openai_compatible, .. } = &*self.config;
        let provider = self.config.default_provider();
        let (model, assistant_name) = match provider {
            ProviderName::Anthropic => (anthropic.model.clone(), anthropic::VENDOR.assistant_name),
            ProviderName::OpenAi => (openai.model.clone(), openai::VENDOR.assistant_name),
            ProviderName::Gemini => (gemini.model.clone(), gemini::VENDOR.assistant_name),
            ProviderName::OpenAiCompatible => {
                let model = openai_compatible.model.clone().unwrap_or_default();
                (model, openai_compatible::VENDOR.assistant_name)
            }
            ProviderName::Demo => (demo::MODEL.to_owned(), demo::ASSISTANT_NAME),
        };
        let example_prompts = if provider == ProviderName::Demo { demo::EXAMPLES } else { EXAMPLES };
        DefaultModel { provider, model, assistant_name, example_prompts }
    }

    fn anthropic(&self, settings: &ModelSettings) -> Result<Anthropic, ModelError> {
        let own = &self.config.anthropic;
        let endpoint =
            self.endpoint(&anthropic::VENDOR, settings, own.api_key.as_ref(), Some(&own.base_url))?;
        let model = settings.model.clone().unwrap_or_else(|| own.model.clone());
        Ok(Anthropic::new(self.http.clone(), require_key(endpoint)?, model, self.dialects.clone()))
    }

    fn openai(&self, settings: &ModelSettings) -> Result<OpenAi, ModelError> {
        let own = &self.config.openai;
        let endpoint = self.endpoint(&openai::VENDOR, settings, own.api_key.as_ref(), Some(&own.base_url))?;
        let model = settings.model.clone().unwrap_or_else(|| own.model.clone());
        Ok(OpenAi::new(self.http.clone(), require_key(endpoint)?, model))
    }

    fn gemini(&self, settings: &ModelSettings) -> Result<Gemini, ModelError> {
        let own = &self.config.gemini;
        let endpoint = self.endpoint(&gemini::VENDOR, settings, own.api_key.as_ref(), Some(&own.base_url))?;
        let model = settings.model.clone().unwrap_or_else(|| own.model.clone());
        Ok(Gemini::new(self.http.clone(), require_key(endpoint)?, model))
    }

    fn openai_compatible(&self, settings: &ModelSettings) -> Result<OpenAiCompatible, ModelError> {
        let vendor = &openai_compatible::VENDOR;
        let own = &self.config.openai_compatible;
        let endpoint = self.endpoint(vendor, settings, own.api_key.as_ref(), own.base_url.as_ref())?;
        let model = settings.model.clone().or_else(|| own.model.clone());
        let model = model.ok_or(ModelError::ModelMissing { vendor })?;
        Ok(OpenAiCompatible::new(self.http.clone(), endpoint, model, self.refusals.clone()))
    }

    /// The address and the key for a request. The configured key is only ever sent to the configured address.
    fn endpoint(
        &self,
        vendor: &'static Vendor,
        settings: &ModelSettings,
        own_key: Option<&Secret>,
        own_url: Option<&Url>,
    ) -> Result<Endpoint, ModelError> {
        let base_url = settings.base_url.as_ref().or(own_url);
        let base_url = base_url.ok_or(ModelError::AddressMissing { vendor })?;
        let own_key = own_key.filter(|_| Some(base_url) == own_url);
        let api_key = settings.api_key.as_ref().or(own_key).cloned();
        Ok(Endpoint { vendor, base_url: base_url.clone(), api_key, retry_delay: self.config.retry_delay() })
    }
}

fn require_key(endpoint: Endpoint) -> Result<Endpoint, ModelError> {
    match endpoint.api_key {
        Some(_) => Ok(endpoint),
        None => Err(ModelError::ApiKeyMissing { vendor: endpoint.vendor }),
    }
}

fn unknown(name: &str) -> ModelError {
    let known = ProviderName::ALL.map(|name| format!("'{}'", name.as_str())).join(", ");
    ModelError::UnknownProvider { name: name.to_owned(), known }
}
