//! The events of a stream and the items of an output, as far as we read them.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

#[derive(Deserialize)]
pub(super) struct Event {
    pub(super) r#type: String,
    #[serde(default)]
    pub(super) output_index: u64,
    #[serde(default)]
    pub(super) item: Option<Box<RawValue>>,
    #[serde(default)]
    pub(super) delta: Option<Value>,
    #[serde(default)]
    pub(super) response: Option<Response>,
    #[serde(default)]
    pub(super) code: Option<String>,
    #[serde(default)]
    pub(super) message: Option<String>,
    #[serde(default)]
    pub(super) error: Option<WireError>,
}

#[derive(Deserialize)]
pub(super) struct Response {
    /// Only read where the whole response came at once.
    #[serde(default)]
    pub(super) status: Option<String>,
    #[serde(default)]
    pub(super) output: Option<Vec<Box<RawValue>>>,
    #[serde(default)]
    pub(super) usage: Option<WireUsage>,
    #[serde(default)]
    pub(super) error: Option<WireError>,
    #[serde(default)]
    pub(super) incomplete_details: Option<IncompleteDetails>,
    /// The reasoning of earlier turns that was withheld from the model.
    #[serde(default)]
    pub(super) input_transformations: Option<Vec<InputTransformation>>,
}

#[derive(Deserialize)]
pub(super) struct InputTransformation {
    #[serde(default)]
    pub(super) reason: String,
}

#[derive(Default, Deserialize)]
pub(super) struct WireError {
    #[serde(default)]
    pub(super) code: Option<String>,
    #[serde(default)]
    pub(super) message: Option<String>,
    #[serde(default)]
    pub(super) misalignment: Option<Misalignment>,
}

/// Why the model may be doing what nobody asked for.
#[derive(Deserialize)]
pub(super) struct Misalignment {
    #[serde(default)]
    pub(super) detailed_explanation: Option<String>,
    #[serde(default)]
    pub(super) steer: Option<Steer>,
}

/// What to tell the model if it may go on.
#[derive(Deserialize)]
pub(super) struct Steer {
    #[serde(default)]
    pub(super) message: String,
}

#[derive(Deserialize)]
pub(super) struct IncompleteDetails {
    #[serde(default)]
    pub(super) reason: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct WireUsage {
    #[serde(default)]
    pub(super) input_tokens: u64,
    #[serde(default)]
    pub(super) output_tokens: u64,
    #[serde(default)]
    pub(super) input_tokens_details: Option<InputDetails>,
}

#[derive(Default, Deserialize)]
pub(super) struct InputDetails {
    #[serde(default)]
    pub(super) cached_tokens: u64,
    #[serde(default)]
    pub(super) cache_write_tokens: u64,
}

/// An output item, as far as we read it.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Item {
    Message {
        #[serde(default)]
        content: Vec<Part>,
    },
    Reasoning {
        #[serde(default)]
        summary: Vec<Part>,
    },
    FunctionCall {
        call_id: String,
        name: String,
        #[serde(default)]
        arguments: String,
        #[serde(default)]
        status: Option<String>,
    },
    ComputerCall {
        call_id: String,
        #[serde(default)]
        action: Option<Value>,
        #[serde(default)]
        actions: Option<Vec<Value>>,
        #[serde(default)]
        pending_safety_checks: Vec<SafetyCheck>,
        #[serde(default)]
        status: Option<String>,
    },
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) refusal: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct SafetyCheck {
    #[serde(default)]
    pub(super) code: Option<String>,
    #[serde(default)]
    pub(super) message: Option<String>,
}
