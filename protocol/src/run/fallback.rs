//! Models that go on where another one can't.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ModelSettings;
use crate::reason::Reason;

/// The most fallbacks of a person, and of an installation.
pub const MOST_FALLBACKS: usize = 3;

/// A model that goes on where the ones before it can't.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Fallback {
    /// Which model to ask.
    pub settings: ModelSettings,
    /// Why it may not be asked, such as `own_keys_forbidden`; it is passed over, and that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unusable: Option<Reason>,
    /// Whether it is passed over if nobody knows what it costs, though the run has no limit on costs: a budget applies to this
    /// model and not to the chosen one.
    #[serde(default)]
    pub needs_price: bool,
}
