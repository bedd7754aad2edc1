//! The settings for a server with the Chat Completions API.

use std::time::Duration;

use protocol::secret::Secret;
use url::Url;

use crate::providers::shared::setting::{Setting, optional_text, optional_url, secret};
use crate::providers::shared::vendor::{ApiPaths, Vendor};

/// Whoever serves the Chat Completions API: Mistral, vLLM, Ollama and others.
pub static VENDOR: Vendor = Vendor {
    id: super::PROVIDER,
    name: "The model server",
    assistant_name: "Assistant",
    account: "Your account with the model server",
    key_setting: "OPENAI_COMPATIBLE_API_KEY",
    address_setting: "OPENAI_COMPATIBLE_BASE_URL",
    model_setting: "OPENAI_COMPATIBLE_MODEL",
    console: "the model server",
    api: ApiPaths {
        version: "v1",
        is_always_versioned: false,
        ends: &["chat/completions", "completions", "responses", "api/chat", "api/generate"],
    },
    // A model of a person's own reads a long conversation for minutes.
    first_byte: Some(Duration::from_secs(10 * 60)),
};

/// The vendor for requests by a model connection.
pub(crate) static BY_CONNECTION: Vendor = VENDOR.by_connection();

/// The settings for a server with the Chat Completions API.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "openai-compatible-settings")]
pub struct Settings {
    /// Key of a server with the Chat Completions API, where it needs one. Preferably set in the environment
    #[arg(id = "OPENAI_COMPATIBLE_API_KEY", long = "openai-compatible-api-key", env = "OPENAI_COMPATIBLE_API_KEY",
        hide_env_values = true, default_value = "", hide_default_value = true, value_parser = secret)]
    pub api_key: Setting<Secret>,

    /// Address of a server with the Chat Completions API, such as <http://localhost:11434/v1>
    #[arg(id = "OPENAI_COMPATIBLE_BASE_URL", long = "openai-compatible-base-url", env = "OPENAI_COMPATIBLE_BASE_URL",
        default_value = "", hide_default_value = true, value_parser = optional_url)]
    pub base_url: Setting<Url>,

    /// The model of that server, for requests that name none
    #[arg(id = "OPENAI_COMPATIBLE_MODEL", long = "openai-compatible-model", env = "OPENAI_COMPATIBLE_MODEL",
        default_value = "", hide_default_value = true, value_parser = optional_text)]
    pub model: Setting<String>,
}
