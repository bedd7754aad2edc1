//! Calls that a vendor wants confirmed: they need approval like any others.

use ai_model::fakes::{GeminiRules, OpenAiRules};
use protocol::action::Action;
use protocol::run::{RunEvent, RunOutcome};
use protocol::transcript::approval::{Decision, Effect, Verdict};
use protocol::transcript::{ToolStatus, TranscriptItem};
use serde_json::{Value, json};

use crate::harness::{Outcome, Scripted, Vendor, user};

const WHY: &str = "The page wants your password.";

/// OpenAI's call with three actions and a safety check.
fn checked() -> Value {
    let click = |x: u32| json!({ "type": "click", "button": "left", "x": x, "y": 2 });
    let checks = json!([{ "id": "sc_1", "code": "malicious_instructions", "message": WHY }]);
    let call = json!({
        "type": "computer_call",
        "actions": [click(1), { "type": "type", "text": "secret" }, click(3)],
        "pending_safety_checks": checks,
    });
    json!([{ "thinking": "Hm.", "blocks": [call] }, { "text": "So be it." }])
}

/// Gemini's call with a safety decision, and another call after it.
fn judged() -> Value {
    let decision = json!({ "decision": "require_confirmation", "explanation": WHY });
    json!([
        { "calls": [
            { "member": "click", "input": { "x": 1, "y": 1, "safety_decision": decision } },
            { "member": "type", "input": { "text": "secret" } },
        ]},
        { "text": "So be it." },
    ])
}

/// The run that requests the decision, and the one that resumes with it.
async fn request_and_resume<V: Vendor>(
    scripted: &Scripted<V>,
    decision: fn(&str) -> TranscriptItem,
) -> (Outcome, Outcome) {
    let asked = scripted.run("pay").await;
    assert_eq!(
        (asked.end().outcome, asked.end().code.as_str()),
        (RunOutcome::ApprovalRequired, "approval_required")
    );
    assert_eq!(
        serde_json::to_value(&asked.end().facts).unwrap(),
        json!({ "variant": "explained", "effects": ["pointing"], "reason": WHY })
    );
    let call = &asked.calls()[0];
    assert_eq!(asked.end().call_id.as_ref(), Some(&call.call_id));
    let request = asked.events.iter().find_map(|event| match event {
        RunEvent::ApprovalRequested(request) => Some(request),
        _ => None,
    });
    let request = request.unwrap();
    assert_eq!((request.reason.as_deref(), request.call_id.as_str()), (Some(WHY), call.call_id.as_str()));
    assert_eq!(request.effects, [Effect::Pointing].into());
    assert_eq!(scripted.agent.actions(), [], "nothing is done before the decision");
    let mut transcript = super::transcript("pay", &asked, usize::MAX);
    transcript.push(decision(&call.call_id));
    let resumed = scripted.resume(transcript, &asked).await;
    scripted.assert_accepted();
    assert_eq!((resumed.end().outcome, resumed.answer().as_str()), (RunOutcome::Succeeded, "So be it."));
    (asked, resumed)
}

fn approve(call_id: &str) -> TranscriptItem {
    TranscriptItem::Decision(Decision { call_id: call_id.to_owned(), verdict: Verdict::Approve })
}

fn deny(call_id: &str) -> TranscriptItem {
    let verdict = Verdict::Deny { reason: "Not my password.".to_owned() };
    TranscriptItem::Decision(Decision { call_id: call_id.to_owned(), verdict })
}

fn message(_call_id: &str) -> TranscriptItem {
    user("leave it")
}

#[tokio::test]
async fn an_approved_call_is_executed_and_openais_checks_are_acknowledged() {
    let scripted = Scripted::<OpenAiRules>::new(checked()).await;
    let (_, resumed) = request_and_resume(&scripted, approve).await;
    assert_eq!(resumed.statuses(), [ToolStatus::Done; 3]);
    assert_eq!(scripted.agent.actions()[1], Action::Type { text: "secret".to_owned() });
    let sent = scripted.sent(1);
    let answer = sent["input"].as_array().unwrap().last().unwrap();
    assert_eq!(answer["type"], "computer_call_output");
    assert_eq!(
        answer["acknowledged_safety_checks"],
        json!([{ "id": "sc_1", "code": "malicious_instructions", "message": WHY }])
    );
}

#[tokio::test]
async fn a_denied_call_is_not_executed_and_openais_checks_are_not_acknowledged() {
    let scripted = Scripted::<OpenAiRules>::new(checked()).await;
    let (_, resumed) = request_and_resume(&scripted, deny).await;
    assert_eq!(resumed.statuses(), [ToolStatus::NotExecuted; 3]);
    assert_eq!(scripted.agent.actions(), []);
    let sent = scripted.requests()[1].body.clone();
    assert!(!sent.contains("acknowledged_safety_checks") && !sent.contains("computer_call"), "{sent}");
    assert!(sent.contains("The person says: Not my password."), "{sent}");
}

#[tokio::test]
async fn a_message_instead_of_a_decision_supersedes_openais_call() {
    let scripted = Scripted::<OpenAiRules>::new(checked()).await;
    let (_, resumed) = request_and_resume(&scripted, message).await;
    assert_eq!(resumed.statuses(), [ToolStatus::NotExecuted; 3]);
    let sent = scripted.requests()[1].body.clone();
    assert!(sent.contains("wrote a message instead") && sent.contains("leave it"), "{sent}");
    assert!(!sent.contains("acknowledged_safety_checks"), "{sent}");
}

#[tokio::test]
async fn an_approved_call_is_executed_and_acknowledged_to_gemini() {
    let scripted = Scripted::<GeminiRules>::new(judged()).await;
    let (_, resumed) = request_and_resume(&scripted, approve).await;
    assert_eq!(resumed.statuses(), [ToolStatus::Done; 2]);
    let sent = scripted.sent(1);
    let answers = sent["contents"].as_array().unwrap().last().unwrap()["parts"].clone();
    let acknowledged =
        |number: usize| answers[number]["functionResponse"]["response"]["safety_acknowledgement"].clone();
    assert_eq!((acknowledged(0), acknowledged(1)), (json!("true"), Value::Null));
}

#[tokio::test]
async fn a_denied_call_is_not_executed_and_not_acknowledged_to_gemini() {
    let scripted = Scripted::<GeminiRules>::new(judged()).await;
    let (_, resumed) = request_and_resume(&scripted, deny).await;
    assert_eq!(resumed.statuses(), [ToolStatus::NotExecuted; 2]);
    assert_eq!(scripted.agent.actions(), []);
    let sent = scripted.requests()[1].body.clone();
    assert!(!sent.contains("safety_acknowledgement") && !sent.contains("functionCall\""), "{sent}");
    assert!(sent.contains("The person says: Not my password."), "{sent}");
}
