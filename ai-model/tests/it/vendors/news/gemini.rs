//! Google's news.

use protocol::run::RunOutcome;
use protocol::transcript::ToolStatus;
use serde_json::{Value, json};

use crate::harness::Outcome;
use crate::vendors::gemini::{Gemini, call};

/// The environment that each request declares.
fn environments(scripted: &Gemini) -> Vec<String> {
    let environment = |number| scripted.sent(number)["tools"][0]["computerUse"]["environment"].clone();
    (0..scripted.requests().len()).map(|number| environment(number).as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_current_models_use_a_desktop_and_have_no_price() {
    for model in ["gemini-3.6-flash", "gemini-3.7-flash", "gemini-3.8-flash"] {
        let turns = json!([{ "calls": [call("click", json!({ "x": 1, "y": 1 }))] }, { "text": "Done." }]);
        let scripted = Gemini::with_model(model, turns).await;
        let outcome = scripted.run("click").await;
        assert_eq!(outcome.answer(), "Done.");
        assert_eq!(environments(&scripted), ["ENVIRONMENT_DESKTOP"; 2]);
        assert_eq!(outcome.turns()[0].cost.microdollars, None, "{model}");
    }
}

#[tokio::test]
async fn a_model_that_knows_no_desktop_is_stepped_down_and_remembered() {
    let scripted = Gemini::with_model(
        "gemini-3.1-pro-preview",
        json!([
            { "calls": [call("click_at", json!({ "x": 500, "y": 500 }))] },
            { "text": "Done." },
            { "text": "Again." },
        ]),
    )
    .await;
    let outcome = scripted.try_run("click").await;
    assert_eq!((outcome.answer().as_str(), outcome.retry_delays()), ("Done.", vec![]));
    assert_eq!(outcome.results()[0].status, ToolStatus::Done);
    assert_eq!(scripted.try_run("hi").await.answer(), "Again.");
    let browser = "ENVIRONMENT_BROWSER";
    assert_eq!(environments(&scripted), ["ENVIRONMENT_DESKTOP", browser, browser, browser]);
    assert!(scripted.sent(1)["tools"][0]["computerUse"].get("excludedPredefinedFunctions").is_none());
}

/// A piece of an answer that takes further requests.
fn piece(text: &str) -> Value {
    json!({ "text": text, "stop_reason": "CONTINUATION" })
}

#[tokio::test]
async fn an_answer_that_takes_several_requests_is_one_turn() {
    let last = json!({ "text": "three.", "calls": [call("click", json!({ "x": 1, "y": 1 }))] });
    let scripted = Gemini::new(json!([piece("One, "), piece("two, "), last, { "text": "Done." }])).await;
    let outcome = scripted.run("count").await;
    assert_eq!((outcome.end().outcome, outcome.answer().as_str()), (RunOutcome::Succeeded, "Done."));
    let turns = outcome.turns();
    assert_eq!(turns.len(), 2);
    assert_eq!(serde_json::to_value(&turns[0].content[0]).unwrap()["text"], "One, two, three.");
    assert_eq!(turns[0].usage.output_tokens, 3 * turns[1].usage.output_tokens);
    assert_eq!(turns[0].usage.cache_read_tokens, 3 * turns[1].usage.cache_read_tokens);
    assert_eq!(outcome.results()[0].status, ToolStatus::Done);
    let tokens: Vec<bool> =
        (0..4).map(|number| scripted.sent(number).get("continuationToken").is_some()).collect();
    assert_eq!(tokens, [false, true, true, false]);
}

#[tokio::test]
async fn an_answer_that_breaks_off_goes_on_where_its_last_request_began() {
    let broken = json!({ "text": "tw", "faults": { "break_after": 1 } });
    let scripted = Gemini::new(json!([piece("One, "), broken, { "text": "two." }])).await;
    let outcome = scripted.run("count").await;
    assert_eq!(outcome.answer(), "One, two.");
    assert_eq!(outcome.retry_delays().len(), 1);
    assert_eq!(scripted.sent(1), scripted.sent(2));
}

#[tokio::test]
async fn an_answer_takes_at_most_eight_requests() {
    let turns: Vec<Value> = (0..8).map(|_| piece("on and ")).chain([json!({ "text": "Done." })]).collect();
    let scripted = Gemini::new(Value::Array(turns)).await;
    let outcome = scripted.run("count").await;
    assert_eq!(outcome.turns()[0].stop_reason, "max_tokens");
    assert_eq!((outcome.answer().as_str(), scripted.requests().len()), ("Done.", 9));
}

async fn ended(reason: &str) -> Outcome {
    Gemini::new(json!([{ "text": "So", "stop_reason": reason }])).await.run("act").await
}

#[tokio::test]
async fn each_filter_has_a_reason_of_its_own() {
    for (reason, category) in [
        ("SAFETY", "safety"),
        ("RECITATION", "recitation"),
        ("LANGUAGE", "language"),
        ("BLOCKLIST", "blocklist"),
        ("PROHIBITED_CONTENT", "prohibited_content"),
        ("SPII", "spii"),
        ("ESCALATION", "escalation"),
        ("MODEL_ARMOR", "model_armor"),
    ] {
        let outcome = ended(reason).await;
        let end = outcome.end();
        assert_eq!((end.outcome, end.code.as_str()), (RunOutcome::Failed, "refusal"), "{reason}");
        let facts = serde_json::to_value(&end.facts).unwrap();
        assert_eq!(facts, json!({ "variant": "category", "category": category }));
    }
    let newer = ended("WEATHER").await;
    assert_eq!(newer.end().code, "refusal");
    assert!(newer.facts().contains("WEATHER"), "{}", newer.facts());
}

#[tokio::test]
async fn a_limited_account_is_told() {
    let outcome = ended("PUP_LIMITED_DISABLED").await;
    assert_eq!((outcome.end().outcome, outcome.end().code.as_str()), (RunOutcome::Failed, "account_limited"));
    assert!(outcome.facts().contains("aistudio.google.com"), "{}", outcome.facts());
}

#[tokio::test]
async fn injections_are_detected_only_as_the_setting_says() {
    for (setting, expected) in [("", Value::Null), ("false", Value::Null), ("true", json!(true))] {
        let setting = format!("--gemini-prompt-injection-detection={setting}");
        let scripted = Gemini::with_settings(json!([{ "text": "Hello." }]), &[&setting]).await;
        scripted.run("hi").await;
        let computer = scripted.sent(0)["tools"][0]["computerUse"].clone();
        assert_eq!(computer["enablePromptInjectionDetection"], expected);
        assert!(computer.get("disabledSafetyPolicies").is_none());
    }
}
