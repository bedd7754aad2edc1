//! The format of recordings.

use std::collections::BTreeMap;
use std::path::Path;

use protocol::action::Action;
use protocol::run::RunOutcome;
use serde::Deserialize;
use serde_json::Value;

/// What a server sends in one or several runs, and what they have to come to. The folder of the file names the provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recording {
    /// Where the format is known from, and whether it was captured or reconstructed.
    source: String,
    /// What a person sets as the address, after the server's host.
    #[serde(default)]
    pub(super) base: String,
    /// The model.
    #[serde(default = "default_model")]
    pub(super) model: String,
    /// Further arguments of the model service.
    #[serde(default)]
    pub(super) settings: Vec<String>,
    /// What the person writes, a run each.
    #[serde(default = "default_messages")]
    pub(super) messages: Vec<String>,
    /// Where each run stops, if not at the default limit.
    #[serde(default)]
    pub(super) max_turns: Option<u32>,
    /// The only path that the server knows.
    pub(super) path: String,
    /// What it answers for any other path.
    #[serde(default)]
    pub(super) elsewhere: Option<Answer>,
    /// What it answers to each request for its path.
    pub(super) answers: Vec<Answer>,
    /// What it all has to come to.
    pub(super) expect: Expected,
}

impl Recording {
    pub(super) fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let recording: Self =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let known = ["Captured", "Reconstructed"].iter().any(|how| recording.source.starts_with(how));
        assert!(known, "{}: `source` has to begin with Captured or Reconstructed", path.display());
        recording
    }
}

/// A response.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    #[serde(default = "default_status")]
    pub(super) status: u16,
    #[serde(default = "event_stream")]
    pub(super) headers: BTreeMap<String, String>,
    /// The bytes as text, in parts that are sent one after the other.
    #[serde(default)]
    pub(super) body: Vec<String>,
    /// Milliseconds before the first byte.
    #[serde(default)]
    pub(super) first_byte_after_ms: u64,
    /// Whether the connection breaks after the body.
    #[serde(default)]
    pub(super) breaks: bool,
}

/// What the runs have to come to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expected {
    /// How the last run ends.
    #[serde(default = "succeeded")]
    pub(super) outcome: RunOutcome,
    /// The code of its end.
    #[serde(default = "end_turn")]
    pub(super) code: String,
    /// Facts of its end; of a text, a part.
    #[serde(default)]
    pub(super) facts: BTreeMap<String, Value>,
    /// The text of its last turn.
    #[serde(default)]
    pub(super) answer: String,
    /// The thinking of all its turns, a line each.
    #[serde(default)]
    pub(super) thinking: String,
    /// All text that was streamed.
    #[serde(default)]
    pub(super) streamed_text: Option<String>,
    /// All thinking that was streamed.
    #[serde(default)]
    pub(super) streamed_thinking: Option<String>,
    /// What the agent has to get.
    #[serde(default)]
    pub(super) actions: Vec<Action>,
    /// The shell commands that it has to get.
    #[serde(default)]
    pub(super) commands: Vec<String>,
    /// How often the person is told that the request is sent again.
    #[serde(default)]
    pub(super) retries: usize,
    /// The requests, in order; missing ones may be anything.
    #[serde(default)]
    pub(super) requests: Vec<ExpectedRequest>,
}

/// What a request has to be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedRequest {
    /// The roles of its messages.
    #[serde(default)]
    pub(super) roles: Option<String>,
    /// What its JSON has to contain.
    #[serde(default)]
    pub(super) contains: Vec<String>,
    /// What its JSON must not contain.
    #[serde(default)]
    pub(super) lacks: Vec<String>,
}

fn default_model() -> String {
    "qwen-vl".to_owned()
}

fn default_messages() -> Vec<String> {
    vec!["hi".to_owned()]
}

fn default_status() -> u16 {
    200
}

fn event_stream() -> BTreeMap<String, String> {
    [("content-type".to_owned(), "text/event-stream".to_owned())].into()
}

fn succeeded() -> RunOutcome {
    RunOutcome::Succeeded
}

fn end_turn() -> String {
    "end_turn".to_owned()
}
