//! Checks whether models can be reached.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::models::ModelFacts;
use crate::reason::Reason;
use crate::run::ModelSettings;

/// A question whether models can be reached.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ModelCheckRequest {
    /// How.
    pub model: ModelSettings,
}

/// Whether models can be reached.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ModelCheck {
    /// Why not; absent if they can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The models that the server offers, of those that can use a computer.
    pub models: Vec<ModelFacts>,
}
