//! What a transcript that stands in the middle of a turn means: which of its open calls go on, and how the others are
//! answered without ever being done blindly.

use protocol::transcript::{AssistantTurn, ToolCall, ToolResult, ToolStatus, TranscriptItem};

use crate::tools::behavior_of;
use crate::transcript::canned_results::{INTERRUPTED, NOT_ANSWERED, NOT_APPROVED, NOT_EXECUTED, TAKEN_OVER};
use crate::transcript::decisions::{answer_to, decision_on};
use crate::transcript::{Conversation, calls_of};

/// What becomes of the open calls of the last turn.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resumed {
    /// There are none.
    Nothing,
    /// They go on: none of them has begun.
    GoOn,
    /// They are over, with these answers.
    Over(Vec<ToolResult>),
}

/// Calls run strictly one after another, so only the first open one can have begun, and not even that one if a call
/// before it failed or it waits for a person. When a person has controlled the desktop since the turn, what the model had
/// planned is not done any more, but for what a person has said a word on.
pub(super) fn open_calls(conversation: &Conversation, starts: Starts) -> Resumed {
    let Some((index, turn)) = conversation.last_turn() else { return Resumed::Nothing };
    let answered: Vec<&ToolResult> = conversation.results_of(index).collect();
    let mut open = unanswered(turn, &answered);
    let Some(first) = open.next() else { return Resumed::Nothing };
    let since = &conversation.items[index + 1..];
    let taken_over = since.iter().any(|item| matches!(item, TranscriptItem::Takeover(_)));
    let not_executed = if taken_over { TAKEN_OVER } else { NOT_EXECUTED };
    let halted = answered.iter().any(|result| result.status != ToolStatus::Done);
    let answer = if halted {
        unexecuted(first, ToolStatus::NotExecuted, not_executed)
    } else {
        match waits_for(first, since, starts) {
            Wait::Yes if taken_over && !asks_a_person(first, since) => {
                unexecuted(first, ToolStatus::NotExecuted, TAKEN_OVER)
            }
            Wait::Yes => return Resumed::GoOn,
            Wait::Overtaken(text) => unexecuted(first, ToolStatus::NotExecuted, text),
            Wait::No => unexecuted(first, ToolStatus::Interrupted, INTERRUPTED),
        }
    };
    let rest = open.map(|call| unexecuted(call, ToolStatus::NotExecuted, not_executed));
    Resumed::Over(std::iter::once(answer).chain(rest).collect())
}

fn unanswered<'a>(
    turn: &'a AssistantTurn,
    answered: &'a [&ToolResult],
) -> impl Iterator<Item = &'a ToolCall> {
    calls_of(turn).filter(|call| !answered.iter().any(|result| result.call_id == call.call_id))
}

/// Which starts of calls the transcript shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Starts {
    /// Those of approved calls.
    OfApproved,
    /// All: none is done before its start is written down.
    All,
}

/// Whether a call stands still.
enum Wait {
    /// It does, or did until just now: it has not begun.
    Yes,
    /// It did, but the person wrote a message instead. The text says so.
    Overtaken(&'static str),
    /// It does not: it may have begun.
    No,
}

fn waits_for(call: &ToolCall, since: &[TranscriptItem], starts: Starts) -> Wait {
    let started = since
        .iter()
        .any(|item| matches!(item, TranscriptItem::CallStarted(it) if it.call_id == call.call_id));
    if started || !(starts == Starts::All || asks_a_person(call, since)) {
        return Wait::No;
    }
    let asks = behavior_of(&call.tool).question().is_some();
    let wrote = since.iter().any(|item| matches!(item, TranscriptItem::UserMessage(_)));
    match answer_to(&call.call_id, since) {
        None if wrote && asks => Wait::Overtaken(NOT_ANSWERED),
        None if wrote => Wait::Overtaken(NOT_APPROVED),
        _ => Wait::Yes,
    }
}

/// Whether a call waits for a person's word, or has it.
fn asks_a_person(call: &ToolCall, since: &[TranscriptItem]) -> bool {
    let asked = |item: &TranscriptItem| matches!(item, TranscriptItem::ApprovalRequest(it) if it.call_id == call.call_id);
    behavior_of(&call.tool).question().is_some()
        || decision_on(&call.call_id, since).is_some()
        || since.iter().any(asked)
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
