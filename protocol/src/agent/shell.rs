//! What the shell of a desktop prints while a command runs: `POST /v1/shell` with `Accept: text/event-stream`
//! answers with events `output`, data [`ShellOutput`], and then one event `result`, data
//! [`ShellResult`](crate::agent::ShellResult), the plain call's answer. Should the shell fail to start, the last event is
//! `error`, data [`AgentError`](crate::agent::AgentError).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
