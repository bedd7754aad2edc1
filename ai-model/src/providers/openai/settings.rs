//! The settings for OpenAI.

use protocol::secret::Secret;
use serde::Serialize;
use url::Url;

use crate::providers::shared::setting::{Setting, optional_choice, secret, text_or, url_or};
use crate::providers::shared::vendor::{ApiPaths, Vendor};

/// The default model.
pub(crate) const DEFAULT_MODEL: &str = "gpt-5.5";
/// The vendor's own address.
pub(crate) const DEFAULT_BASE_URL: &str = "https://api.openai.com/v1";

/// OpenAI, for the models with its computer tool.
pub static VENDOR: Vendor = Vendor {
    id: super::PROVIDER,
    name: "OpenAI",
    assistant_name: "GPT",
    account: "Your OpenAI account",
    key_setting: "OPENAI_API_KEY",
    address_setting: "OPENAI_BASE_URL",
    model_setting: "OPENAI_MODEL",
    console: "platform.openai.com",
    api: ApiPaths {
        version: "v1",
        is_always_versioned: false,
        ends: &["responses", "chat/completions", "completions"],
    },
    first_byte: None,
};

/// The vendor for requests by a model connection.
pub(crate) static BY_CONNECTION: Vendor = VENDOR.by_connection();

/// Whether OpenAI makes the images of a conversation smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum ContextCompression {
    /// As it sees fit.
    Auto,
    /// Always; models that can't refuse.
    Enabled,
    /// Never.
    Disabled,
}

/// The settings for OpenAI.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "openai-settings")]
pub struct Settings {
    /// OpenAI's API key. Preferably set in the environment
    #[arg(id = "OPENAI_API_KEY", long = "openai-api-key", env = "OPENAI_API_KEY",
        hide_env_values = true, default_value = "", hide_default_value = true, value_parser = secret)]
    pub api_key: Setting<Secret>,

    /// Address of OpenAI's Responses API
    #[arg(id = "OPENAI_BASE_URL", long = "openai-base-url", env = "OPENAI_BASE_URL",
        default_value = DEFAULT_BASE_URL, value_parser = |text: &str| url_or(text, DEFAULT_BASE_URL))]
    pub base_url: Url,

    /// The OpenAI model of requests that name none
    #[arg(id = "OPENAI_MODEL", long = "openai-model", env = "OPENAI_MODEL",
        default_value = DEFAULT_MODEL, value_parser = |text: &str| text_or(text, DEFAULT_MODEL))]
    pub model: String,

    /// Whether OpenAI makes the images of a conversation smaller: auto, enabled or disabled [default: not said]
    #[arg(id = "OPENAI_IMAGE_CONTEXT_COMPRESSION", long = "openai-image-context-compression",
        env = "OPENAI_IMAGE_CONTEXT_COMPRESSION", default_value = "", hide_default_value = true,
        value_parser = optional_choice::<ContextCompression>)]
    pub image_context_compression: Setting<ContextCompression>,
}
