//! The settings for Anthropic.

use protocol::secret::Secret;
use url::Url;

use crate::providers::shared::setting::{Setting, secret, text_or, url_or};
use crate::providers::shared::vendor::{ApiPaths, Vendor};

/// The default model.
pub(crate) const DEFAULT_MODEL: &str = "claude-opus-5-5";
/// The vendor's own address.
pub(crate) const DEFAULT_BASE_URL: &str = "https://api.anthropic.com";

/// Anthropic, the vendor of Claude.
pub static VENDOR: Vendor = Vendor {
    id: super::PROVIDER,
    name: "Anthropic",
    assistant_name: "Claude",
    account: "Your Anthropic account",
    key_setting: "ANTHROPIC_API_KEY",
    address_setting: "ANTHROPIC_BASE_URL",
    model_setting: "ANTHROPIC_MODEL",
    console: "console.anthropic.com",
    api: ApiPaths { version: "v1", is_always_versioned: true, ends: &["messages", "complete"] },
    first_byte: None,
};

/// The vendor for requests by a model connection.
pub(crate) static BY_CONNECTION: Vendor = VENDOR.by_connection();

/// The settings for Anthropic.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "anthropic-settings")]
pub struct Settings {
    /// Anthropic's API key; with it Claude is the default model. Preferably set in the environment
    #[arg(id = "ANTHROPIC_API_KEY", long = "anthropic-api-key", env = "ANTHROPIC_API_KEY",
        hide_env_values = true, default_value = "", hide_default_value = true, value_parser = secret)]
    pub api_key: Setting<Secret>,

    /// Address of Anthropic's Messages API
    #[arg(id = "ANTHROPIC_BASE_URL", long = "anthropic-base-url", env = "ANTHROPIC_BASE_URL",
        default_value = DEFAULT_BASE_URL, value_parser = |text: &str| url_or(text, DEFAULT_BASE_URL))]
    pub base_url: Url,

    /// The Claude model of requests that name none
    #[arg(id = "ANTHROPIC_MODEL", long = "anthropic-model", env = "ANTHROPIC_MODEL",
        default_value = DEFAULT_MODEL, value_parser = |text: &str| text_or(text, DEFAULT_MODEL))]
    pub model: String,
}
