//! The settings for Google.

use protocol::secret::Secret;
use url::Url;

use crate::providers::shared::setting::{Setting, secret, switch, text_or, url_or};
use crate::providers::shared::vendor::{ApiPaths, Vendor};

/// The default model.
pub(crate) const DEFAULT_MODEL: &str = "gemini-3.5-flash";
/// The vendor's own address.
pub(crate) const DEFAULT_BASE_URL: &str = "https://generativelanguage.googleapis.com";

/// Google, the vendor of Gemini.
pub static VENDOR: Vendor = Vendor {
    id: super::PROVIDER,
    name: "Google",
    assistant_name: "Gemini",
    account: "Your Google account",
    key_setting: "GEMINI_API_KEY",
    address_setting: "GEMINI_BASE_URL",
    model_setting: "GEMINI_MODEL",
    console: "aistudio.google.com",
    api: ApiPaths { version: "v1beta", is_always_versioned: true, ends: &["models"] },
    first_byte: None,
};

/// The vendor for requests by a model connection.
pub(crate) static BY_CONNECTION: Vendor = VENDOR.by_connection();

/// The settings for Google.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "gemini-settings")]
pub struct Settings {
    /// Google's API key for Gemini. Preferably set in the environment
    #[arg(id = "GEMINI_API_KEY", long = "gemini-api-key", env = "GEMINI_API_KEY",
        hide_env_values = true, default_value = "", hide_default_value = true, value_parser = secret)]
    pub api_key: Setting<Secret>,

    /// Address of Google's Gemini API
    #[arg(id = "GEMINI_BASE_URL", long = "gemini-base-url", env = "GEMINI_BASE_URL",
        default_value = DEFAULT_BASE_URL, value_parser = |text: &str| url_or(text, DEFAULT_BASE_URL))]
    pub base_url: Url,

    /// The Gemini model of requests that name none
    #[arg(id = "GEMINI_MODEL", long = "gemini-model", env = "GEMINI_MODEL",
        default_value = DEFAULT_MODEL, value_parser = |text: &str| text_or(text, DEFAULT_MODEL))]
    pub model: String,

    /// Whether Google looks for instructions of strangers in what Gemini sees: true or false
    #[arg(id = "GEMINI_PROMPT_INJECTION_DETECTION", long = "gemini-prompt-injection-detection",
        env = "GEMINI_PROMPT_INJECTION_DETECTION", action = clap::ArgAction::Set, default_value = "",
        hide_default_value = true, value_parser = switch)]
    pub prompt_injection_detection: bool,
}
