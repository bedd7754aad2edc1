//! Decides whether a call may be executed: it may need a person's approval or answer first.

use std::collections::BTreeSet;

use protocol::run::{ModelReason, RunEnd, RunOutcome};
use protocol::transcript::approval::{ApprovalPolicy, ApprovalRequest, Effect, Verdict};
use protocol::transcript::{Tool, ToolCall, ToolResult, ToolStatus, TranscriptItem};

use super::resume::unexecuted;
use crate::tools::{behavior_of, effects_of, one_line};
use crate::transcript::canned_results::DENIED;
use crate::transcript::decisions::{answer_to, approval_request_for, decision_on};

/// Whether a call may be executed.
pub(super) enum Gate {
    /// It is executed.
    Open,
    /// It is executed: a person has approved it.
    Approved,
    /// It is not executed; this is its result.
    Answered(ToolResult),
    /// A person has to approve it first.
    NeedsApproval(ApprovalRequest),
    /// A person has to answer it.
    NeedsAnswer,
}

/// Decides by the policy and by what a person did since the turn.
pub(super) fn gate(call: &ToolCall, policy: &ApprovalPolicy, since: &[TranscriptItem]) -> Gate {
    if behavior_of(&call.tool).question().is_some() {
        return match answer_to(&call.call_id, since) {
            Some(text) => Gate::Answered(unexecuted(call, ToolStatus::Done, non_empty(text))),
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
    // An invalid call is never executed.
    let reason = call.confirmation.clone().filter(|_| !matches!(call.tool, Tool::Invalid { .. }));
    // A call that the vendor wants confirmed needs approval for all of its effects, whatever the policy.
    let effects =
        if reason.is_some() { effects_of(&call.tool) } else { effects_needing_approval(policy, &call.tool) };
    // A requested approval stays required, even if the policy has changed since.
    if effects.is_empty() && reason.is_none() && approval_request_for(&call.call_id, since).is_none() {
        return Gate::Open;
    }
    Gate::NeedsApproval(ApprovalRequest { call_id: call.call_id.clone(), effects, reason })
}

/// The effects of a call that need a person's approval.
fn effects_needing_approval(policy: &ApprovalPolicy, tool: &Tool) -> BTreeSet<Effect> {
    let effects = effects_of(tool);
    match policy {
        ApprovalPolicy::Nothing => BTreeSet::new(),
        ApprovalPolicy::Everything => effects,
        ApprovalPolicy::Effects { effects: guarded } => effects.intersection(guarded).copied().collect(),
    }
}

/// Vendors reject an empty text.
fn non_empty(text: &str) -> &str {
    if text.trim().is_empty() { "(no answer)" } else { text }
}

fn denied(reason: &str) -> String {
    match reason.trim() {
        "" => DENIED.to_owned(),
        reason => format!("{DENIED} The person says: {}", one_line(reason)),
    }
}

/// The end of a run that waits for approval.
pub(super) fn approval_required(request: &ApprovalRequest) -> RunEnd {
    let effects = described(&request.effects);
    let reason = request.reason.as_deref().map(one_line).filter(|reason| !reason.is_empty());
    let reason = match reason {
        Some(reason) => ModelReason::ExplainedApproval { effects, reason },
        None => ModelReason::ApprovalRequired { effects },
    };
    RunEnd::waiting(RunOutcome::ApprovalRequired, reason, request.call_id.clone())
}

/// The end of a run that waits for a person's answer.
pub(super) fn question_asked(call: &ToolCall) -> RunEnd {
    let question = behavior_of(&call.tool).question().unwrap_or_default().to_owned();
    let reason = ModelReason::QuestionAsked { question };
    RunEnd::waiting(RunOutcome::QuestionAsked, reason, call.call_id.clone())
}

/// The names of the effects; a call without any still goes on with the run.
fn described(effects: &BTreeSet<Effect>) -> Vec<String> {
    let name = |effect: &Effect| match effect {
        Effect::Pointing => "pointing",
        Effect::Typing => "typing",
        Effect::Submitting => "submitting",
        Effect::Shell => "shell",
        Effect::Editing => "editing",
        Effect::Navigating => "navigating",
    };
    let names: Vec<&str> = effects.iter().map(name).collect();
    let names = if names.is_empty() { vec!["continuing"] } else { names };
    names.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use protocol::action::{Action, Button};
    use protocol::transcript::approval::Effect::{Pointing, Shell, Submitting, Typing};

    use super::*;

    fn act(action: Action) -> Tool {
        Tool::Computer { action }
    }

    fn typed(text: &str) -> Tool {
        act(Action::Type { text: text.to_owned() })
    }

    fn key(chord: &str) -> Tool {
        act(Action::Key { chord: chord.to_owned(), repeat: 1 })
    }

    fn click(button: Button) -> Tool {
        act(Action::Click { button, count: 1, at: None, modifiers: Vec::new() })
    }

    #[test]
    fn a_policy_decides_which_effects_need_approval() {
        let only =
            |effects: &[Effect]| ApprovalPolicy::Effects { effects: effects.iter().copied().collect() };
        let table = [
            (ApprovalPolicy::Nothing, typed("ls\n"), vec![]),
            (ApprovalPolicy::Everything, typed("ls\n"), vec![Typing, Submitting]),
            (ApprovalPolicy::Everything, click(Button::Left), vec![Pointing]),
            (ApprovalPolicy::Everything, act(Action::Screenshot), vec![]),
            (only(&[Submitting]), typed("ls"), vec![]),
            (only(&[Submitting]), typed("ls\n"), vec![Submitting]),
            (only(&[Typing, Shell]), key("a"), vec![Typing]),
            (only(&[Typing, Shell]), click(Button::Middle), vec![Typing]),
            (only(&[]), key("a"), vec![]),
        ];
        for (policy, tool, needed) in table {
            assert_eq!(
                effects_needing_approval(&policy, &tool),
                needed.into_iter().collect(),
                "{policy:?} {tool:?}"
            );
        }
    }
}
