//! Interprets a transcript that ends in the middle of a turn: which open calls are still to be executed, and which
//! results the others get. No call is ever executed twice.

use protocol::transcript::{AssistantTurn, ToolCall, ToolResult, ToolStatus, TranscriptItem};

use crate::tools::behavior_of;
use crate::transcript::canned_results::{INTERRUPTED, NOT_ANSWERED, NOT_APPROVED, NOT_EXECUTED, TAKEN_OVER};
use crate::transcript::decisions::{answer_to, decision_on};
use crate::transcript::{Conversation, calls_of};

/// The open calls of the last turn.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum OpenCalls {
    None,
    /// None of them has started: they are executed now.
    NotStarted,
    /// They are not executed; these are their results.
    Answered(Vec<ToolResult>),
}

/// Calls are executed strictly in order, so only the first open one can have started, and only if no call before it
/// failed and it does not wait for a person. A takeover since the turn voids the model's plan, except for a call that a
/// person was asked about.
pub(super) fn open_calls(conversation: &Conversation, stored: StoredStarts) -> OpenCalls {
    let Some((index, turn)) = conversation.last_turn() else { return OpenCalls::None };
    let answered: Vec<&ToolResult> = conversation.results_of(index).collect();
    let mut open = unanswered(turn, &answered);
    let Some(first) = open.next() else { return OpenCalls::None };
    let since = &conversation.items[index + 1..];
    let taken_over = since.iter().any(|item| matches!(item, TranscriptItem::Takeover(_)));
    let not_executed = if taken_over { TAKEN_OVER } else { NOT_EXECUTED };
    let halted = answered.iter().any(|result| result.status != ToolStatus::Done);
    let answer = if halted {
        unexecuted(first, ToolStatus::NotExecuted, not_executed)
    } else {
        match progress_of(first, since, stored) {
            Progress::NotStarted if taken_over && !asks_a_person(first, since) => {
                unexecuted(first, ToolStatus::NotExecuted, TAKEN_OVER)
            }
            Progress::NotStarted => return OpenCalls::NotStarted,
            Progress::Superseded(text) => unexecuted(first, ToolStatus::NotExecuted, text),
            Progress::Unknown => unexecuted(first, ToolStatus::Interrupted, INTERRUPTED),
        }
    };
    let rest = open.map(|call| unexecuted(call, ToolStatus::NotExecuted, not_executed));
    OpenCalls::Answered(std::iter::once(answer).chain(rest).collect())
}

fn unanswered<'a>(
    turn: &'a AssistantTurn,
    answered: &'a [&ToolResult],
) -> impl Iterator<Item = &'a ToolCall> {
    calls_of(turn).filter(|call| !answered.iter().any(|result| result.call_id == call.call_id))
}

/// Which starts of calls the transcript contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StoredStarts {
    /// Those of approved calls.
    Approved,
    /// All: no call is executed before its start is stored.
    All,
}

/// The progress of the first open call.
enum Progress {
    /// It has not started.
    NotStarted,
    /// It has not started, and the person wrote a message instead of a decision or an answer. The text is its result.
    Superseded(&'static str),
    /// It may have started.
    Unknown,
}

fn progress_of(call: &ToolCall, since: &[TranscriptItem], stored: StoredStarts) -> Progress {
    let started = since
        .iter()
        .any(|item| matches!(item, TranscriptItem::CallStarted(it) if it.call_id == call.call_id));
    if started || !(stored == StoredStarts::All || asks_a_person(call, since)) {
        return Progress::Unknown;
    }
    let asks = behavior_of(&call.tool).question().is_some();
    let wrote = since.iter().any(|item| matches!(item, TranscriptItem::UserMessage(_)));
    match answer_to(&call.call_id, since) {
        None if wrote && asks => Progress::Superseded(NOT_ANSWERED),
        None if wrote => Progress::Superseded(NOT_APPROVED),
        _ => Progress::NotStarted,
    }
}

/// Whether a call waits for a person's decision or answer, or has one.
fn asks_a_person(call: &ToolCall, since: &[TranscriptItem]) -> bool {
    let asked = |item: &TranscriptItem| matches!(item, TranscriptItem::ApprovalRequest(it) if it.call_id == call.call_id);
    behavior_of(&call.tool).question().is_some()
        || decision_on(&call.call_id, since).is_some()
        || since.iter().any(asked)
}

/// The result of a call that was not executed.
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
