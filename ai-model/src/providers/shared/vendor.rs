//! The vendors of models, and the names of their settings.

use std::time::Duration;

/// Whoever serves a model, for error messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vendor {
    /// What requests name it by, such as `anthropic`.
    pub id: &'static str,
    /// The vendor's name.
    pub name: &'static str,
    /// The name of its assistant, such as `Claude`.
    pub assistant_name: &'static str,
    /// The account that pays, at the beginning of a sentence.
    pub account: &'static str,
    /// The setting that holds the key.
    pub key_setting: &'static str,
    /// The setting that holds the address.
    pub address_setting: &'static str,
    /// The setting that names the model.
    pub model_setting: &'static str,
    /// Where keys are created and paid for.
    pub console: &'static str,
    /// Where its requests go.
    pub api: ApiPaths,
    /// How long a server may be silent before its answer begins, if longer than in the middle of it.
    pub first_byte: Option<Duration>,
}

/// What errors name in place of a variable if a model connection holds the key, the address and the model.
const CONNECTION: &str = "connection";

impl Vendor {
    /// The vendor for requests by a model connection, whose errors name no variables.
    pub(crate) const fn by_connection(self) -> Self {
        Self { key_setting: CONNECTION, address_setting: CONNECTION, model_setting: CONNECTION, ..self }
    }
}

/// Where the requests of an API go, after its server's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiPaths {
    /// The version in its paths, such as `v1`.
    pub version: &'static str,
    /// Whether no server serves it without a version.
    pub is_always_versioned: bool,
    /// The paths after the version that people may give with the address, the API's own first.
    pub ends: &'static [&'static str],
}
