//! Models that take over: how a transcript tells that another one went on where one couldn't.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::named_model::NamedModel;
use crate::reason::Reason;

/// Another model goes on with a run, from the turn that this one did not complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ModelChange {
    /// The model that was asked.
    pub from: NamedModel,
    /// The one that goes on for the rest of the run; absent: none of the remaining ones could be asked, and the end of the run
    /// follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NamedModel>,
    /// Why the first one does not: a code, such as `overloaded` or `refusal`, and its facts.
    #[serde(flatten)]
    pub reason: Reason,
    /// The fallbacks in between, which may not be asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<SkippedModel>,
    /// What happened, in the reader's language. The log and the model service leave it empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// A fallback that was passed over without being asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SkippedModel {
    /// Which model.
    pub model: NamedModel,
    /// Why: a code, such as `price_unknown`, and its facts.
    #[serde(flatten)]
    pub reason: Reason,
}
