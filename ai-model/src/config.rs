//! What the service is told when it starts.

use std::convert::Infallible;
use std::time::Duration;

use protocol::secret::Secret;
use url::Url;

/// The model that speaks when nothing else is said.
pub const DEFAULT_ANTHROPIC_MODEL: &str = "claude-opus-5-5";
/// The vendor's own address.
pub const DEFAULT_ANTHROPIC_BASE_URL: &str = "https://api.anthropic.com";

/// What the model service is told when it starts.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "ai-model")]
pub struct Config {
    /// Anthropic's API key; with it Claude is the default model. Better given in the environment
    #[arg(long, env = "ANTHROPIC_API_KEY", hide_env_values = true, value_parser = parse_secret)]
    pub anthropic_api_key: Option<Secret>,

    /// Address of Anthropic's Messages API
    #[arg(long, env = "ANTHROPIC_BASE_URL", default_value = DEFAULT_ANTHROPIC_BASE_URL,
        value_parser = parse_base_url)]
    pub anthropic_base_url: Url,

    /// The Claude model that speaks when a request names none
    #[arg(long, env = "ANTHROPIC_MODEL", default_value = DEFAULT_ANTHROPIC_MODEL, value_parser = parse_model)]
    pub anthropic_model: String,

    /// Who speaks when a request names nobody [default: anthropic with a key, else demo]
    #[arg(long = "ai-model-provider", env = "AI_MODEL_PROVIDER")]
    pub provider: Option<ProviderName>,

    /// Milliseconds before the first retry of a failed model request; each further one waits twice as long
    #[arg(long = "ai-model-retry-delay-ms", env = "AI_MODEL_RETRY_DELAY_MS", default_value_t = 500)]
    pub retry_delay_ms: u64,

    /// Milliseconds of silence after which the connection to a model counts as dead
    #[arg(long = "ai-model-idle-timeout-ms", env = "AI_MODEL_IDLE_TIMEOUT_MS", default_value_t = 90_000)]
    pub idle_timeout_ms: u64,
}

/// A provider by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ProviderName {
    /// Anthropic's Claude.
    Anthropic,
    /// The demo: no key, no network, no intelligence.
    Demo,
}

impl ProviderName {
    /// The name, as requests and transcripts write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::Demo => "demo",
        }
    }

    /// The provider with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Anthropic, Self::Demo].into_iter().find(|provider| provider.as_str() == name)
    }
}

impl Config {
    /// The key, when one was given. An empty variable is no key.
    #[must_use]
    pub fn api_key(&self) -> Option<&Secret> {
        self.anthropic_api_key.as_ref().filter(|key| !key.expose().trim().is_empty())
    }

    /// Who speaks when a request names nobody.
    #[must_use]
    pub fn default_provider(&self) -> ProviderName {
        match (self.provider, self.api_key()) {
            (Some(provider), _) => provider,
            (None, Some(_)) => ProviderName::Anthropic,
            (None, None) => ProviderName::Demo,
        }
    }

    /// How long to wait before the first retry.
    #[must_use]
    pub fn retry_delay(&self) -> Duration {
        Duration::from_millis(self.retry_delay_ms)
    }

    /// How long a model may say nothing, not even that it is still there.
    #[must_use]
    pub fn idle_timeout(&self) -> Duration {
        Duration::from_millis(self.idle_timeout_ms)
    }
}

fn parse_secret(text: &str) -> Result<Secret, Infallible> {
    Ok(Secret::new(text.trim()))
}

/// An empty variable, as a settings file leaves it, is none.
fn parse_base_url(text: &str) -> Result<Url, url::ParseError> {
    let text = text.trim();
    if text.is_empty() { DEFAULT_ANTHROPIC_BASE_URL.parse() } else { text.parse() }
}

fn parse_model(text: &str) -> Result<String, Infallible> {
    let text = text.trim();
    Ok(if text.is_empty() { DEFAULT_ANTHROPIC_MODEL } else { text }.to_owned())
}
