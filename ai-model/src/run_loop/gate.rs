//! What stands between a call and its being done: a person's word, or a person's answer.

use std::collections::BTreeSet;

use protocol::run::{RunEnd, RunOutcome};
use protocol::transcript::approval::{ApprovalPolicy, ApprovalRequest, Effect, Verdict};
use protocol::transcript::{Tool, ToolCall, ToolResult, ToolStatus, TranscriptItem};

use super::resume::unexecuted;
use crate::tools::effects::{effects_of, need_approval};
use crate::tools::executor::one_line;
use crate::transcript::canned_results::DENIED;
use crate::transcript::decisions::{answer_to, approval_request_for, decision_on};

/// What is to become of a call.
pub(super) enum Gate {
    /// It is done.
    Open,
    /// It is done, for a person has approved it.
    Approved,
    /// It is not done; this is its answer.
    Answered(ToolResult),
    /// A person has to approve it first.
    NeedsApproval(ApprovalRequest),
    /// A person has to answer it.
    NeedsAnswer,
}

/// What is to become of a call, by the policy and what a person said since the turn.
pub(super) fn gate(call: &ToolCall, policy: &ApprovalPolicy, since: &[TranscriptItem]) -> Gate {
    if let Tool::Ask { .. } = call.tool {
        return match answer_to(&call.call_id, since) {
            Some(text) => Gate::Answered(unexecuted(call, ToolStatus::Done, said(text))),
            None => Gate::NeedsAnswer,
        };
    }
    match decision_on(&call.call_id, since) {
        Some(Verdict::Approve) => return Gate::Approved,
        Some(Verdict::Deny { reason }) => {
            return Gate::Answered(unexecuted(call, ToolStatus::NotExecuted, &denied(reason)));
        }
        None => {}
    }
    // What can't be understood is not done anyway.
    let reason = call.confirmation.clone().filter(|_| !matches!(call.tool, Tool::Invalid { .. }));
    // The vendor wants a word on all that the call does, whatever the policy says.
    let effects = if reason.is_some() { effects_of(&call.tool) } else { need_approval(policy, &call.tool) };
    // What was asked once is not done without a word, even if the policy would let it pass by now.
    if effects.is_empty() && reason.is_none() && approval_request_for(&call.call_id, since).is_none() {
        return Gate::Open;
    }
    Gate::NeedsApproval(ApprovalRequest { call_id: call.call_id.clone(), effects, reason })
}

/// An answer is a text for the model, which takes no empty one.
fn said(text: &str) -> &str {
    if text.trim().is_empty() { "(no answer)" } else { text }
}

fn denied(reason: &str) -> String {
    match reason.trim() {
        "" => DENIED.to_owned(),
        reason => format!("{DENIED} The person says: {}", one_line(reason)),
    }
}

/// The end of a run that waits for a person's word.
pub(super) fn approval_required(request: &ApprovalRequest) -> RunEnd {
    let wanted = format!("Your approval is needed before the assistant {}.", described(&request.effects));
    let reason = request.reason.as_deref().map(one_line).filter(|reason| !reason.is_empty());
    RunEnd {
        outcome: RunOutcome::ApprovalRequired,
        code: "approval_required".to_owned(),
        message: match reason {
            Some(reason) => format!("{wanted} The model's vendor says: {reason}"),
            None => wanted,
        },
        call_id: Some(request.call_id.clone()),
    }
}

/// The end of a run that waits for a person's answer.
pub(super) fn question_asked(call: &ToolCall) -> RunEnd {
    let question = if let Tool::Ask { question, .. } = &call.tool { question.as_str() } else { "" };
    RunEnd {
        outcome: RunOutcome::QuestionAsked,
        code: "question_asked".to_owned(),
        message: question.to_owned(),
        call_id: Some(call.call_id.clone()),
    }
}

fn described(effects: &BTreeSet<Effect>) -> String {
    let words: Vec<&str> = effects
        .iter()
        .map(|effect| match effect {
            Effect::Pointing => "uses the mouse",
            Effect::Typing => "types",
            Effect::Submitting => "presses Return",
            Effect::Shell => "runs a command",
            Effect::Editing => "writes a file",
            Effect::Navigating => "opens a program or an address",
        })
        .collect();
    if words.is_empty() { "goes on".to_owned() } else { words.join(" and ") }
}
