//! Who makes models, and what the settings for each are called.

use std::time::Duration;

use protocol::secret::Secret;
use reqwest::header::HeaderValue;
use url::Url;

use super::ProviderError;

/// Whoever serves a model, for the words of errors.
#[derive(Debug, PartialEq, Eq)]
pub struct Vendor {
    /// What people call it.
    pub name: &'static str,
    /// The setting that holds the key.
    pub key_setting: &'static str,
    /// The setting that holds the address.
    pub address_setting: &'static str,
    /// The setting that names the model.
    pub model_setting: &'static str,
    /// Where keys are made and paid for.
    pub console: &'static str,
}

/// Anthropic, for Claude.
pub static ANTHROPIC: Vendor = Vendor {
    name: "Anthropic",
    key_setting: "ANTHROPIC_API_KEY",
    address_setting: "ANTHROPIC_BASE_URL",
    model_setting: "ANTHROPIC_MODEL",
    console: "console.anthropic.com",
};

/// OpenAI, for the models with its computer tool.
pub static OPENAI: Vendor = Vendor {
    name: "OpenAI",
    key_setting: "OPENAI_API_KEY",
    address_setting: "OPENAI_BASE_URL",
    model_setting: "OPENAI_MODEL",
    console: "platform.openai.com",
};

/// Google, for Gemini.
pub static GOOGLE: Vendor = Vendor {
    name: "Google",
    key_setting: "GEMINI_API_KEY",
    address_setting: "GEMINI_BASE_URL",
    model_setting: "GEMINI_MODEL",
    console: "aistudio.google.com",
};

/// Whatever serves the Chat Completions API: Mistral, vLLM, Ollama ...
pub static COMPATIBLE: Vendor = Vendor {
    name: "The model server",
    key_setting: "OPENAI_COMPATIBLE_API_KEY",
    address_setting: "OPENAI_COMPATIBLE_BASE_URL",
    model_setting: "OPENAI_COMPATIBLE_MODEL",
    console: "the model server",
};

/// Where requests go.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Whoever answers there.
    pub vendor: &'static Vendor,
    /// The vendor's address.
    pub base_url: Url,
    /// The key; a server of one's own may need none.
    pub api_key: Option<Secret>,
    /// The wait before the first retry.
    pub retry_delay: Duration,
}

impl Endpoint {
    /// The address of a path below the base.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base_url.as_str().trim_end_matches('/'))
    }

    /// The key as a header's value with this in front of it, kept out of logs.
    ///
    /// # Errors
    /// When no header can carry it.
    pub(super) fn key_header(&self, before: &str) -> Result<Option<HeaderValue>, ProviderError> {
        let Some(key) = &self.api_key else { return Ok(None) };
        let unfit = |_| ProviderError::ApiKeyRefused { vendor: self.vendor };
        let mut value = HeaderValue::from_str(&format!("{before}{}", key.expose())).map_err(unfit)?;
        value.set_sensitive(true);
        Ok(Some(value))
    }

    /// A vendor's words with the key taken out, should they repeat it.
    pub(super) fn without_key(&self, words: String) -> String {
        match self.api_key.as_ref().map(Secret::expose).filter(|key| !key.is_empty()) {
            Some(key) if words.contains(key) => words.replace(key, "[the key]"),
            _ => words,
        }
    }
}
