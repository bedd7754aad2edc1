//! The requests that a fake has received.

use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::messages_api::InputUsage;

/// A request, accepted or rejected.
#[derive(Debug, Clone)]
pub struct RecordedRequest {
    /// The headers.
    pub headers: HeaderMap,
    /// The body; empty when the script sets `forget_bodies`.
    pub body: String,
    /// What was counted in it.
    pub summary: RequestSummary,
}

/// Figures about a request, kept even when its body is not.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RequestSummary {
    /// The size of the body in bytes.
    pub bytes: usize,
    /// The number of images.
    pub images: usize,
    /// The status of the response.
    pub status: u16,
    /// Why it was rejected; empty when it was accepted.
    pub rejection: String,
    /// The billed input tokens.
    pub usage: InputUsage,
    /// The input of the turn itself if a summary was made first, which is billed besides.
    pub after_summary: Option<InputUsage>,
    /// The context edits that the response reports.
    pub applied_edits: Vec<Value>,
    /// Whether the response begins with a summary.
    pub compacted: bool,
    /// The number of thinking blocks that the vendor would drop because what precedes them has changed.
    pub dropped_thinking: usize,
}

impl RecordedRequest {
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}
