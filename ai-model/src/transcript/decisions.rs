//! Finds a person's decisions and answers, and the requests for them.

use protocol::transcript::approval::{ApprovalRequest, Decision, Verdict};
use protocol::transcript::{Answer, TranscriptItem};

/// The decision on a call: the first one counts.
pub(crate) fn decision_on<'a>(call_id: &str, items: &'a [TranscriptItem]) -> Option<&'a Verdict> {
    items.iter().find_map(|item| match item {
        TranscriptItem::Decision(Decision { call_id: on, verdict }) if on == call_id => Some(verdict),
        _ => None,
    })
}

/// The answer to a question.
pub(crate) fn answer_to<'a>(call_id: &str, items: &'a [TranscriptItem]) -> Option<&'a str> {
    items.iter().find_map(|item| match item {
        TranscriptItem::Answer(Answer { call_id: to, text }) if to == call_id => Some(text.as_str()),
        _ => None,
    })
}

/// The request for approval of a call.
pub(crate) fn approval_request_for<'a>(
    call_id: &str,
    items: &'a [TranscriptItem],
) -> Option<&'a ApprovalRequest> {
    items.iter().find_map(|item| match item {
        TranscriptItem::ApprovalRequest(request) if request.call_id == call_id => Some(request),
        _ => None,
    })
}
