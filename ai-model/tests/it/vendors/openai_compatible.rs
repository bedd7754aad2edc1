//! Servers with the Chat Completions API.

use ai_model::fakes::{ChatCompletionsRules, VendorFake};
use protocol::action::{Action, Button, Point};
use protocol::run::RunOutcome;
use protocol::transcript::{AssistantBlock, TokenUsage, ToolStatus};
use serde_json::{Value, json};

use super::image_size;
use crate::fake_agent::FAILS;
use crate::harness::{Scripted, Vendor};

impl Vendor for ChatCompletionsRules {
    type Fake = VendorFake<Self>;
    const PROVIDER: &'static str = "openai-compatible";
    const MODEL: &'static str = "qwen-vl";
    const BASE_PATH: &'static str = "/v1";
}

pub(super) type Compatible = Scripted<ChatCompletionsRules>;

pub(super) fn act(action: &str, input: Value) -> Value {
    let mut call = json!({ "member": action });
    call["input"] = input;
    call
}

pub(super) fn job() -> Value {
    json!([
        { "thinking": "I look first.", "calls": [act("screenshot", json!({}))] },
        { "text": "I click and type.", "calls": [
            act("left_click", json!({ "coordinate": [100, 200] })),
            act("type", json!({ "text": "ls" })),
            act("key", json!({ "text": "Return" })),
        ]},
        { "calls": [{ "bash": "echo hi" }] },
        { "calls": [{ "tool": "open", "input": { "app": "terminal" } }] },
        { "text": "All done." },
    ])
}

fn roles(body: &Value) -> Vec<&str> {
    body["messages"].as_array().unwrap().iter().map(|message| message["role"].as_str().unwrap()).collect()
}

/// The image data in a request.
pub(super) fn images(body: &Value) -> Vec<String> {
    let messages = body["messages"].as_array().unwrap().iter();
    let parts = messages.flat_map(|message| message["content"].as_array().cloned().unwrap_or_default());
    let urls = parts.filter_map(|part| part["image_url"]["url"].as_str().map(str::to_owned));
    urls.map(|url| url.split_once("base64,").unwrap().1.to_owned()).collect()
}

#[tokio::test]
async fn a_job_is_completed() {
    let scripted = Compatible::new(job()).await;
    let outcome = scripted.run("do it").await;
    assert_eq!((outcome.end().outcome, outcome.end().code.as_str()), (RunOutcome::Succeeded, "end_turn"));
    assert_eq!(outcome.answer(), "All done.");
    let at = Some(Point { x: 100, y: 200 });
    assert_eq!(
        scripted.agent.actions()[..4],
        [
            Action::Screenshot,
            Action::Click { button: Button::Left, count: 1, at, modifiers: vec![] },
            Action::Type { text: "ls".to_owned() },
            Action::Key { chord: "Return".to_owned(), repeat: 1 },
        ]
    );
    assert_eq!(scripted.agent.commands()[0], "echo hi");
    let thinking = AssistantBlock::Thinking { text: "I look first.".to_owned() };
    assert_eq!(outcome.turns()[0].content[0], thinking);
}

#[tokio::test]
async fn every_action_can_be_called() {
    let at = json!({ "coordinate": [10, 20] });
    let calls = [
        ("screenshot", json!({})),
        ("zoom", json!({ "region": [0, 0, 100, 100] })),
        ("left_click", at.clone()),
        ("right_click", at.clone()),
        ("middle_click", json!({})),
        ("double_click", at.clone()),
        ("triple_click", at.clone()),
        ("mouse_move", at.clone()),
        ("left_click_drag", json!({ "start_coordinate": [1, 2], "coordinate": [3, 4] })),
        ("left_mouse_down", json!({})),
        ("left_mouse_up", json!({})),
        ("cursor_position", json!({})),
        ("scroll", json!({ "coordinate": [1, 2], "scroll_direction": "down", "scroll_amount": 3 })),
        ("type", json!({ "text": "x" })),
        ("key", json!({ "text": "ctrl+s", "repeat": 2 })),
        ("hold_key", json!({ "text": "shift", "duration": 0.1 })),
        ("wait", json!({ "duration": 0.1 })),
    ];
    let scripted: Vec<Value> = calls.iter().map(|(name, input)| act(name, input.clone())).collect();
    let scripted = Compatible::new(json!([{ "calls": scripted }, { "text": "Done." }])).await;
    let outcome = scripted.run("all").await;
    assert!(
        outcome.results().iter().all(|result| result.status == ToolStatus::Done),
        "{:?}",
        outcome.results()
    );
    assert_eq!(scripted.agent.actions().len(), calls.len());
    let declared = &scripted.sent(0)["tools"][0]["function"]["parameters"]["properties"]["action"]["enum"];
    let names: Vec<&str> = calls.iter().map(|(name, _)| *name).collect();
    assert_eq!(*declared, json!(names));
}

#[tokio::test]
async fn images_follow_the_results_in_a_message_of_their_own() {
    let scripted = Compatible::new(job()).await;
    let outcome = scripted.run("do it").await;
    let sent = scripted.sent(2);
    assert_eq!(
        roles(&sent),
        ["system", "user", "assistant", "tool", "user", "assistant", "tool", "tool", "tool", "user"]
    );
    let shown = outcome.results()[3].screenshot.clone().unwrap().sha256;
    let images = images(&sent);
    assert_eq!(ai_model::images::name_of(&images[1]).unwrap(), shown);
    assert_eq!(image_size(&images[1]), (1280, 800));
    assert_eq!(sent["messages"][6]["content"], "OK");
}

#[tokio::test]
async fn a_server_without_a_key_gets_no_authorization_header() {
    let scripted = Compatible::without_key(json!([{ "text": "Hello." }])).await;
    let outcome = scripted.run("hi").await;
    assert_eq!(outcome.answer(), "Hello.");
    assert!(scripted.requests()[0].headers.get("authorization").is_none());
    let usage =
        TokenUsage { input_tokens: 11, cache_read_tokens: 7, cache_write_tokens: 0, output_tokens: 42 };
    assert_eq!(outcome.turns()[0].usage, usage);
}

#[tokio::test]
async fn what_a_server_rejected_once_is_remembered() {
    let look = || json!({ "calls": [act("screenshot", json!({}))] });
    let scripted = Compatible::with_model("pixtral", json!([look(), look(), { "text": "Done." }])).await;
    let outcome = scripted.try_run("look").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    let statuses: Vec<u16> = scripted.requests().iter().map(|request| request.summary.status).collect();
    assert_eq!(statuses, [422, 200, 400, 200, 200]);
    assert_eq!(roles(&scripted.sent(4)), ["system", "user", "assistant", "tool", "assistant", "tool"]);
    assert_eq!(images(&scripted.sent(4)).len(), 2);
    // The next run knows it from the beginning.
    assert_eq!(scripted.try_run("again").await.end().code, "request_rejected", "the script has ended");
    assert_eq!(scripted.requests().len(), 6);
}

#[tokio::test]
async fn a_model_without_vision_is_reported() {
    let turns = json!([{ "calls": [act("screenshot", json!({}))] }]);
    let scripted = Compatible::with_model("text-only", turns).await;
    let outcome = scripted.try_run("look").await;
    assert_eq!(outcome.end().code, "no_vision");
    assert!(outcome.facts().contains("text-only"), "{}", outcome.facts());
    assert!(outcome.facts().contains("OPENAI_COMPATIBLE_MODEL"));
}

#[tokio::test]
async fn a_model_without_tool_calls_is_reported() {
    let scripted = Compatible::with_model("no-tools", json!([])).await;
    let outcome = scripted.try_run("look").await;
    assert_eq!(outcome.end().code, "no_tools");
    assert!(outcome.facts().contains("no-tools"), "{}", outcome.facts());
}

#[tokio::test]
async fn reasoning_is_sent_back_in_its_field() {
    let scripted = Compatible::with_model("reasoning", job()).await;
    let mut turns = job().as_array().unwrap().clone();
    for turn in &mut turns[1..4] {
        turn["thinking"] = "Hm.".into();
    }
    drop(scripted);
    let scripted = Compatible::with_model("reasoning", Value::Array(turns)).await;
    scripted.run("do it").await;
    assert_eq!(scripted.sent(1)["messages"][2]["reasoning_content"], "I look first.");
}

#[tokio::test]
async fn an_invalid_call_gets_an_error_that_names_the_problem() {
    let calls = [
        (
            json!({ "member": "fly", "input": {} }),
            "There is no such computer action; it must be screenshot, zoom,",
        ),
        (
            json!({ "member": "scroll", "input": { "scroll_direction": "in" } }),
            "'scroll_direction' must be up",
        ),
        (
            json!({ "member": "left_click", "input": { "coordinate": [9999, 1] } }),
            "'coordinate' [9999, 1] is outside the screen of 1280 x 800.",
        ),
        (json!({ "tool": "open", "input": { "app": "doom" } }), "'app' must be"),
        (json!({ "member": "type", "input_text": "{\"action\":\"ty" }), "The arguments were no valid JSON."),
        (json!({ "member": "type", "input": { "text": FAILS } }), "The text can't be typed."),
    ];
    for (scripted, expected) in calls {
        let scripted = Compatible::new(json!([{ "calls": [scripted] }, { "text": "Oh." }])).await;
        scripted.run("act").await;
        let sent = scripted.sent(1);
        let answer = sent["messages"].as_array().unwrap().last().unwrap();
        assert_eq!(answer["role"], "tool");
        let text = answer["content"].as_str().unwrap();
        assert!(text.starts_with("Error: ") && text.contains(expected), "{text}");
    }
}
