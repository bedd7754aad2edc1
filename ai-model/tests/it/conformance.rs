//! Conformance with the Messages API: what Anthropic's documentation requires of a client with computer use. The fake
//! rejects a request that breaks a rule, and has to accept every request here.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use protocol::action::{Action, Size};
use protocol::run::RunOutcome;
use protocol::transcript::{Tool, ToolStatus, TranscriptItem};
use serde_json::{Value, json};

use crate::harness::{Claude, request, user};

fn looks_and_ends() -> Value {
    json!([{ "text": "Looking.", "calls": [{ "member": "screenshot" }] }, { "text": "Done." }])
}

/// The request's text without cache breakpoints, which move with each turn.
fn unmarked(body: &str) -> String {
    body.replace(r#","cache_control":{"type":"ephemeral"}"#, "")
}

/// The request up to the end of its messages.
fn messages_text(body: &str) -> String {
    let body = unmarked(body);
    body.trim_end_matches("]}").to_owned()
}

#[tokio::test]
async fn the_toolset_has_no_other_field_and_no_beta() {
    let scripted = Claude::new(looks_and_ends()).await;
    assert_eq!(scripted.run("look").await.end().outcome, RunOutcome::Succeeded);
    let sent = &scripted.requests()[0];
    assert_eq!(sent.json()["tools"][0], json!({ "type": "computer_toolset_20260801" }));
    assert_eq!(sent.json()["tools"][1], json!({ "type": "bash_20250124", "name": "bash" }));
    let editor = json!({ "type": "text_editor_20250728", "name": "str_replace_based_edit_tool" });
    assert_eq!(sent.json()["tools"][2], editor);
    assert_eq!(sent.json()["tools"][3]["name"], "ask_user");
    let betas = sent.headers["anthropic-beta"].to_str().unwrap();
    assert_eq!(betas, "context-management-2025-06-27,compact-2026-01-12");
}

#[tokio::test]
async fn a_model_without_vendor_trimming_gets_no_beta_at_all() {
    let scripted = Claude::with_model("claude-opus-5", looks_and_ends()).await;
    assert_eq!(scripted.run("look").await.end().outcome, RunOutcome::Succeeded);
    let sent = &scripted.requests()[0];
    assert_eq!(sent.json()["tools"][0], json!({ "type": "computer_toolset_20260801" }));
    assert!(!sent.headers.contains_key("anthropic-beta"));
    assert!(sent.json().get("context_management").is_none());
}

#[tokio::test]
async fn the_single_tool_has_its_beta_name_and_size() {
    let scripted = Claude::with_model("claude-opus-4-7", looks_and_ends()).await;
    assert_eq!(scripted.run("look").await.end().outcome, RunOutcome::Succeeded);
    let sent = &scripted.requests()[0];
    assert_eq!(
        sent.json()["tools"][0],
        json!({ "type": "computer_20251124", "name": "computer", "display_width_px": 1280,
                "display_height_px": 800, "enable_zoom": true })
    );
    assert_eq!(sent.headers["anthropic-beta"], "computer-use-2025-11-24");
    assert_eq!(scripted.agent.actions(), [Action::Screenshot]);
}

#[tokio::test]
async fn the_oldest_single_tool_has_a_thinking_budget() {
    let scripted = Claude::with_model("claude-sonnet-4-5", looks_and_ends()).await;
    assert_eq!(scripted.run("look").await.end().outcome, RunOutcome::Succeeded);
    let sent = &scripted.requests()[0];
    assert_eq!(sent.json()["tools"][0]["type"], "computer_20250124");
    assert!(sent.json()["tools"][0].get("enable_zoom").is_none());
    assert_eq!(sent.json()["thinking"]["type"], "enabled");
    assert_eq!(sent.headers["anthropic-beta"], "computer-use-2025-01-24,interleaved-thinking-2025-05-14");
}

#[tokio::test]
async fn every_call_has_one_result_in_order() {
    let scripted = Claude::new(json!([
        { "calls": [
            { "member": "mouse_move", "input": { "coordinate": [10, 20] } },
            { "bash": "echo hello" },
            { "member": "left_click" },
        ]},
        { "text": "Done." },
    ]))
    .await;
    scripted.run("act").await;
    let sent = scripted.requests()[1].json();
    let answers = sent["messages"][2]["content"].as_array().unwrap();
    let ids: Vec<&str> = answers.iter().map(|answer| answer["tool_use_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["toolu_1_0", "toolu_1_1", "toolu_1_2"]);
    assert_eq!(answers[0]["toolset_name"], "computer");
    assert!(answers[1].get("toolset_name").is_none());
    assert_eq!(answers[1]["content"], json!([{ "type": "text", "text": "hello" }]));
}

#[tokio::test]
async fn a_failure_halts_the_rest_with_the_prescribed_text() {
    let scripted = Claude::new(json!([
        { "calls": [
            { "member": "mouse_move", "input": { "coordinate": [10, 20] } },
            { "member": "type", "input": { "text": "fail" } },
            { "member": "key", "input": { "text": "Return" } },
            { "member": "screenshot" },
        ]},
        { "text": "It failed." },
    ]))
    .await;
    let outcome = scripted.run("act").await;
    let statuses: Vec<ToolStatus> = outcome.results().iter().map(|result| result.status).collect();
    assert_eq!(
        statuses,
        [ToolStatus::Done, ToolStatus::Failed, ToolStatus::NotExecuted, ToolStatus::NotExecuted]
    );
    assert_eq!(scripted.agent.actions().len(), 2);
    let sent = scripted.requests()[1].json();
    let answers = sent["messages"][2]["content"].as_array().unwrap();
    assert!(answers[0].get("is_error").is_none());
    for answer in &answers[1..] {
        assert_eq!(answer["is_error"], true);
        assert_eq!(answer["content"].as_array().unwrap().len(), 1);
        assert_eq!(answer["content"][0]["type"], "text");
    }
    let halted = "Not executed: an earlier computer action in this turn failed.";
    assert_eq!(answers[2]["content"][0]["text"], halted);
    assert_eq!(answers[3]["content"][0]["text"], halted);
}

#[tokio::test]
async fn images_fit_the_tier_and_keep_one_size() {
    let screen = Size { width: 1920, height: 1080 };
    let turns = json!([
        { "calls": [{ "member": "screenshot" }] },
        { "calls": [{ "member": "left_click", "input": { "coordinate": [1455, 818] } }] },
        { "text": "Done." },
    ]);
    let scripted = Claude::with_screen("claude-opus-4-6", screen, turns).await;
    let outcome = scripted.run("look").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    // The model's last pixel is the screen's last pixel, or the one beside it.
    let actions = scripted.agent.actions();
    let Action::Click { at: Some(at), .. } = &actions[1] else { panic!("{actions:?}") };
    assert!(at.x.abs_diff(1919) <= 1 && at.y.abs_diff(1079) <= 1, "{at:?}");
    let sent = scripted.requests()[0].json();
    assert_eq!(sent["tools"][0]["display_width_px"], 1456);
}

#[tokio::test]
async fn a_point_outside_the_image_is_an_error_and_not_clamped() {
    let scripted = Claude::new(json!([
        { "calls": [{ "member": "left_click", "input": { "coordinate": [1280, 10] } }] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("click").await;
    assert_eq!(outcome.results()[0].status, ToolStatus::Failed);
    assert_eq!(scripted.agent.actions(), []);
}

#[tokio::test]
async fn zoom_shows_native_pixels_at_the_screenshot_size() {
    let screen = Size { width: 1920, height: 1080 };
    let turns = json!([
        { "calls": [{ "member": "zoom", "input": { "region": [0, 0, 364, 100] } }] },
        { "text": "Done." },
    ]);
    let scripted = Claude::with_screen("claude-opus-4-6", screen, turns).await;
    let outcome = scripted.run("zoom").await;
    let actions = scripted.agent.actions();
    let Action::Zoom { region } = &actions[0] else { panic!("{actions:?}") };
    assert_eq!((region.x, region.y), (0, 0));
    assert!(region.width.abs_diff(480) <= 1 && region.height.abs_diff(132) <= 1, "{region:?}");
    // The desktop enlarges the native pixels itself, so that no detail is lost.
    assert_eq!(outcome.results()[0].screenshot.clone().unwrap().size.width, 1456);
    let sent = scripted.requests()[1].json();
    let data = sent["messages"][2]["content"][0]["content"][0]["source"]["data"].clone();
    let jpeg = BASE64_STANDARD.decode(data.as_str().unwrap()).unwrap();
    let image = image::load_from_memory(&jpeg).unwrap();
    assert_eq!(image.width(), 1456);
    assert!(image.height().abs_diff(400) <= 4, "{}", image.height());
}

#[tokio::test]
async fn thinking_and_unknown_blocks_are_sent_back_byte_for_byte() {
    let unknown = json!({ "type": "hologram", "zeta": 1.50, "alpha": { "z": [1, 2], "a": "é\u{2028}" } });
    let scripted = Claude::new(json!([
        { "thinking": "Let me look.", "blocks": [unknown], "text": "Looking.", "calls": [{ "member": "screenshot" }] },
        { "thinking": "", "text": "Again.", "calls": [{ "member": "screenshot" }] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("look").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    let raw = &outcome.turns()[0].raw;
    // The fake sorts the keys of objects; it has to get back exactly what it sent.
    assert!(raw.contains(&unknown.to_string()), "{raw}");
    for request in &scripted.requests()[1..] {
        let echoed = format!("\"content\":{raw}");
        assert!(request.body.contains(&echoed), "{}", request.body);
    }
    assert!(
        outcome.turns()[1]
            .raw
            .contains(r#"{"signature":"sig-2-of-the-fake","thinking":"","type":"thinking"}"#)
    );
}

#[tokio::test]
async fn each_request_only_appends_to_the_one_before() {
    let look = json!({ "thinking": "Hm.", "calls": [
        { "member": "left_click", "input": { "coordinate": [5, 5] } },
        { "member": "zoom", "input": { "region": [0, 0, 100, 100] } },
    ]});
    let scripted = Claude::new(json!([look, look, look, look, look, look, { "text": "Done." }])).await;
    assert_eq!(scripted.run("look").await.end().outcome, RunOutcome::Succeeded);
    let requests = scripted.requests();
    for pair in requests.windows(2) {
        let (before, after) = (messages_text(&pair[0].body), unmarked(&pair[1].body));
        assert!(after.starts_with(&before));
    }
}

#[tokio::test]
async fn a_later_run_builds_the_same_bytes_from_the_transcript() {
    let scripted = Claude::new(json!([
        { "thinking": "Hm.", "text": "I look.", "calls": [{ "member": "screenshot" }, { "member": "cursor_position" }] },
        { "thinking": "I see.", "text": "A screen." },
        { "text": "You are welcome." },
    ]))
    .await;
    let first = scripted.run("look").await;
    let (items, images) = first.stored();
    let mut transcript = vec![user("look")];
    transcript.extend(items);
    transcript.push(user("thanks"));
    let mut next = request(&scripted.agent, transcript);
    next.images = images;
    let second = scripted.service.run(&next).await;
    scripted.assert_accepted();
    assert_eq!(second.end().outcome, RunOutcome::Succeeded);
    let requests = scripted.requests();
    assert!(unmarked(&requests[2].body).starts_with(&messages_text(&requests[1].body)));
}

#[tokio::test]
async fn breakpoints_are_on_the_system_prompt_and_the_latest_turns() {
    let look = json!({ "calls": [{ "member": "screenshot" }] });
    let scripted = Claude::new(json!([look, look, look, look, { "text": "Done." }])).await;
    scripted.run("look").await;
    let last = scripted.requests().pop().unwrap();
    assert_eq!(last.body.matches("cache_control").count(), 4);
    let sent = last.json();
    assert!(sent["system"][0].get("cache_control").is_some());
    let messages = sent["messages"].as_array().unwrap();
    let marked: Vec<usize> =
        (0..messages.len()).filter(|index| messages[*index].to_string().contains("cache_control")).collect();
    assert_eq!(marked, [messages.len() - 5, messages.len() - 3, messages.len() - 1]);
}

#[tokio::test]
async fn dangling_calls_get_results_and_are_not_repeated() {
    let scripted = Claude::new(json!([
        { "thinking": "Hm.", "calls": [
            { "member": "left_click", "input": { "coordinate": [1, 1] } },
            { "member": "type", "input": { "text": "secret" } },
            { "member": "screenshot" },
        ]},
        { "text": "I look again." },
        { "text": "Fine." },
    ]))
    .await;
    let whole = scripted.run("act").await;
    // What another replica finds when the first one died while it typed.
    let (items, images) = whole.stored();
    let mut transcript = vec![user("act")];
    transcript.extend(items.into_iter().take(2));
    let done_before = scripted.agent.actions().len();
    let mut next = request(&scripted.agent, transcript);
    next.images = images;
    let resumed = scripted.service.run(&next).await;
    scripted.assert_accepted();
    assert_eq!(resumed.end().outcome, RunOutcome::Succeeded);
    let statuses: Vec<ToolStatus> = resumed.results().iter().map(|result| result.status).collect();
    assert_eq!(statuses, [ToolStatus::Interrupted, ToolStatus::NotExecuted]);
    assert_eq!(scripted.agent.actions().len(), done_before);
}

#[tokio::test]
async fn no_call_after_a_failure_can_have_started() {
    let scripted = Claude::new(json!([
        { "calls": [
            { "member": "type", "input": { "text": "fail" } },
            { "member": "left_click" },
            { "member": "screenshot" },
        ]},
        { "text": "It failed." },
        { "text": "It failed, I see." },
    ]))
    .await;
    let whole = scripted.run("act").await;
    let mut transcript = vec![user("act")];
    transcript.extend(whole.stored().0.into_iter().take(2));
    let resumed = scripted.service.run(&request(&scripted.agent, transcript)).await;
    scripted.assert_accepted();
    let statuses: Vec<ToolStatus> = resumed.results().iter().map(|result| result.status).collect();
    assert_eq!(statuses, [ToolStatus::NotExecuted, ToolStatus::NotExecuted]);
}

#[tokio::test]
async fn a_message_after_a_cancelled_batch_follows_the_repaired_results() {
    let scripted = Claude::new(json!([
        { "text": "Clicking.", "calls": [{ "member": "left_click" }, { "member": "screenshot" }] },
        { "text": "Done." },
        { "text": "As you wish." },
    ]))
    .await;
    let whole = scripted.run("act").await;
    let mut transcript = vec![user("act")];
    transcript.extend(whole.stored().0.into_iter().take(1));
    transcript.push(user("stop that"));
    let resumed = scripted.service.run(&request(&scripted.agent, transcript)).await;
    scripted.assert_accepted();
    assert_eq!(resumed.results().len(), 2);
    let sent = scripted.requests()[2].json();
    let kinds: Vec<&str> = sent["messages"][2]["content"]
        .as_array()
        .unwrap()
        .iter()
        .map(|block| block["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["tool_result", "tool_result", "text"]);
}

#[tokio::test]
async fn a_model_without_the_toolset_is_stepped_down_and_remembered() {
    let scripted = Claude::with_model(
        "claude-next",
        json!([{ "calls": [{ "member": "screenshot" }] }, { "text": "Done." }]),
    )
    .await;
    let outcome = scripted.service.run(&scripted.request("look")).await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    let tools: Vec<Value> =
        scripted.requests().iter().map(|request| request.json()["tools"][0]["type"].clone()).collect();
    assert_eq!(tools, ["computer_toolset_20260801", "computer_20251124", "computer_20251124"]);
    assert_eq!(outcome.names().iter().filter(|name| *name == "retrying").count(), 0);
}

#[tokio::test]
async fn stepping_down_may_take_two_steps() {
    let scripted = Claude::with_model("claude-oldest", json!([{ "text": "Hello." }])).await;
    let outcome = scripted.service.run(&scripted.request("hi")).await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    let last = scripted.requests().pop().unwrap().json();
    assert_eq!(last["tools"][0]["type"], "computer_20250124");
    assert_eq!(scripted.requests().len(), 3);
}

#[tokio::test]
async fn turns_of_the_demo_are_encoded_for_claude() {
    let scripted = Claude::new(json!([{ "text": "I see what was done." }])).await;
    let mut demo = scripted.request("open the terminal, press Return");
    demo.model.provider = Some("demo".to_owned());
    let before = scripted.service.run(&demo).await;
    let (items, images) = before.stored();
    let mut transcript = demo.transcript;
    transcript.extend(items);
    transcript.push(user("and now you"));
    let mut next = request(&scripted.agent, transcript);
    next.images = images;
    let after = scripted.service.run(&next).await;
    scripted.assert_accepted();
    assert_eq!(after.end().outcome, RunOutcome::Succeeded);
    let sent = scripted.requests()[0].json();
    let spoken = &sent["messages"][1]["content"];
    assert_eq!(spoken[1]["name"], "bash");
    assert!(spoken[1]["input"]["command"].as_str().unwrap().contains("xterm"));
    assert_eq!(spoken[2]["name"], "key");
    assert_eq!(spoken[2]["toolset_name"], "computer");
}

#[tokio::test]
async fn turns_of_another_model_lose_their_thinking_and_change_their_dialect() {
    let turns = json!([
        { "thinking": "Hm.", "text": "I look.", "calls": [{ "member": "screenshot" }] },
        { "text": "A screen." },
        { "text": "Still a screen." },
    ]);
    let scripted = Claude::new(turns).await;
    let first = scripted.run("look").await;
    let (items, images) = first.stored();
    let mut transcript = vec![user("look")];
    transcript.extend(items);
    transcript.push(user("again"));
    let mut next = request(&scripted.agent, transcript);
    next.images = images;
    next.model.model = Some("claude-opus-4-7".to_owned());
    let second = scripted.service.run(&next).await;
    scripted.assert_accepted();
    assert_eq!(second.end().outcome, RunOutcome::Succeeded);
    let sent = scripted.requests().pop().unwrap().json();
    let spoken = &sent["messages"][1]["content"];
    assert_eq!(spoken[0]["type"], "text");
    assert_eq!(spoken[1]["input"]["action"], "screenshot");
}

#[tokio::test]
async fn attachments_are_named_in_the_message() {
    let scripted = Claude::new(json!([{ "text": "I see it." }])).await;
    let mut request = scripted.request("read this");
    if let TranscriptItem::UserMessage(message) = &mut request.transcript[0] {
        message.attachments.push("Uploads/report.pdf".to_owned());
    }
    scripted.service.run(&request).await;
    let sent = scripted.requests()[0].json();
    let text = sent["messages"][0]["content"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("read this") && text.contains("~/Uploads/report.pdf"), "{text}");
}

#[tokio::test]
async fn thinking_is_requested_with_a_summary() {
    let scripted = Claude::new(json!([{ "thinking": "I ponder.", "text": "Hello." }])).await;
    let outcome = scripted.run("hi").await;
    let sent = scripted.requests()[0].json();
    assert_eq!(sent["thinking"], json!({ "type": "adaptive", "display": "summarized" }));
    assert!(outcome.names().contains(&"thinking_delta".to_owned()));
    assert!(outcome.calls().iter().all(|call| !matches!(call.tool, Tool::Invalid { .. })));
}
