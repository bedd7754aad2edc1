//! The model that a chat, a person or the installation has chosen, as it is stored.

use protocol::ids::ModelConnectionId;
use protocol::models::Effort;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A model, and how it is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "provider": "anthropic", "model": "claude-opus-5-5" }))]
pub struct ModelChoice {
    /// The model connection; absent: what the installation was started with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ModelConnectionId>,
    /// The provider, such as `anthropic`, if there is no connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The vendor's id of the model.
    pub model: String,
    /// How much it thinks; absent: as much as it does by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<Effort>,
}

impl ModelChoice {
    /// Whether both are the same model, reached in the same way, whatever its effort.
    #[must_use]
    pub fn is_same_model(&self, other: &Self) -> bool {
        let named = |choice: &Self| (choice.connection, choice.provider.clone(), choice.model.clone());
        named(self) == named(other)
    }
}
