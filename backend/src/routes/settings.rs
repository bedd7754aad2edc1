//! Settings that may be changed, left alone, or taken back with `null`.

use protocol::transcript::approval::ApprovalPolicy;
use serde::{Deserialize, Deserializer};

use crate::http::problem::ApiError;

/// Tells a `null` from what is absent.
pub(super) fn present<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// A policy as the database keeps it.
pub(super) fn stored(policy: Option<ApprovalPolicy>) -> Result<Option<serde_json::Value>, ApiError> {
    let policy = policy.map(serde_json::to_value).transpose();
    policy.map_err(|error| ApiError::Internal(error.into()))
}
