//! Answers calls that a lost or cancelled run left open, without ever doing them blindly.

use protocol::transcript::{ToolCall, ToolResult, ToolStatus};

use super::sentences::{INTERRUPTED, NOT_EXECUTED};
use crate::providers::{Conversation, calls_of};

/// One result for each unanswered call of the last turn, in order. Calls run strictly one after another, so
/// only the first open one can have begun, and not even that one if a call before it failed.
pub(super) fn answers_to_dangling_calls(conversation: &Conversation) -> Vec<ToolResult> {
    let Some((index, turn)) = conversation.last_turn() else { return Vec::new() };
    let answered: Vec<&ToolResult> = conversation.results_of(index).collect();
    let mut halted = answered.iter().any(|result| result.status != ToolStatus::Done);
    let open = calls_of(turn).filter(|call| !answered.iter().any(|result| result.call_id == call.call_id));
    open.map(|call| {
        let may_have_run = !std::mem::replace(&mut halted, true);
        if may_have_run {
            unexecuted(call, ToolStatus::Interrupted, INTERRUPTED)
        } else {
            unexecuted(call, ToolStatus::NotExecuted, NOT_EXECUTED)
        }
    })
    .collect()
}

/// The result of a call that this run has not done.
pub(super) fn unexecuted(call: &ToolCall, status: ToolStatus, text: &str) -> ToolResult {
    ToolResult {
        call_id: call.call_id.clone(),
        status,
        text: text.to_owned(),
        screenshot: None,
        shown_to_model: false,
        elapsed_ms: 0,
    }
}
