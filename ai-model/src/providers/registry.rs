//! Makes the provider that a request asks for.

use std::sync::Arc;

use protocol::run::ModelSettings;
use protocol::secret::Secret;
use url::Url;

use super::ProviderError;
use super::anthropic::{Anthropic, DialectMemory};
use super::config::{Config, ProviderName};
use super::demo::Demo;
use super::gemini::Gemini;
use super::http::client::client;
use super::http::endpoint::Endpoint;
use super::openai::OpenAi;
use super::openai_compatible::{OpenAiCompatible, Refusals};
use super::provider::Provider;
use super::shared::vendor::{ANTHROPIC, COMPATIBLE, GOOGLE, OPENAI, Vendor};

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
        let http = client(config.idle_timeout())?;
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
        let endpoint = needing_a_key(self.endpoint(&ANTHROPIC, settings, own)?)?;
        let model = settings.model.clone().unwrap_or_else(|| config.anthropic_model.clone());
        Ok(Anthropic::new(self.http.clone(), endpoint, model, self.dialects.clone()))
    }

    fn openai(&self, settings: &ModelSettings) -> Result<OpenAi, ProviderError> {
        let config = &self.config;
        let own = Own { key: config.openai_api_key.as_ref(), url: Some(&config.openai_base_url) };
        let endpoint = needing_a_key(self.endpoint(&OPENAI, settings, own)?)?;
        let model = settings.model.clone().unwrap_or_else(|| config.openai_model.clone());
        Ok(OpenAi::new(self.http.clone(), endpoint, model))
    }

    fn gemini(&self, settings: &ModelSettings) -> Result<Gemini, ProviderError> {
        let config = &self.config;
        let own = Own { key: config.gemini_api_key.as_ref(), url: Some(&config.gemini_base_url) };
        let endpoint = needing_a_key(self.endpoint(&GOOGLE, settings, own)?)?;
        let model = settings.model.clone().unwrap_or_else(|| config.gemini_model.clone());
        Ok(Gemini::new(self.http.clone(), endpoint, model))
    }

    fn openai_compatible(&self, settings: &ModelSettings) -> Result<OpenAiCompatible, ProviderError> {
        let config = &self.config;
        let key = config.openai_compatible_api_key.as_ref();
        let own = Own { key, url: config.openai_compatible_base_url.as_ref() };
        let endpoint = self.endpoint(&COMPATIBLE, settings, own)?;
        let model = settings.model.clone().or_else(|| config.openai_compatible_model.clone());
        let model = model.ok_or(ProviderError::ModelMissing { vendor: &COMPATIBLE })?;
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
