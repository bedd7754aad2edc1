//! What is billed without a turn to show for it: refused and broken-off answers, attempts that are repeated, turns that a
//! person stops.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::ModelConnectionId;
use crate::transcript::TokenUsage;

/// What a vendor bills for an attempt at a turn, as far as it has told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Spending {
    /// The provider, such as `anthropic`.
    pub provider: String,
    /// The model's id, as the vendor writes it.
    pub model: String,
    /// The model connection by which the model was asked; absent: the configuration of the model service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ModelConnectionId>,
    /// Tokens used.
    pub usage: TokenUsage,
    /// Millionths of a dollar at list price; absent where the price is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub microdollars: Option<u64>,
}
