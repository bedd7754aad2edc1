//! What the shell of a desktop prints while a command runs: `POST /v1/shell` with `Accept: text/event-stream`
//! answers with events `output`, data [`ShellOutput`], and then one event `result`, data
//! [`ShellResult`], the plain call's answer. Should the shell fail to start, the last event is
//! `error`, data [`AgentError`](crate::agent::AgentError).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A command for the desktop's persistent shell.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ShellRequest {
    /// Start a new shell before running anything.
    #[serde(default)]
    pub restart: bool,
    /// What to run; may be absent when `restart` is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Milliseconds after which the command is interrupted, at most 600,000.
    pub timeout_ms: u64,
}

/// What a command printed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ShellResult {
    /// Standard output and standard error, interleaved; the middle is cut out when too long.
    pub output: String,
    /// The exit status; absent when the command was interrupted or the shell ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// Whether the time limit was reached.
    pub timed_out: bool,
}

/// A piece of output as it was printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShellOutput {
    /// What was printed since the last piece. Characters are never split between pieces.
    pub text: String,
    /// Bytes printed after this text that are left out, because this reader did not keep up.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out_bytes: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
