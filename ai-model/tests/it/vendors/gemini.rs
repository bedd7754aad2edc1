//! Gemini's computer use.

use ai_model::fakes::{GeminiRules, VendorFake};
use protocol::action::{Action, Button, Point};
use protocol::run::RunOutcome;
use protocol::transcript::{App, AssistantBlock, Tool, ToolStatus};
use serde_json::{Value, json};

use super::image_size;
use crate::fake_agent::FAILS;
use crate::harness::{Scripted, Vendor};

impl Vendor for GeminiRules {
    type Fake = VendorFake<Self>;
    const PROVIDER: &'static str = "gemini";
    const MODEL: &'static str = "gemini-3.5-flash";
    const BASE_PATH: &'static str = "";
}

pub(super) type Gemini = Scripted<GeminiRules>;

pub(super) fn call(name: &str, args: Value) -> Value {
    let mut call = json!({ "member": name });
    call["input"] = args;
    call
}

pub(super) fn job() -> Value {
    json!([
        { "thinking": "I look first.", "calls": [call("take_screenshot", json!({ "intent": "look" }))] },
        { "text": "I click and type.", "calls": [call("click", json!({ "x": 500, "y": 250, "intent": "focus" }))] },
        { "calls": [call("type", json!({ "text": "ls", "press_enter": true }))] },
        { "calls": [{ "bash": "echo hi" }] },
        { "calls": [call("open", json!({ "app": "terminal" }))] },
        { "text": "All done." },
    ])
}

/// The responses to calls in a request, in order.
pub(super) fn responses(body: &Value) -> Vec<Value> {
    let contents = body["contents"].as_array().unwrap().iter();
    let parts = contents.flat_map(|content| content["parts"].as_array().unwrap().clone());
    parts.filter_map(|mut part| part.get_mut("functionResponse").map(Value::take)).collect()
}

pub(super) fn image_in(answer: &Value) -> &str {
    answer["parts"][0]["inlineData"]["data"].as_str().unwrap()
}

#[tokio::test]
async fn a_job_is_completed() {
    let scripted = Gemini::new(job()).await;
    let outcome = scripted.run("do it").await;
    assert_eq!((outcome.end().outcome, outcome.end().code.as_str()), (RunOutcome::Succeeded, "end_turn"));
    assert_eq!(outcome.answer(), "All done.");
    let at = Some(Point { x: 640, y: 200 });
    assert_eq!(
        scripted.agent.actions()[..3],
        [
            Action::Screenshot,
            Action::Click { button: Button::Left, count: 1, at, modifiers: vec![] },
            Action::Type { text: "ls\n".to_owned() },
        ]
    );
    assert_eq!(scripted.agent.commands()[0], "echo hi");
    let thoughts = outcome.turns()[0]
        .content
        .iter()
        .any(|block| matches!(block, AssistantBlock::Thinking { text } if text == "I look first."));
    assert!(thoughts);
    assert!(
        outcome.turns()[1].content.contains(&AssistantBlock::Text { text: "I click and type.".to_owned() })
    );
}

#[tokio::test]
async fn a_request_has_the_required_fields_and_no_others() {
    let scripted = Gemini::new(json!([{ "text": "Hello." }])).await;
    scripted.run("hi").await;
    let sent = scripted.sent(0);
    assert_eq!(
        sent["tools"][0],
        json!({ "computerUse": {
            "environment": "ENVIRONMENT_DESKTOP", "excludedPredefinedFunctions": ["key_down", "key_up"],
        }})
    );
    let functions = sent["tools"][1]["functionDeclarations"].as_array().unwrap();
    let names: Vec<&str> = functions.iter().map(|function| function["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["shell", "open", "editor", "ask_user"]);
    assert_eq!(sent["contents"], json!([{ "role": "user", "parts": [{ "text": "hi" }] }]));
    let headers = &scripted.requests()[0].headers;
    assert_eq!(headers["x-goog-api-key"], "test-key");
    assert!(headers.get("authorization").is_none());
}

#[tokio::test]
async fn every_response_of_the_computer_has_a_screenshot_and_an_address() {
    let scripted = Gemini::new(job()).await;
    let outcome = scripted.run("do it").await;
    let sent = responses(&scripted.sent(5));
    let names: Vec<&str> = sent.iter().map(|answer| answer["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["take_screenshot", "click", "type", "shell", "open"]);
    for (answer, result) in sent.iter().zip(outcome.results()).take(3) {
        assert!(answer["response"]["url"].is_string());
        let shown = result.screenshot.clone().unwrap().sha256;
        assert_eq!(ai_model::images::name_of(image_in(answer)).unwrap(), shown);
    }
    assert_eq!(sent[3], json!({ "name": "shell", "response": { "output": "hi" } }));
}

#[tokio::test]
async fn the_older_generation_uses_the_browser_environment_and_its_own_functions() {
    let scripted = Gemini::with_model(
        "gemini-2.5-computer-use-preview-10-2025",
        json!([
            { "calls": [call("open_web_browser", json!({}))] },
            { "calls": [call("type_text_at", json!({ "x": 500, "y": 250, "text": "cats", "press_enter": true }))] },
            { "calls": [call("navigate", json!({ "url": "https://example.org" }))] },
            { "text": "Done." },
        ]),
    )
    .await;
    let outcome = scripted.run("cats").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(
        scripted.sent(0)["tools"][0],
        json!({ "computerUse": { "environment": "ENVIRONMENT_BROWSER" } })
    );
    let open =
        |argument: Option<&str>| Tool::Open { app: App::Browser, argument: argument.map(str::to_owned) };
    assert_eq!(outcome.calls()[0].tool, open(None));
    assert_eq!(outcome.calls().last().unwrap().tool, open(Some("https://example.org")));
    let typed: Vec<Action> =
        scripted.agent.actions().into_iter().filter(|it| *it != Action::Screenshot).collect();
    assert_eq!(typed.len(), 4);
    assert_eq!(typed[3], Action::Type { text: "cats\n".to_owned() });
    let sent = responses(&scripted.sent(3));
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|answer| !image_in(answer).is_empty()));
}

#[tokio::test]
async fn several_calls_of_a_turn_have_responses_in_order_with_their_ids() {
    let with_id = |id: &str, x: u32| json!({ "functionCall": { "id": id, "name": "click", "args": { "x": x, "y": 10 } } });
    let scripted = Gemini::new(json!([
        { "blocks": [with_id("a", 1), with_id("b", 2)] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("click").await;
    let sent = responses(&scripted.sent(1));
    assert_eq!((sent[0]["id"].as_str(), sent[1]["id"].as_str()), (Some("a"), Some("b")));
    let names: Vec<String> =
        sent.iter().map(|answer| ai_model::images::name_of(image_in(answer)).unwrap()).collect();
    let results: Vec<String> =
        outcome.results().iter().map(|result| result.screenshot.clone().unwrap().sha256).collect();
    assert_eq!(names, results);
    assert_ne!(names[0], names[1]);
}

#[tokio::test]
async fn calls_without_an_id_get_one_of_ours_and_their_responses_have_none() {
    let scripted = Gemini::new(json!([
        { "calls": [call("move", json!({ "x": 1, "y": 1 })), call("move", json!({ "x": 2, "y": 1 }))] },
        { "calls": [call("move", json!({ "x": 3, "y": 1 }))] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("move").await;
    let mut ids: Vec<&str> = outcome.calls().iter().map(|call| call.call_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    assert!(responses(&scripted.sent(2)).iter().all(|answer| answer.get("id").is_none()));
}

#[tokio::test]
async fn a_failed_action_halts_the_rest_and_the_model_gets_the_error_and_a_screenshot() {
    let scripted = Gemini::new(json!([
        { "calls": [call("type", json!({ "text": FAILS })), call("click", json!({ "x": 1, "y": 1 }))] },
        { "text": "Pity." },
    ]))
    .await;
    let outcome = scripted.run("act").await;
    assert_eq!(outcome.results()[1].status, ToolStatus::NotExecuted);
    let sent = responses(&scripted.sent(1));
    assert_eq!(sent[0]["response"]["error"], "The text can't be typed.");
    assert!(sent[1]["response"]["error"].as_str().unwrap().starts_with("Not executed"));
    let failed = outcome.results()[0].screenshot.clone().unwrap().sha256;
    assert_eq!(ai_model::images::name_of(image_in(&sent[1])).unwrap(), failed);
}

#[tokio::test]
async fn an_invalid_call_has_a_response_even_before_the_first_screenshot() {
    for (name, args, problem) in [
        ("click", json!({ "x": 5000, "y": 1 }), "'x' must be 0 to 999, not 5000."),
        ("key_down", json!({ "key": "a" }), "There is no such function."),
    ] {
        let scripted = Gemini::new(json!([{ "calls": [call(name, args)] }, { "text": "Oh." }])).await;
        scripted.run("act").await;
        let sent = responses(&scripted.sent(1));
        assert_eq!(sent[0]["response"]["error"], problem);
        assert_eq!(image_size(image_in(&sent[0])), (1280, 800));
    }
}

#[tokio::test]
async fn a_call_that_the_vendor_blocks_is_a_refusal() {
    let decision = |decision: &str| json!({ "x": 1, "y": 1, "safety_decision": { "decision": decision, "explanation": "It accepts cookies." } });
    let scripted = Gemini::new(json!([{ "calls": [call("click", decision("block"))] }])).await;
    let outcome = scripted.run("accept").await;
    assert_eq!(outcome.end().code, "refusal");
    assert!(outcome.facts().contains("It accepts cookies."), "{}", outcome.facts());
    assert_eq!(scripted.agent.actions(), []);
    let scripted =
        Gemini::new(json!([{ "calls": [call("click", decision("regular"))] }, { "text": "Done." }])).await;
    assert_eq!(scripted.run("accept").await.results()[0].status, ToolStatus::Done);
}

#[tokio::test]
async fn every_finish_reason_is_handled() {
    let stopped = |reason: &str| json!([{ "text": "So", "stop_reason": reason }, { "text": "Done." }]);
    for (reason, code, requests) in [
        // An empty one is none: the stream broke off.
        ("", "end_turn", 2),
        ("MAX_TOKENS", "end_turn", 2),
        ("MALFORMED_FUNCTION_CALL", "end_turn", 2),
        ("SAFETY", "refusal", 1),
        ("PROHIBITED_CONTENT", "refusal", 1),
        ("MISSING_THOUGHT_SIGNATURE", "request_rejected", 1),
    ] {
        let scripted = Gemini::new(stopped(reason)).await;
        let outcome = scripted.run("hi").await;
        assert_eq!((outcome.end().code.as_str(), scripted.requests().len()), (code, requests), "{reason}");
    }
}
