//! OpenAI's computer tool.

use ai_model::fakes::{OpenAiRules, VendorFake};
use protocol::action::{Action, Button, Point, ScrollDirection, Size};
use protocol::run::RunOutcome;
use protocol::transcript::{AssistantBlock, Tool, ToolStatus, TranscriptItem};
use serde_json::{Value, json};

use super::image_size;
use crate::fake_agent::FAILS;
use crate::harness::{SCREEN, Scripted, Vendor};

impl Vendor for OpenAiRules {
    type Fake = VendorFake<Self>;
    const PROVIDER: &'static str = "openai";
    const MODEL: &'static str = "gpt-5.5";
    const BASE_PATH: &'static str = "/v1";
}

pub(super) type OpenAi = Scripted<OpenAiRules>;

pub(super) fn call(actions: Value) -> Value {
    let mut call = json!({ "type": "computer_call" });
    call["actions"] = actions;
    call
}

pub(super) fn click(x: i64, y: i64) -> Value {
    json!({ "type": "click", "button": "left", "x": x, "y": y })
}

pub(super) fn job() -> Value {
    json!([
        { "thinking": "I look first.", "blocks": [call(json!([{ "type": "screenshot" }]))] },
        { "thinking": "", "text": "I click and type.", "blocks": [call(json!([
            click(100, 200), { "type": "type", "text": "ls" }, { "type": "keypress", "keys": ["ENTER"] },
        ]))] },
        { "calls": [{ "bash": "echo hi" }] },
        { "calls": [{ "member": "open", "input": { "app": "terminal" } }] },
        { "thinking": "That was it.", "text": "All done." },
    ])
}

/// The data URL of the image in a request's last computer output.
pub(super) fn last_image(body: &Value) -> String {
    let mut outputs = body["input"].as_array().unwrap().iter();
    let last = outputs.rfind(|item| item["type"] == "computer_call_output").unwrap();
    last["output"]["image_url"].as_str().unwrap().to_owned()
}

pub(super) fn size_of(data_url: &str) -> (u32, u32) {
    image_size(data_url.split_once("base64,").unwrap().1)
}

#[tokio::test]
async fn a_job_is_completed() {
    let scripted = OpenAi::new(job()).await;
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
    assert_eq!(scripted.agent.opened()[0].target, "terminal");
    assert!(outcome.results().iter().all(|result| result.status == ToolStatus::Done));
    let thoughts = outcome.turns()[0].content.iter().find_map(|block| match block {
        AssistantBlock::Thinking { text } => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(thoughts, Some("I look first."));
}

#[tokio::test]
async fn a_request_has_the_required_fields_and_no_others() {
    let scripted = OpenAi::new(json!([{ "text": "Hello." }])).await;
    scripted.run("hi").await;
    let sent = scripted.sent(0);
    assert_eq!(sent["tools"][0], json!({ "type": "computer" }));
    let names: Vec<&str> =
        sent["tools"].as_array().unwrap()[1..].iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["shell", "open", "editor", "ask_user"]);
    assert_eq!((&sent["store"], &sent["stream"]), (&json!(false), &json!(true)));
    assert_eq!(sent["include"], json!(["reasoning.encrypted_content"]));
    assert_eq!(sent["parallel_tool_calls"], false);
    assert_eq!(sent["input"][0]["content"][0], json!({ "type": "input_text", "text": "hi" }));
    assert!(sent.get("previous_response_id").is_none());
    assert_eq!(scripted.requests()[0].headers["authorization"], "Bearer test-key");
}

#[tokio::test]
async fn the_older_model_gets_the_older_tool_and_images_that_are_not_shrunk() {
    let scripted = OpenAi::with_model(
        "computer-use-preview",
        json!([
            { "blocks": [{ "type": "computer_call", "action": { "type": "screenshot" } }] },
            { "blocks": [{ "type": "computer_call", "action": click(1228, 767) }] },
            { "text": "Done." },
        ]),
    )
    .await;
    scripted.run("click").await;
    let tool = &scripted.sent(0)["tools"][0];
    assert_eq!(
        *tool,
        json!({ "type": "computer_use_preview", "display_width": 1229, "display_height": 768, "environment": "linux" })
    );
    assert_eq!(scripted.sent(0)["truncation"], "auto");
    assert_eq!(size_of(&last_image(&scripted.sent(1))), (1229, 768));
    let Action::Click { at: Some(at), .. } = scripted.agent.actions()[1] else { panic!() };
    assert!((at.x - 1279).abs() <= 1 && (at.y - 799).abs() <= 1, "{at:?}");
}

#[tokio::test]
async fn a_call_of_several_actions_is_a_batch_with_one_image() {
    let actions = json!([click(1, 2), { "type": "scroll", "x": 5, "y": 6, "scroll_x": 0, "scroll_y": 300 }, { "type": "wait" }]);
    let scripted = OpenAi::new(json!([{ "blocks": [call(actions)] }, { "text": "Done." }])).await;
    let outcome = scripted.run("act").await;
    let ids: Vec<&str> = outcome.results().iter().map(|result| result.call_id.as_str()).collect();
    assert_eq!(ids, ["call_1_0#1", "call_1_0#2", "call_1_0#3"]);
    let wheel = &scripted.agent.actions()[1];
    assert!(matches!(wheel, Action::Scroll { direction: ScrollDirection::Down, clicks: 3, .. }), "{wheel:?}");
    let sent = scripted.sent(1);
    let items = sent["input"].as_array().unwrap();
    let outputs: Vec<&Value> = items.iter().filter(|item| item["type"] == "computer_call_output").collect();
    assert_eq!(outputs.len(), 1);
    assert_eq!(outputs[0]["call_id"], "call_1_0");
    assert_eq!(size_of(&last_image(&sent)), (1280, 800));
    let shown = outcome.results().last().unwrap().screenshot.clone().unwrap().sha256;
    let (_, data) =
        last_image(&sent).split_once("base64,").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert_eq!(ai_model::images::name_of(&data).unwrap(), shown);
}

#[tokio::test]
async fn a_failed_action_halts_the_rest_and_the_model_gets_the_error_and_a_screenshot() {
    let actions =
        json!([click(1, 2), { "type": "type", "text": FAILS }, { "type": "keypress", "keys": ["a"] }]);
    let scripted = OpenAi::new(json!([{ "blocks": [call(actions)] }, { "text": "Pity." }])).await;
    let outcome = scripted.run("act").await;
    let statuses: Vec<ToolStatus> = outcome.results().iter().map(|result| result.status).collect();
    assert_eq!(statuses, [ToolStatus::Done, ToolStatus::Failed, ToolStatus::NotExecuted]);
    assert_eq!(scripted.agent.actions().len(), 2);
    let sent = scripted.sent(1);
    let last = sent["input"].as_array().unwrap().last().unwrap();
    let text = last["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("[Action 2 failed. The text can't be typed.]"), "{text}");
    assert!(text.contains("[Action 3 failed. Not executed"), "{text}");
    let failed = outcome.results()[1].screenshot.clone().unwrap().sha256;
    let image = last_image(&sent);
    assert_eq!(ai_model::images::name_of(image.split_once("base64,").unwrap().1).unwrap(), failed);
}

#[tokio::test]
async fn an_invalid_call_has_an_output_even_before_the_first_screenshot() {
    let scripted =
        OpenAi::new(json!([{ "blocks": [call(json!([click(9999, 1)]))] }, { "text": "Oh." }])).await;
    let outcome = scripted.run("act").await;
    assert_eq!(outcome.results()[0].status, ToolStatus::Failed);
    assert_eq!(scripted.agent.actions(), []);
    let sent = scripted.sent(1);
    assert_eq!(size_of(&last_image(&sent)), (1280, 800));
    assert!(
        sent.to_string()
            .contains("[The action failed. The point (9999, 1) is outside the screen of 1280 x 800.]")
    );
}

#[tokio::test]
async fn an_invalid_function_call_gets_an_error_that_names_the_problem() {
    let calls = [
        (json!({ "member": "fly", "input": {} }), "There is no such function."),
        (json!({ "member": "shell", "input_text": "{\"comm" }), "The arguments were no valid JSON."),
        (json!({ "member": "open", "input": { "app": "doom" } }), "'app' must be"),
        (json!({ "bash": "exit 3" }), "[exit status 3]"),
    ];
    for (scripted, expected) in calls {
        let scripted = OpenAi::new(json!([{ "calls": [scripted] }, { "text": "Oh." }])).await;
        scripted.run("act").await;
        let sent = scripted.sent(1);
        let output = sent["input"].as_array().unwrap().last().unwrap();
        assert_eq!(output["type"], "function_call_output");
        assert!(output["output"].as_str().unwrap().contains(expected), "{output}");
    }
}

#[tokio::test]
async fn a_cut_off_call_is_dropped_with_its_reasoning() {
    let scripted = OpenAi::new(json!([
        { "thinking": "Hm.", "stop_reason": "max_output_tokens", "blocks": [call(json!([click(1, 2)]))] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("act").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(outcome.turns()[0].stop_reason, "max_tokens");
    assert_eq!(outcome.turns()[0].raw, "[]");
    assert_eq!(scripted.agent.actions(), []);
}

#[tokio::test]
async fn a_refusal_and_a_filter_end_the_run() {
    let refusal = json!({ "type": "message", "role": "assistant", "status": "completed",
        "content": [{ "type": "refusal", "refusal": "I can't help with that." }] });
    let scripted = OpenAi::new(json!([{ "blocks": [refusal] }])).await;
    let outcome = scripted.run("act").await;
    assert_eq!(outcome.end().code, "refusal");
    assert!(outcome.facts().contains("I can't help with that."));
    let scripted = OpenAi::new(json!([{ "text": "So", "stop_reason": "content_filter" }])).await;
    assert_eq!(scripted.run("act").await.end().code, "refusal");
}

#[tokio::test]
async fn an_account_without_summaries_is_remembered() {
    let refusal = json!({ "error": { "status": 400, "type": "unsupported_value",
        "message": "Your organization must be verified to use reasoning.summary." } });
    let scripted = OpenAi::new(json!([
        refusal,
        { "blocks": [call(json!([{ "type": "screenshot" }]))] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("look").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    let asked: Vec<bool> = (0..3).map(|number| scripted.sent(number).get("reasoning").is_some()).collect();
    assert_eq!(asked, [true, false, false]);
}

#[tokio::test]
async fn a_plain_chat_is_answered() {
    let scripted = OpenAi::new(json!([{ "text": "Four." }])).await;
    let question = json!({ "messages": [{ "role": "system", "content": "Be brief." }, { "role": "user", "content": "2+2?" }] });
    let call = scripted.service.http.post(scripted.service.url("/send_message")).json(&question);
    let answer: Value = call.send().await.unwrap().json().await.unwrap();
    scripted.assert_accepted();
    assert_eq!(answer["response"][0]["content"], "Four.");
    assert_eq!(scripted.sent(0)["instructions"], "Be brief.");
    assert!(scripted.sent(0).get("tools").is_none());
}

#[tokio::test]
async fn an_invalid_call_keeps_its_name_for_the_person() {
    let scripted =
        OpenAi::new(json!([{ "blocks": [call(json!([{ "type": "fly" }]))] }, { "text": "Oh." }])).await;
    let outcome = scripted.run("fly").await;
    let Tool::Invalid { name, .. } = &outcome.calls()[0].tool else { panic!() };
    assert_eq!(name, "fly");
    assert_eq!(SCREEN, Size { width: 1280, height: 800 });
    assert!(outcome.stored().0.iter().any(|item| matches!(item, TranscriptItem::ToolResult(_))));
}
