//! The configuration of the model service.

use std::time::Duration;

use protocol::secret::Secret;
use url::Url;

use super::http::patience::Patience;
use super::shared::setting::{Setting, optional_number};
use super::shared::vendor::Vendor;
use super::{anthropic, demo, gemini, openai, openai_compatible, platform};

/// The configuration of the model service.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "ai-model")]
pub struct Config {
    /// Anthropic.
    #[command(flatten)]
    pub anthropic: anthropic::Settings,

    /// OpenAI.
    #[command(flatten)]
    pub openai: openai::Settings,

    /// Gemini.
    #[command(flatten)]
    pub gemini: gemini::Settings,

    /// A server with the Chat Completions API.
    #[command(flatten)]
    pub openai_compatible: openai_compatible::Settings,

    /// The clouds that serve models in their vendors' stead.
    #[command(flatten)]
    pub platforms: platform::settings::Settings,

    /// The provider to use when a request names none [default: the first of these that has a key or an address, else demo]
    #[arg(long = "ai-model-provider", env = "AI_MODEL_PROVIDER")]
    pub provider: Option<ProviderName>,

    /// Milliseconds before the first retry of a failed model request; each further one waits twice as long
    #[arg(long = "ai-model-retry-delay-ms", env = "AI_MODEL_RETRY_DELAY_MS", default_value_t = 500)]
    pub retry_delay_ms: u64,

    /// Milliseconds of silence after which the connection to a model counts as dead
    #[arg(long = "ai-model-idle-timeout-ms", env = "AI_MODEL_IDLE_TIMEOUT_MS", default_value_t = 90_000)]
    pub idle_timeout_ms: u64,

    /// Milliseconds that a model may be silent before its answer begins [default: 600000 for a server with the Chat
    /// Completions API, else as above]
    #[arg(id = "AI_MODEL_FIRST_BYTE_TIMEOUT_MS", long = "ai-model-first-byte-timeout-ms",
        env = "AI_MODEL_FIRST_BYTE_TIMEOUT_MS", default_value = "", hide_default_value = true,
        value_parser = optional_number)]
    pub first_byte_timeout_ms: Setting<u64>,

    /// Log each request to the model service
    #[arg(id = "ai_model_access_log", long, env = telemetry::access_log::VARIABLE)]
    pub access_log: bool,
}

/// The providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ProviderName {
    /// Anthropic's Claude.
    Anthropic,
    /// OpenAI's models with its computer tool.
    #[value(name = "openai")]
    OpenAi,
    /// Google's Gemini with its computer use.
    Gemini,
    /// Any server with the Chat Completions API.
    #[value(name = "openai-compatible")]
    OpenAiCompatible,
    /// The demo: no key, no network, no AI.
    Demo,
}

impl ProviderName {
    /// Every provider, the best one first.
    pub const ALL: [Self; 5] =
        [Self::Anthropic, Self::OpenAi, Self::Gemini, Self::OpenAiCompatible, Self::Demo];

    /// The name in requests and transcripts.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anthropic => anthropic::PROVIDER,
            Self::OpenAi => openai::PROVIDER,
            Self::Gemini => gemini::PROVIDER,
            Self::OpenAiCompatible => openai_compatible::PROVIDER,
            Self::Demo => demo::PROVIDER,
        }
    }

    /// The provider with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.as_str() == name)
    }
}

/// The settings that all vendors share.
#[derive(Debug, Clone, Copy)]
pub(super) struct VendorSettings<'a> {
    pub(super) vendor: &'static Vendor,
    /// The same, for requests by a model connection.
    pub(super) by_connection: &'static Vendor,
    pub(super) api_key: Option<&'a Secret>,
    pub(super) base_url: Option<&'a Url>,
    pub(super) model: Option<&'a str>,
}

impl Config {
    /// The keys.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let own = ProviderName::ALL.into_iter().filter_map(move |name| self.vendor_settings(name)?.api_key);
        own.chain(self.platforms.secrets())
    }

    /// The settings of a provider's vendor; `None` for the demo, which has none.
    pub(super) fn vendor_settings(&self, provider: ProviderName) -> Option<VendorSettings<'_>> {
        let (vendor, by_connection, api_key, base_url, model) = match provider {
            ProviderName::Anthropic => {
                let anthropic::Settings { api_key, base_url, model, .. } = &self.anthropic;
                (&anthropic::VENDOR, &anthropic::BY_CONNECTION, api_key, Some(base_url), Some(model))
            }
            ProviderName::OpenAi => {
                let openai::Settings { api_key, base_url, model, .. } = &self.openai;
                (&openai::VENDOR, &openai::BY_CONNECTION, api_key, Some(base_url), Some(model))
            }
            ProviderName::Gemini => {
                let gemini::Settings { api_key, base_url, model, .. } = &self.gemini;
                (&gemini::VENDOR, &gemini::BY_CONNECTION, api_key, Some(base_url), Some(model))
            }
            ProviderName::OpenAiCompatible => {
                let openai_compatible::Settings { api_key, base_url, model } = &self.openai_compatible;
                (
                    &openai_compatible::VENDOR,
                    &openai_compatible::BY_CONNECTION,
                    api_key,
                    base_url.as_ref(),
                    model.as_ref(),
                )
            }
            ProviderName::Demo => return None,
        };
        let (api_key, model) = (api_key.as_ref(), model.map(String::as_str));
        Some(VendorSettings { vendor, by_connection, api_key, base_url, model })
    }

    /// Whether a provider has a key, or an address if it needs no key. The demo needs nothing.
    pub(super) fn is_configured(&self, name: ProviderName) -> bool {
        // What is missing is told when the platform is asked.
        if self.platforms.of(name.as_str()).is_some() {
            return true;
        }
        match (name, self.vendor_settings(name)) {
            (ProviderName::OpenAiCompatible, Some(settings)) => settings.base_url.is_some(),
            (_, Some(settings)) => settings.api_key.is_some(),
            (_, None) => true,
        }
    }

    /// The provider of requests that name none.
    #[must_use]
    pub fn default_provider(&self) -> ProviderName {
        let is_configured = |name: &ProviderName| self.is_configured(*name);
        let first = || ProviderName::ALL.into_iter().find(is_configured).unwrap_or(ProviderName::Demo);
        self.provider.unwrap_or_else(first)
    }

    /// The address of the server that requests go to if they name no provider; `None` for the demo.
    #[must_use]
    pub fn default_address(&self) -> Option<Url> {
        let provider = self.default_provider();
        match self.platforms.of(provider.as_str()) {
            Some(set) => set.address.or_else(|| set.platform.usual_address()?.parse().ok()),
            None => self.vendor_settings(provider)?.base_url.cloned(),
        }
    }

    /// The delay before the first retry.
    #[must_use]
    pub fn retry_delay(&self) -> Duration {
        Duration::from_millis(self.retry_delay_ms)
    }

    /// How long a vendor's answers are waited for.
    #[must_use]
    pub(super) fn patience(&self, vendor: &Vendor) -> Patience {
        let silence = Duration::from_millis(self.idle_timeout_ms);
        let set = self.first_byte_timeout_ms.map(Duration::from_millis);
        Patience { first_byte: set.or(vendor.first_byte).unwrap_or(silence), silence }
    }
}
