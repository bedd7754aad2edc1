//! What the service is told when it starts.

use std::convert::Infallible;
use std::time::Duration;

use protocol::secret::Secret;
use url::Url;

/// The Claude model that speaks when nothing else is said.
pub const DEFAULT_ANTHROPIC_MODEL: &str = "claude-opus-5-5";
/// Anthropic's own address.
pub const DEFAULT_ANTHROPIC_BASE_URL: &str = "https://api.anthropic.com";
/// The OpenAI model that speaks when nothing else is said.
pub const DEFAULT_OPENAI_MODEL: &str = "gpt-5.5";
/// OpenAI's own address.
pub const DEFAULT_OPENAI_BASE_URL: &str = "https://api.openai.com/v1";
/// The Gemini model that speaks when nothing else is said.
pub const DEFAULT_GEMINI_MODEL: &str = "gemini-3.5-flash";
/// Google's own address.
pub const DEFAULT_GEMINI_BASE_URL: &str = "https://generativelanguage.googleapis.com";

/// What may be left out or empty, as a settings file leaves it.
type Setting<T> = Option<T>;

/// What the model service is told when it starts.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "ai-model")]
pub struct Config {
    /// Anthropic's API key; with it Claude is the default model. Better given in the environment
    #[arg(long, env = "ANTHROPIC_API_KEY", hide_env_values = true, default_value = "",
        hide_default_value = true, value_parser = secret)]
    pub anthropic_api_key: Setting<Secret>,

    /// Address of Anthropic's Messages API
    #[arg(long, env = "ANTHROPIC_BASE_URL", default_value = DEFAULT_ANTHROPIC_BASE_URL,
        value_parser = |text: &str| url_or(text, DEFAULT_ANTHROPIC_BASE_URL))]
    pub anthropic_base_url: Url,

    /// The Claude model that speaks when a request names none
    #[arg(long, env = "ANTHROPIC_MODEL", default_value = DEFAULT_ANTHROPIC_MODEL,
        value_parser = |text: &str| text_or(text, DEFAULT_ANTHROPIC_MODEL))]
    pub anthropic_model: String,

    /// OpenAI's API key. Better given in the environment
    #[arg(long, env = "OPENAI_API_KEY", hide_env_values = true, default_value = "",
        hide_default_value = true, value_parser = secret)]
    pub openai_api_key: Setting<Secret>,

    /// Address of OpenAI's Responses API
    #[arg(long, env = "OPENAI_BASE_URL", default_value = DEFAULT_OPENAI_BASE_URL,
        value_parser = |text: &str| url_or(text, DEFAULT_OPENAI_BASE_URL))]
    pub openai_base_url: Url,

    /// The OpenAI model that speaks when a request names none
    #[arg(long, env = "OPENAI_MODEL", default_value = DEFAULT_OPENAI_MODEL,
        value_parser = |text: &str| text_or(text, DEFAULT_OPENAI_MODEL))]
    pub openai_model: String,

    /// Google's API key for Gemini. Better given in the environment
    #[arg(long, env = "GEMINI_API_KEY", hide_env_values = true, default_value = "",
        hide_default_value = true, value_parser = secret)]
    pub gemini_api_key: Setting<Secret>,

    /// Address of Google's Gemini API
    #[arg(long, env = "GEMINI_BASE_URL", default_value = DEFAULT_GEMINI_BASE_URL,
        value_parser = |text: &str| url_or(text, DEFAULT_GEMINI_BASE_URL))]
    pub gemini_base_url: Url,

    /// The Gemini model that speaks when a request names none
    #[arg(long, env = "GEMINI_MODEL", default_value = DEFAULT_GEMINI_MODEL,
        value_parser = |text: &str| text_or(text, DEFAULT_GEMINI_MODEL))]
    pub gemini_model: String,

    /// Key of a server with the Chat Completions API, where it needs one. Better given in the environment
    #[arg(long, env = "OPENAI_COMPATIBLE_API_KEY", hide_env_values = true, default_value = "",
        hide_default_value = true, value_parser = secret)]
    pub openai_compatible_api_key: Setting<Secret>,

    /// Address of a server with the Chat Completions API, such as <http://localhost:11434/v1>
    #[arg(long, env = "OPENAI_COMPATIBLE_BASE_URL", default_value = "", hide_default_value = true,
        value_parser = optional_url)]
    pub openai_compatible_base_url: Setting<Url>,

    /// The model of that server that speaks when a request names none
    #[arg(long, env = "OPENAI_COMPATIBLE_MODEL", default_value = "", hide_default_value = true,
        value_parser = optional_text)]
    pub openai_compatible_model: Setting<String>,

    /// Who speaks when a request names nobody [default: the first of these that has a key or an address, else demo]
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
    /// OpenAI's models with its computer tool.
    #[value(name = "openai")]
    OpenAi,
    /// Google's Gemini with its computer use.
    Gemini,
    /// Any server with the Chat Completions API.
    #[value(name = "openai-compatible")]
    OpenAiCompatible,
    /// The demo: no key, no network, no intelligence.
    Demo,
}

impl ProviderName {
    /// Every provider, the best one first.
    pub const ALL: [Self; 5] =
        [Self::Anthropic, Self::OpenAi, Self::Gemini, Self::OpenAiCompatible, Self::Demo];

    /// The name, as requests and transcripts write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::OpenAi => "openai",
            Self::Gemini => "gemini",
            Self::OpenAiCompatible => "openai-compatible",
            Self::Demo => "demo",
        }
    }

    /// The provider with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.as_str() == name)
    }
}

impl Config {
    /// Who speaks when a request names nobody.
    #[must_use]
    pub fn default_provider(&self) -> ProviderName {
        let can_speak = |name: &ProviderName| match name {
            ProviderName::Anthropic => self.anthropic_api_key.is_some(),
            ProviderName::OpenAi => self.openai_api_key.is_some(),
            ProviderName::Gemini => self.gemini_api_key.is_some(),
            ProviderName::OpenAiCompatible => self.openai_compatible_base_url.is_some(),
            ProviderName::Demo => true,
        };
        let first = || ProviderName::ALL.into_iter().find(can_speak).unwrap_or(ProviderName::Demo);
        self.provider.unwrap_or_else(first)
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

fn secret(text: &str) -> Result<Setting<Secret>, Infallible> {
    Ok(Some(text.trim()).filter(|text| !text.is_empty()).map(Secret::new))
}

fn optional_text(text: &str) -> Result<Setting<String>, Infallible> {
    Ok(Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned))
}

fn optional_url(text: &str) -> Result<Setting<Url>, url::ParseError> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::parse).transpose()
}

/// An empty variable, as a settings file leaves it, is none.
fn url_or(text: &str, default: &str) -> Result<Url, url::ParseError> {
    Ok(match optional_url(text)? {
        Some(url) => url,
        None => default.parse()?,
    })
}

fn text_or(text: &str, default: &str) -> Result<String, Infallible> {
    Ok(optional_text(text)?.unwrap_or_else(|| default.to_owned()))
}
