//! The settings for Anthropic.

use std::convert::Infallible;

use protocol::secret::Secret;
use serde::{Serialize, Serializer};
use url::Url;

use crate::providers::shared::setting::{
    Setting, optional_choice, optional_text, secret, switch, text_or, url_or,
};
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

/// Who decides when a long conversation is replaced by a summary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Compaction {
    /// The vendor, in the middle of a turn.
    #[default]
    Automatic,
    /// We do, between turns: a request of its own returns nothing but the summary. A preview of the vendor's.
    OnDemand,
}

/// The models that the vendor asks in place of one that refuses because of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fallbacks {
    /// Those that the vendor chooses.
    Default,
    /// These, in order.
    Models(Vec<String>),
}

impl Serialize for Fallbacks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Entry<'a> {
            model: &'a str,
        }
        match self {
            Self::Default => serializer.serialize_str("default"),
            Self::Models(models) => serializer.collect_seq(models.iter().map(|model| Entry { model })),
        }
    }
}

/// Parses `default`, or names of models.
fn fallbacks(text: &str) -> Result<Setting<Fallbacks>, Infallible> {
    let text = optional_text(text)?;
    Ok(text.map(|text| match text.as_str() {
        "default" => Fallbacks::Default,
        names => Fallbacks::Models(names.split(',').map(|name| name.trim().to_owned()).collect()),
    }))
}

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

    /// Claude models that Anthropic asks in place of one that refuses because of a policy, in order, or 'default' for its own
    /// choice
    #[arg(id = "ANTHROPIC_FALLBACKS", long = "anthropic-fallbacks", env = "ANTHROPIC_FALLBACKS",
        default_value = "", hide_default_value = true, value_parser = fallbacks)]
    pub fallbacks: Setting<Fallbacks>,

    /// Whether Anthropic says why its cache was missed, for the log: true or false
    #[arg(id = "ANTHROPIC_CACHE_DIAGNOSTICS", long = "anthropic-cache-diagnostics",
        env = "ANTHROPIC_CACHE_DIAGNOSTICS", action = clap::ArgAction::Set, default_value = "",
        hide_default_value = true, value_parser = switch)]
    pub cache_diagnostics: bool,

    /// Who decides when a long conversation is replaced by a summary: 'automatic' for Anthropic, in the middle of a turn, or
    /// 'on-demand' for Deskhand, between turns, which is a preview
    #[arg(id = "ANTHROPIC_COMPACTION", long = "anthropic-compaction", env = "ANTHROPIC_COMPACTION",
        default_value = "", hide_default_value = true, value_parser = optional_choice::<Compaction>)]
    pub compaction: Setting<Compaction>,
}
