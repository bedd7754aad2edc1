//! The persistent shell of a desktop: `POST /v1/shell`.
//!
//! With `Accept: text/event-stream` the answer is a stream: events `output` with [`ShellOutput`] while the command runs, then
//! one event `result` with [`ShellResult`], which is also the plain answer. If the shell fails to start, the last event is
//! `error` with [`AgentError`](crate::agent::AgentError).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A command for the shell.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ShellRequest {
    /// Start a new shell first.
    #[serde(default)]
    pub restart: bool,
    /// The command; may be absent when `restart` is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Milliseconds after which the command is interrupted, at most 600,000.
    pub timeout_ms: u64,
}

/// The result of a command.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ShellResult {
    /// Standard output and standard error, interleaved; the middle is cut when too long.
    pub output: String,
    /// The exit status; absent when the command was interrupted or the shell ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// Whether the time limit was reached.
    pub timed_out: bool,
    /// What happened to the desktop since the last result, as in
    /// [`ActionBatchResult`](crate::agent::actions::ActionBatchResult::notices).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
}

/// A piece of output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShellOutput {
    /// Output since the last piece. Characters are never split.
    pub text: String,
    /// Bytes after this text that were dropped because the reader did not keep up.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out_bytes: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
