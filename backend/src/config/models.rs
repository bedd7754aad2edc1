//! What people may do with models of their own.

use protocol::network::HostPort;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What people may do with models of their own; what is absent is set elsewhere, or as usual.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::Args)]
#[serde(default, deny_unknown_fields)]
pub struct ModelRules {
    /// Whether people may add model connections with keys of their own [default: true]
    #[arg(
        id = "own_model_keys",
        long = "own-model-keys",
        env = "DESKHAND_OWN_MODEL_KEYS",
        value_name = "BOOL"
    )]
    pub own_keys: Option<bool>,

    /// Servers of models, as HOST:PORT, that people may connect to although they are on a private network or this machine,
    /// separated by commas
    #[arg(
        id = "private_model_servers",
        long = "private-model-servers",
        env = "DESKHAND_PRIVATE_MODEL_SERVERS",
        value_delimiter = ','
    )]
    #[schema(value_type = Option<Vec<String>>, example = json!(["gpu.example.lan:8000"]))]
    pub private_servers: Option<Vec<HostPort>>,
}

impl ModelRules {
    /// The most servers that superusers may name.
    pub const MOST_SERVERS: usize = 100;

    /// The names of those that are set.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let each =
            [("own_keys", self.own_keys.is_some()), ("private_servers", self.private_servers.is_some())];
        each.into_iter().filter_map(|(name, is_set)| is_set.then_some(name))
    }

    /// These, and others for those that are absent.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            own_keys: self.own_keys.or(others.own_keys),
            private_servers: self.private_servers.or(others.private_servers),
        }
    }

    /// What applies where nobody has set anything.
    #[must_use]
    pub fn built_in() -> Self {
        Self { own_keys: Some(true), private_servers: Some(Vec::new()) }
    }
}
