//! What a fake keeps of the requests that it was sent.

use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::messages_api::InputUsage;

/// A request that came in.
#[derive(Debug, Clone)]
pub struct RecordedRequest {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, as it came; empty where the script says to forget it.
    pub body: String,
    /// What is kept of every request.
    pub summary: RequestSummary,
}

/// What is kept of a request.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RequestSummary {
    /// Bytes of its body.
    pub bytes: usize,
    /// Images in it.
    pub images: usize,
    /// The status of the answer.
    pub status: u16,
    /// Why it was rejected; empty when it was not.
    pub rejection: String,
    /// What its input cost.
    pub usage: InputUsage,
    /// What of it the vendor trimmed, as the answer says.
    pub applied_edits: Vec<Value>,
    /// Whether the answer begins with a summary.
    pub compacted: bool,
    /// Thinking blocks that were dropped, because what precedes them has changed.
    pub dropped_thinking: usize,
}

impl RecordedRequest {
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}
