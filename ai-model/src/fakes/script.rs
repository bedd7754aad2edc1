//! What the fake says.

use serde::Deserialize;
use serde_json::Value;

/// The turns of a conversation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// The only key that is accepted.
    #[serde(default = "default_key")]
    pub api_key: String,
    /// Whether the script begins anew with each message of the person, as against going on through the
    /// life of the fake.
    #[serde(default)]
    pub restart_each_message: bool,
    /// With this all turns but the last are said over and over, and the last one in answer to this many'th
    /// request.
    #[serde(default)]
    pub repeat_to: Option<usize>,
    /// Whether requests' bodies are not kept: for runs that are too long to be kept whole.
    #[serde(default)]
    pub forget_bodies: bool,
    /// One entry a request.
    pub turns: Vec<ScriptedTurn>,
}

impl Script {
    /// The answer to request number `index`, from 0.
    pub(super) fn turn(&self, index: usize) -> Option<&ScriptedTurn> {
        let Some(total) = self.repeat_to else { return self.turns.get(index) };
        let (last, cycle) = self.turns.split_last()?;
        if index + 1 >= total || cycle.is_empty() {
            return (index + 1 == total).then_some(last);
        }
        cycle.get(index % cycle.len())
    }
}

/// The answer to one request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScriptedTurn {
    /// Answers with this error in place of a turn.
    pub error: Option<ScriptedError>,
    /// The summary of a thinking block; empty for one that is not shown.
    pub thinking: Option<String>,
    /// Blocks that stand as they are, of kinds that nobody may know.
    pub blocks: Vec<Value>,
    /// The words.
    pub text: Option<String>,
    /// What to do.
    pub calls: Vec<ScriptedCall>,
    /// Output tokens to report, in place of an estimate.
    pub output_tokens: Option<u64>,
    /// Why the turn ends; from its calls when absent.
    pub stop_reason: Option<String>,
    /// The details of a refusal.
    pub stop_details: Option<Value>,
    /// What is wrong with the stream.
    pub faults: StreamFaults,
}

/// A call: of a member of the computer tool, of the shell, or as it stands.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScriptedCall {
    /// The member of the computer tool, whatever the dialect.
    pub member: Option<String>,
    /// The command for the shell.
    pub bash: Option<String>,
    /// A tool by its name, with its `input` as it stands.
    pub tool: Option<String>,
    /// The input of the member or tool.
    pub input: Value,
    /// Sends this in place of the input's JSON.
    pub input_text: Option<String>,
}

impl ScriptedCall {
    /// The function of a vendor whose actions are functions like any other.
    pub(super) fn function(&self) -> Option<&str> {
        self.tool.as_deref().or(self.member.as_deref())
    }
}

/// An error with the vendor's status.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptedError {
    /// The status.
    pub status: u16,
    /// Such as `overloaded_error`.
    #[serde(rename = "type")]
    pub kind: String,
    /// For people.
    pub message: String,
    /// The header of that name.
    #[serde(default)]
    pub retry_after: Option<String>,
}

/// What is wrong with a stream.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StreamFaults {
    /// Sends each byte on its own.
    pub split: bool,
    /// Puts pings and unknown events and deltas in between.
    pub noise: bool,
    /// Breaks the connection after so many events.
    pub break_after: Option<usize>,
    /// Sends an error of this type after `error_after` events.
    pub error: Option<String>,
    /// See `error`.
    pub error_after: usize,
    /// Says nothing more after so many events, and keeps the connection.
    pub hang_after: Option<usize>,
}

fn default_key() -> String {
    "test-key".to_owned()
}
