//! Creates the provider that a request names.

use std::sync::Arc;

use protocol::models::{ConfiguredModels, ConfiguredProvider, ModelFacts};
use protocol::named_model::NamedModel;
use protocol::network::Network;
use protocol::run::ModelSettings;
use redact::Lifetime;

use super::anthropic::Anthropic;
use super::config::{Config, ProviderName, VendorSettings};
use super::demo::{self, Demo};
use super::gemini::Gemini;
use super::http::address::LearnedAddresses;
use super::http::client::client;
use super::http::endpoint::Endpoint;
use super::http::retry::Persistence;
use super::openai::OpenAi;
use super::openai_compatible::{LearnedRefusals, OpenAiCompatible};
use super::platform::chosen::{self, Chosen};
use super::platform::google::Tokens;
use super::provider::ModelProvider;
use super::shared::attachments::RefusedDocuments;
use super::{ModelError, anthropic, gemini, openai, openai_compatible};
use crate::metrics::VendorMetrics;

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
    http: outbound::Client,
    claude: anthropic::Learned,
    gemini: gemini::Learned,
    refusals: LearnedRefusals,
    refused_documents: RefusedDocuments,
    addresses: LearnedAddresses,
    tokens: Tokens,
    metrics: VendorMetrics,
}

impl ModelProviders {
    /// Providers with these defaults, whose requests are counted.
    ///
    /// # Errors
    /// When the HTTP client can't be set up.
    pub fn new(config: Config, metrics: VendorMetrics) -> Result<Self, reqwest::Error> {
        let http = client()?;
        let config = Arc::new(config);
        Ok(Self {
            config,
            http,
            claude: anthropic::Learned::default(),
            gemini: gemini::Learned::default(),
            refusals: LearnedRefusals::default(),
            refused_documents: RefusedDocuments::default(),
            addresses: LearnedAddresses::default(),
            tokens: Tokens::default(),
            metrics,
        })
    }

    /// The provider that a request names.
    ///
    /// # Errors
    /// When it does not exist, or lacks a required setting.
    pub fn select(&self, settings: &ModelSettings) -> Result<Box<dyn ModelProvider>, ModelError> {
        self.select_with(settings, Persistence::Last)
    }

    /// The provider that a request names, which asks again this persistently.
    ///
    /// # Errors
    /// As [`Self::select`].
    pub fn select_with(
        &self,
        settings: &ModelSettings,
        persistence: Persistence,
    ) -> Result<Box<dyn ModelProvider>, ModelError> {
        let name = match settings.provider.as_deref() {
            None => self.config.default_provider(),
            Some(name) => ProviderName::from_name(name).ok_or_else(|| unknown(name))?,
        };
        let Some(own) = self.config.vendor_settings(name) else { return Ok(Box::new(Demo)) };
        let endpoint = match self.platform(name.as_str(), settings)? {
            Some(chosen) => self.endpoint_of(chosen, settings),
            None => self.endpoint(&own, settings)?,
        };
        let endpoint = Endpoint { persistence, ..endpoint };
        let platform = endpoint.signer.as_ref().map(|signer| signer.platform().clone());
        let model = settings.model.as_deref().or(own.model).map(str::to_owned);
        let model = model.ok_or(ModelError::ModelMissing { vendor: endpoint.vendor })?;
        let effort = settings.effort;
        Ok(match name {
            ProviderName::Anthropic => {
                let anthropic::Settings { fallbacks, cache_diagnostics, compaction, .. } =
                    &self.config.anthropic;
                let claude = Anthropic::new(require_key(endpoint)?, model, effort, self.claude.clone());
                let claude = claude.on(platform).compacting(compaction.unwrap_or_default());
                Box::new(claude.with_fallbacks(fallbacks.clone()).diagnosing_cache(*cache_diagnostics))
            }
            ProviderName::OpenAi => {
                let compression = self.config.openai.image_context_compression;
                let openai = OpenAi::new(require_key(endpoint)?, model, effort, compression);
                Box::new(openai.remembering(self.refused_documents.clone()))
            }
            ProviderName::Gemini => {
                let detects_injections = self.config.gemini.prompt_injection_detection;
                let gemini = Gemini::new(require_key(endpoint)?, model, effort, self.gemini.clone());
                Box::new(gemini.on(platform).detecting_injections(detects_injections))
            }
            ProviderName::OpenAiCompatible => {
                Box::new(OpenAiCompatible::new(endpoint, model, effort, self.refusals.clone()))
            }
            ProviderName::Demo => Box::new(Demo),
        })
    }

    /// The model that a request names, as far as the request and the configuration say.
    #[must_use]
    pub fn name_of(&self, settings: &ModelSettings) -> NamedModel {
        let name = settings
            .provider
            .as_deref()
            .map_or(Some(self.config.default_provider()), ProviderName::from_name);
        let own = name.map(|name| self.config.vendor_settings(name));
        let usual = own.and_then(|own| own.map_or(Some(demo::MODEL), |own| own.model));
        let provider = name.map(ProviderName::as_str).or(settings.provider.as_deref());
        NamedModel {
            provider: provider.unwrap_or_default().to_owned(),
            model: settings.model.as_deref().or(usual).unwrap_or_default().to_owned(),
            connection: settings.connection.clone(),
        }
    }

    /// Asks a server for its models.
    ///
    /// # Errors
    /// When it can't be asked, or refuses.
    pub async fn offered(&self, settings: ModelSettings) -> Result<Vec<ModelFacts>, ModelError> {
        // No model has to be chosen to ask which there are.
        let model = settings.model.or_else(|| Some(String::new()));
        self.select(&ModelSettings { model, ..settings })?.offered().await
    }

    /// The models that the configuration has keys or addresses for; the demo in any case.
    #[must_use]
    pub fn configured(&self) -> ConfiguredModels {
        let is_set = |name: &ProviderName| self.config.is_configured(*name);
        ConfiguredModels {
            default: self.config.default_provider().as_str().to_owned(),
            providers: ProviderName::ALL.into_iter().filter(is_set).map(|name| self.of(name)).collect(),
        }
    }

    fn of(&self, name: ProviderName) -> ConfiguredProvider {
        let settings = self.config.vendor_settings(name);
        let (assistant_name, examples) = settings
            .map_or((demo::ASSISTANT_NAME, demo::EXAMPLES), |own| (own.vendor.assistant_name, EXAMPLES));
        let model = match settings {
            Some(own) => own.model.map(str::to_owned),
            None => Some(demo::MODEL.to_owned()),
        };
        let mut models = known(name);
        if let Some(configured) = model.as_ref() {
            models.sort_by_key(|facts| facts.id != *configured);
            if models.first().is_none_or(|first| first.id != *configured) {
                models.insert(0, facts_of(name, configured));
            }
        }
        ConfiguredProvider {
            provider: name.as_str().to_owned(),
            assistant_name: assistant_name.to_owned(),
            example_prompts: examples.map(str::to_owned).to_vec(),
            model,
            models,
        }
    }

    /// The model of requests that name none.
    #[must_use]
    pub fn default_model(&self) -> DefaultModel {
        let provider = self.config.default_provider();
        match self.config.vendor_settings(provider) {
            Some(VendorSettings { vendor, model, .. }) => DefaultModel {
                provider,
                model: model.unwrap_or_default().to_owned(),
                assistant_name: vendor.assistant_name,
                example_prompts: EXAMPLES,
            },
            None => DefaultModel {
                provider,
                model: demo::MODEL.to_owned(),
                assistant_name: demo::ASSISTANT_NAME,
                example_prompts: demo::EXAMPLES,
            },
        }
    }

    /// The address and the key for a request. The configured key is only ever sent to the configured address.
    fn endpoint(&self, own: &VendorSettings<'_>, settings: &ModelSettings) -> Result<Endpoint, ModelError> {
        let vendor = if settings.connection.is_some() { own.by_connection } else { own.vendor };
        let base_url = settings.base_url.as_ref().or(own.base_url);
        let base_url = base_url.ok_or(ModelError::AddressMissing { vendor })?;
        // Nor is it used for a connection of somebody's, even to the same address.
        let is_configured = Some(base_url) == own.base_url && settings.connection.is_none();
        let own_key = own.api_key.filter(|_| is_configured);
        let api_key = settings.api_key.as_ref().or(own_key).cloned();
        if let Some(key) = &settings.api_key {
            redact::process().learn(key.expose(), Lifetime::Transient);
        }
        // The configured address may be any, and an address of the request's own is no better for being the same.
        let network = settings.base_url.as_ref().map_or(Network::Any, |_| settings.network.clone());
        Ok(Endpoint {
            vendor,
            http: self.http.clone(),
            network,
            base_url: base_url.clone(),
            addresses: self.addresses.clone(),
            api_key,
            signer: None,
            retry_delay: self.config.retry_delay(),
            persistence: Persistence::Last,
            patience: self.config.patience(vendor),
            metrics: self.metrics.clone(),
        })
    }

    /// The platform that is asked for a request; `None`: the vendor itself is.
    fn platform(&self, provider: &str, settings: &ModelSettings) -> Result<Option<Chosen>, ModelError> {
        if let Some(platform) = &settings.platform {
            return chosen::by_request(provider, platform, settings, &self.tokens).map(Some);
        }
        // A request with an address or a key of its own means the vendor's API.
        let is_own =
            settings.connection.is_some() || settings.base_url.is_some() || settings.api_key.is_some();
        match self.config.platforms.of(provider).filter(|_| !is_own) {
            Some(configured) => chosen::by_environment(provider, configured, &self.tokens).map(Some),
            None => Ok(None),
        }
    }

    fn endpoint_of(&self, chosen: Chosen, settings: &ModelSettings) -> Endpoint {
        let Chosen { vendor, address, cloud } = chosen;
        let network = settings.platform.as_ref().map_or(Network::Any, |_| settings.network.clone());
        Endpoint {
            vendor,
            http: self.http.clone(),
            network,
            base_url: address,
            addresses: self.addresses.clone(),
            api_key: None,
            signer: Some(cloud),
            retry_delay: self.config.retry_delay(),
            persistence: Persistence::Last,
            patience: self.config.patience(vendor),
            metrics: self.metrics.clone(),
        }
    }
}

/// The models of a provider that are known without asking.
fn known(name: ProviderName) -> Vec<ModelFacts> {
    let facts = |id: &'static str| facts_of(name, id);
    match name {
        ProviderName::Anthropic => anthropic::models::names().map(facts).collect(),
        ProviderName::OpenAi => openai::model_names().map(facts).collect(),
        ProviderName::Gemini => gemini::model_names().map(facts).collect(),
        ProviderName::OpenAiCompatible | ProviderName::Demo => Vec::new(),
    }
}

/// What is known about a model without asking.
fn facts_of(name: ProviderName, model: &str) -> ModelFacts {
    match name {
        ProviderName::Anthropic => anthropic::facts(model),
        ProviderName::OpenAi => openai::facts(model),
        ProviderName::Gemini => gemini::facts(model),
        ProviderName::OpenAiCompatible => openai_compatible::facts(model),
        ProviderName::Demo => demo::facts(),
    }
}

fn require_key(endpoint: Endpoint) -> Result<Endpoint, ModelError> {
    match (&endpoint.api_key, &endpoint.signer) {
        (Some(_), _) | (_, Some(_)) => Ok(endpoint),
        (None, None) => Err(ModelError::ApiKeyMissing { vendor: endpoint.vendor }),
    }
}

fn unknown(name: &str) -> ModelError {
    let known = ProviderName::ALL.map(|name| format!("'{}'", name.as_str())).join(", ");
    ModelError::UnknownProvider { name: name.to_owned(), known }
}
