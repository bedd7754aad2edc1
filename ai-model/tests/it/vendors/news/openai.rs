//! OpenAI's news.

use protocol::action::Action;
use protocol::run::RunOutcome;
use protocol::transcript::TranscriptItem;
use protocol::transcript::approval::{Decision, Verdict};
use serde_json::{Value, json};

use crate::harness::Outcome;
use crate::vendors::openai::{OpenAi, call, click};
use crate::vendors::transcript;

const WHY: &str = "The model was about to send files that nobody asked it to send.";
const STEER: &str = "Continue, but send no files.";

#[tokio::test]
async fn the_current_models_use_their_computer_tool_and_have_no_price() {
    for model in ["gpt-5.6-luna", "gpt-6-astra", "gpt-6.1-terra", "gpt-6.2-sol"] {
        let turns = json!([{ "blocks": [call(json!([click(1, 2)]))] }, { "text": "Done." }]);
        let scripted = OpenAi::with_model(model, turns).await;
        let outcome = scripted.run("click").await;
        assert_eq!(outcome.answer(), "Done.");
        assert_eq!(scripted.sent(0)["tools"][0], json!({ "type": "computer" }));
        assert_eq!(outcome.turns()[0].cost.microdollars, None, "{model}");
    }
    let scripted = OpenAi::new(json!([])).await;
    let known = scripted.service.http.get(scripted.service.url("/v1/models")).send().await.unwrap();
    let known: Value = known.json().await.unwrap();
    let providers = known["providers"].as_array().unwrap();
    let openai = providers.iter().find(|provider| provider["provider"] == "openai").unwrap();
    let facts =
        openai["models"].as_array().unwrap().iter().find(|model| model["id"] == "gpt-6.2-sol").unwrap();
    assert!(facts.get("price").is_none(), "{facts}");
}

#[tokio::test]
async fn a_turn_that_ends_at_max_messages_goes_on_with_its_last_call() {
    let scripted = OpenAi::new(json!([
        { "thinking": "Hm.", "stop_reason": "max_messages", "blocks": [call(json!([click(1, 2)]))] },
        { "text": "So far.", "stop_reason": "max_messages" },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("act").await;
    assert_eq!((outcome.end().outcome, outcome.answer().as_str()), (RunOutcome::Succeeded, "Done."));
    let reasons: Vec<&str> = outcome.turns().iter().map(|turn| turn.stop_reason.as_str()).collect();
    assert_eq!(reasons, ["tool_use", "pause_turn", "end_turn"]);
    assert_eq!(scripted.agent.actions().len(), 1, "the call is executed");
}

#[tokio::test]
async fn a_steered_turn_goes_on() {
    let scripted =
        OpenAi::new(json!([{ "text": "So far.", "stop_reason": "steered" }, { "text": "Done." }])).await;
    let outcome = scripted.run("act").await;
    assert_eq!((outcome.end().outcome, outcome.answer().as_str()), (RunOutcome::Succeeded, "Done."));
    assert_eq!(outcome.turns()[0].stop_reason, "pause_turn");
}

#[tokio::test]
async fn withheld_reasoning_does_not_break_a_turn() {
    let removed =
        json!({ "id": "rs_1", "type": "reasoning", "action": "removed", "reason": "organization_mismatch" });
    let scripted =
        OpenAi::new(json!([{ "text": "Done.", "response": { "input_transformations": [removed] } }])).await;
    assert_eq!(scripted.run("act").await.answer(), "Done.");
}

/// A turn that the vendor stops.
fn stopped(steer: &Value) -> Value {
    let misalignment = json!({
        "detailed_explanation": WHY, "error_type": "potentially_unintended_data_transfer",
        "review_target": null, "steer": steer,
    });
    let error = json!({
        "code": "misalignment_policy_violation", "message": "Blocked.", "misalignment": misalignment,
    });
    json!({ "text": "I send them.", "blocks": [call(json!([click(1, 2)]))], "response": { "error": error } })
}

/// The run that requests the decision, and the one that resumes with it.
async fn request_and_resume(verdict: Verdict) -> (OpenAi, Outcome) {
    let scripted = OpenAi::new(json!([stopped(&json!({ "message": STEER })), { "text": "So be it." }])).await;
    let asked = scripted.run("tidy up").await;
    assert_eq!(asked.end().outcome, RunOutcome::ApprovalRequired);
    assert_eq!(
        serde_json::to_value(&asked.end().facts).unwrap(),
        json!({ "variant": "explained", "effects": ["continuing"], "reason": WHY })
    );
    assert_eq!(scripted.agent.actions(), [], "nothing that the vendor stopped is done");
    let call_id = asked.end().call_id.clone().unwrap();
    let mut items = transcript("tidy up", &asked, usize::MAX);
    items.push(TranscriptItem::Decision(Decision { call_id, verdict }));
    let resumed = scripted.resume(items, &asked).await;
    scripted.assert_accepted();
    assert_eq!((resumed.end().outcome, resumed.answer().as_str()), (RunOutcome::Succeeded, "So be it."));
    (scripted, resumed)
}

#[tokio::test]
async fn a_stopped_turn_goes_on_as_the_vendor_says_once_a_person_approves() {
    let (scripted, _) = request_and_resume(Verdict::Approve).await;
    assert_eq!(scripted.agent.actions(), [Action::Screenshot]);
    let sent = scripted.sent(1);
    let last = sent["input"].as_array().unwrap().last().unwrap();
    assert_eq!(last["role"], "user");
    assert_eq!(last["content"], json!([{ "type": "input_text", "text": STEER }]));
    let sent = scripted.requests()[1].body.clone();
    assert!(!sent.contains("misalignment") && !sent.contains("computer_call"), "{sent}");
}

#[tokio::test]
async fn a_stopped_turn_that_a_person_denies_does_not_go_on() {
    let (scripted, _) = request_and_resume(Verdict::Deny { reason: "Leave my files.".to_owned() }).await;
    assert_eq!(scripted.agent.actions(), []);
    let sent = scripted.requests()[1].body.clone();
    assert!(sent.contains("The person says: Leave my files.") && !sent.contains(STEER), "{sent}");
}

#[tokio::test]
async fn a_stopped_turn_without_an_invitation_is_a_refusal() {
    let scripted = OpenAi::new(json!([stopped(&Value::Null)])).await;
    let outcome = scripted.run("tidy up").await;
    assert_eq!((outcome.end().outcome, outcome.end().code.as_str()), (RunOutcome::Failed, "refusal"));
    assert!(outcome.facts().contains(WHY), "{}", outcome.facts());
}

#[tokio::test]
async fn images_are_compressed_only_as_the_setting_says() {
    for (setting, expected) in [
        ("", Value::Null),
        ("auto", json!("auto")),
        ("enabled", json!("enabled")),
        ("disabled", json!("disabled")),
    ] {
        let setting = format!("--openai-image-context-compression={setting}");
        let scripted = OpenAi::with_settings(json!([{ "text": "Hello." }]), &[&setting]).await;
        scripted.run("hi").await;
        let sent = scripted.sent(0);
        assert_eq!(sent.pointer("/image/context_compression").cloned().unwrap_or_default(), expected);
    }
}
