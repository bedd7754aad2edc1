//! Scripts: what a fake answers.

use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use super::clouds::CloudScript;

/// A scripted conversation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// The accepted API key.
    #[serde(default = "default_key")]
    pub api_key: String,
    /// The keys of other accounts. Only the fake of the Messages API has accounts.
    #[serde(default)]
    pub other_keys: Vec<String>,
    /// Whether the fake knows only the first version of the API, as a server that stands in for the vendor may. Only the fake of
    /// the Messages API has versions.
    #[serde(default)]
    pub only_first_version: bool,
    /// What becomes of a summary that is asked for. Only the fake of the Messages API writes summaries.
    #[serde(default)]
    pub summaries: Summaries,
    /// Whether the script starts again with each message of the person.
    #[serde(default)]
    pub restart_each_message: bool,
    /// Repeats all turns but the last, and answers request number `repeat_to` (from 1) with the last one.
    #[serde(default)]
    pub repeat_to: Option<usize>,
    /// Whether request bodies are discarded, because a very long run would not fit in memory.
    #[serde(default)]
    pub forget_bodies: bool,
    /// What a cloud in front of the vendor's API does.
    #[serde(default)]
    pub cloud: CloudScript,
    /// The responses, one for each request.
    pub turns: Vec<ScriptedTurn>,
}

impl Script {
    /// Whether a key is one of an account.
    pub(super) fn accepts(&self, key: &str) -> bool {
        key == self.api_key || self.other_keys.iter().any(|other| other == key)
    }

    /// The response to request number `index`, from 0.
    pub(super) fn turn(&self, index: usize) -> Option<&ScriptedTurn> {
        let Some(total) = self.repeat_to else { return self.turns.get(index) };
        let (last, cycle) = self.turns.split_last()?;
        if index + 1 >= total || cycle.is_empty() {
            return (index + 1 == total).then_some(last);
        }
        cycle.get(index % cycle.len())
    }
}

/// What becomes of a summary that is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Summaries {
    /// It is written.
    #[default]
    Written,
    /// The answer is an empty one.
    Fail,
    /// The server does not know the request.
    Unknown,
}

/// The response to one request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScriptedTurn {
    /// Respond with this error instead of a turn.
    pub error: Option<ScriptedError>,
    /// The summary of a thinking block; empty for hidden thinking.
    pub thinking: Option<String>,
    /// Content blocks that are sent verbatim, also of unknown types.
    pub blocks: Vec<Value>,
    /// The text of the turn.
    pub text: Option<String>,
    /// The calls of the turn, after its text.
    pub calls: Vec<ScriptedCall>,
    /// The output tokens to report instead of an estimate.
    pub output_tokens: Option<u64>,
    /// The stop reason; by default it follows from the calls.
    pub stop_reason: Option<String>,
    /// The details of a refusal.
    pub stop_details: Option<Value>,
    /// Further fields of OpenAI's response, which has failed if one is `error`, or of the message of the Messages API.
    pub response: serde_json::Map<String, Value>,
    /// Faults of the stream.
    pub faults: StreamFaults,
}

/// A call of a member of the computer tool, of the shell, or of any tool by name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScriptedCall {
    /// The member of the computer tool, in whatever dialect the request declares.
    pub member: Option<String>,
    /// The command for the shell.
    pub bash: Option<String>,
    /// The name of a tool, whose `input` is sent verbatim.
    pub tool: Option<String>,
    /// The input of the member or tool.
    pub input: Value,
    /// Sent verbatim instead of the input's JSON.
    pub input_text: Option<String>,
}

impl ScriptedCall {
    /// The function to call, for vendors whose computer actions are functions.
    pub(super) fn function(&self) -> Option<&str> {
        self.tool.as_deref().or(self.member.as_deref())
    }
}

/// An error response.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptedError {
    /// The HTTP status.
    pub status: u16,
    /// The vendor's error type, such as `overloaded_error`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The error message.
    pub message: String,
    /// The value of the `retry-after` header.
    #[serde(default)]
    pub retry_after: Option<String>,
}

impl ScriptedError {
    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Adds the headers of the error to its response.
    pub(super) fn complete(&self, mut response: Response) -> Response {
        let retry_after = self.retry_after.as_deref().and_then(|value| HeaderValue::from_str(value).ok());
        response.headers_mut().extend(retry_after.map(|value| (RETRY_AFTER, value)));
        response
    }
}

/// Faults of a stream.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StreamFaults {
    /// Send each byte on its own.
    pub split: bool,
    /// Add pings, comments and unknown events and deltas.
    pub noise: bool,
    /// Close the connection after this many events.
    pub break_after: Option<usize>,
    /// Send an error of this type after `error_after` events.
    pub error: Option<String>,
    /// What the error says instead of a fixed text.
    pub error_message: Option<String>,
    /// The number of events before `error`.
    pub error_after: usize,
    /// Stop sending after this many events, but keep the connection open.
    pub hang_after: Option<usize>,
}

fn default_key() -> String {
    "test-key".to_owned()
}
