//! The configuration of the model service.

use std::time::Duration;

use super::{anthropic, demo, gemini, openai, openai_compatible};

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

    /// The provider to use when a request names none [default: the first of these that has a key or an address, else demo]
    #[arg(long = "ai-model-provider", env = "AI_MODEL_PROVIDER")]
    pub provider: Option<ProviderName>,

    /// Milliseconds before the first retry of a failed model request; each further one waits twice as long
    #[arg(long = "ai-model-retry-delay-ms", env = "AI_MODEL_RETRY_DELAY_MS", default_value_t = 500)]
    pub retry_delay_ms: u64,

    /// Milliseconds of silence after which the connection to a model counts as dead
    #[arg(long = "ai-model-idle-timeout-ms", env = "AI_MODEL_IDLE_TIMEOUT_MS", default_value_t = 90_000)]
    pub idle_timeout_ms: u64,
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

impl Config {
    /// The provider of requests that name none.
    #[must_use]
    pub fn default_provider(&self) -> ProviderName {
        let can_speak = |name: &ProviderName| match name {
            ProviderName::Anthropic => self.anthropic.api_key.is_some(),
            ProviderName::OpenAi => self.openai.api_key.is_some(),
            ProviderName::Gemini => self.gemini.api_key.is_some(),
            ProviderName::OpenAiCompatible => self.openai_compatible.base_url.is_some(),
            ProviderName::Demo => true,
        };
        let first = || ProviderName::ALL.into_iter().find(can_speak).unwrap_or(ProviderName::Demo);
        self.provider.unwrap_or_else(first)
    }

    /// The delay before the first retry.
    #[must_use]
    pub fn retry_delay(&self) -> Duration {
        Duration::from_millis(self.retry_delay_ms)
    }

    /// How long the connection to a model may be silent before it counts as dead.
    #[must_use]
    pub fn idle_timeout(&self) -> Duration {
        Duration::from_millis(self.idle_timeout_ms)
    }
}
