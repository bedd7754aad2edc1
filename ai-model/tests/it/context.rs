//! Long conversations: what is left out, when, and that every replica leaves out the same.

use std::collections::BTreeMap;

use ai_model::fakes::RecordedRequest;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use protocol::action::{Action, Size};
use protocol::run::RunOutcome;
use protocol::transcript::{
    AssistantBlock, AssistantTurn, ScreenshotRef, TokenUsage, Tool, ToolCall, ToolResult, ToolStatus,
    TranscriptItem, TurnCost,
};
use serde_json::{Value, json};

use crate::harness::{Claude, LIMIT, SCREEN, Service, config, request, user};

/// A model that takes this many screenshots, with the same turn each time.
async fn with_screenshots(model: &str, turns: usize, turn: &Value) -> Claude {
    let script = json!({ "repeat_to": turns + 1, "turns": [turn, { "text": "Done." }] });
    Claude::with(&script, SCREEN, &["--anthropic-model", model]).await
}

fn screenshot_call() -> Value {
    json!({ "text": "I look.", "calls": [{ "member": "left_click" }, { "member": "screenshot" }] })
}

/// Whether the second request only appends to the first one, apart from cache breakpoints.
fn only_appends(before: &RecordedRequest, after: &RecordedRequest) -> bool {
    let unmarked = |body: &str| body.replace(r#","cache_control":{"type":"ephemeral"}"#, "");
    unmarked(&after.body).starts_with(unmarked(&before.body).trim_end_matches("]}"))
}

async fn run_long(scripted: &Claude) -> crate::harness::Outcome {
    let mut request = scripted.request("look around");
    request.limits.max_turns = 1000;
    request.limits.max_actions = 10_000;
    let outcome = tokio::time::timeout(LIMIT, scripted.service.run(&request)).await.unwrap();
    scripted.assert_accepted();
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{:?}", outcome.end());
    outcome
}

#[tokio::test]
async fn old_images_are_left_out_in_batches_where_thinking_is_not_bound() {
    let scripted = with_screenshots("claude-opus-4-7", 100, &screenshot_call()).await;
    run_long(&scripted).await;
    let requests = scripted.requests();
    let images: Vec<usize> = requests.iter().map(|request| request.summary.images).collect();
    assert_eq!(images.iter().max(), Some(&40));
    assert!(images[41..].iter().all(|count| *count >= 10), "{images:?}");
    let rewrites = requests.windows(2).filter(|pair| !only_appends(&pair[0], &pair[1])).count();
    assert_eq!(rewrites, 2, "one batch in thirty turns");
    let last = &requests[100].body;
    assert!(last.contains("[The picture of this step was left out to save space.]"));
    assert!(last.matches(r#""type":"tool_result""#).count() == 200, "no answer is left out");
}

#[tokio::test]
async fn long_texts_are_shortened_together_with_their_images() {
    let long = "word ".repeat(1000);
    let turn = json!({ "calls": [{ "bash": format!("echo {long}") }, { "member": "left_click" }, { "member": "screenshot" }] });
    let scripted = with_screenshots("claude-opus-4-7", 41, &turn).await;
    run_long(&scripted).await;
    let last = scripted.requests().pop().unwrap().json();
    let text = |message: usize| {
        let answer = &last["messages"][message]["content"][0]["content"][0]["text"];
        answer.as_str().unwrap().len()
    };
    assert!(text(2) < 1_100, "{}", text(2));
    assert!(text(82) > 4_900, "{}", text(82));
}

#[tokio::test]
async fn a_run_on_another_replica_sends_the_same_bytes() {
    for model in ["claude-opus-5-5", "claude-opus-4-7"] {
        let turn = json!({ "thinking": "Hm.", "text": "I look.", "calls": [{ "member": "left_click" }, { "member": "screenshot" }] });
        let script = json!({ "repeat_to": 60, "turns": [turn, { "text": "Done." }] });
        let scripted = Claude::with(&script, SCREEN, &["--anthropic-model", model]).await;
        let mut first = scripted.request("look around");
        first.limits.max_turns = 50;
        let outcome = scripted.service.run(&first).await;
        assert_eq!(outcome.end().code, "max_turns");
        let (items, images) = outcome.stored();
        let mut transcript = vec![user("look around")];
        transcript.extend(items);
        let mut next = request(&scripted.agent, transcript);
        next.images = images;
        let other =
            Service::start(config(&scripted.base_url, "test-key", &["--anthropic-model", model])).await;
        assert_eq!(other.run(&next).await.end().outcome, RunOutcome::Succeeded);
        scripted.assert_accepted();
        let requests = scripted.requests();
        assert!(only_appends(&requests[49], &requests[50]), "{model}");
        let usage = requests[50].summary.usage;
        assert!(usage.cache_read_input_tokens > usage.total() * 9 / 10, "{model}: {usage:?}");
    }
}

#[tokio::test]
async fn the_vendor_clears_old_results_and_the_prefix_stays_where_thinking_is_bound() {
    let turn =
        json!({ "thinking": "Hm.", "calls": [{ "member": "left_click" }, { "member": "screenshot" }] });
    let scripted = with_screenshots("claude-opus-5-5", 90, &turn).await;
    run_long(&scripted).await;
    let requests = scripted.requests();
    assert!(requests.windows(2).all(|pair| only_appends(&pair[0], &pair[1])));
    let last = &requests[90].summary;
    assert_eq!((last.images, last.dropped_thinking), (90, 0));
    assert!(last.applied_edits[0]["cleared_tool_uses"].as_u64().unwrap() >= 40);
    assert!(requests.iter().all(|request| request.summary.usage.total() < 105_000));
}

#[tokio::test]
async fn a_vendors_summary_is_sent_back_and_what_it_replaces_is_left_out() {
    // Thinking is never cleared, so it fills the context quickly.
    let turn = json!({ "thinking": "x".repeat(40_000), "calls": [{ "member": "left_click" }, { "member": "screenshot" }] });
    let scripted = with_screenshots("claude-opus-5-5", 40, &turn).await;
    let outcome = run_long(&scripted).await;
    let requests = scripted.requests();
    let at = requests.iter().position(|request| request.summary.compacted).expect("a summary");
    let raw = &outcome.turns()[at].raw;
    assert!(raw.starts_with(r#"[{"content":"Summary"#), "{}", &raw[..200]);
    for request in &requests[at + 1..] {
        assert!(request.body.contains(raw), "it comes back as it was");
        assert_eq!(request.summary.dropped_thinking, 0, "thinking before the summary is ignored");
        let betas = request.headers["anthropic-beta"].to_str().unwrap();
        assert!(betas.ends_with(",thinking-binding-controls-2026-08-01"), "{betas}");
    }
    let (before, after) = (&requests[at].summary, &requests[at + 1].summary);
    assert_eq!((before.images, after.images), (at, 1));
    assert!(after.usage.total() < before.usage.total() / 4);
    let paid = outcome.turns()[at].usage;
    assert_eq!(paid.input(), before.usage.total() + before.after_summary.unwrap().total());
    assert!(paid.output_tokens > outcome.turns()[at + 1].usage.output_tokens, "the summary is paid for");
}

/// A conversation in which another model took this many screenshots, all of them `image`.
fn seen(count: usize, image: &str, size: Size) -> (Vec<TranscriptItem>, BTreeMap<String, String>) {
    let mut items = vec![user("look")];
    let mut images = BTreeMap::new();
    for index in 0..count {
        let call_id = format!("call-{index}");
        let sha256 = format!("{index:064}");
        let call = ToolCall {
            call_id: call_id.clone(),
            tool: Tool::Computer { action: Action::Screenshot },
            confirmation: None,
        };
        items.push(TranscriptItem::AssistantTurn(AssistantTurn {
            provider: "demo".to_owned(),
            model: "demo".to_owned(),
            raw: String::new(),
            content: vec![AssistantBlock::ToolCall(call)],
            stop_reason: "tool_use".to_owned(),
            usage: TokenUsage::default(),
            cost: TurnCost::default(),
            connection: None,
        }));
        items.push(TranscriptItem::ToolResult(ToolResult {
            call_id,
            status: ToolStatus::Done,
            text: String::new(),
            screenshot: Some(ScreenshotRef {
                sha256: sha256.clone(),
                media_type: "image/png".to_owned(),
                size,
            }),
            shown_to_model: true,
            elapsed_ms: 1,
        }));
        images.insert(sha256, image.to_owned());
    }
    (items, images)
}

#[tokio::test]
async fn a_request_never_exceeds_the_vendors_size_limit() {
    // Noise is the worst case of a screen.
    let mut state = 7_u32;
    let noise = image::RgbImage::from_fn(SCREEN.width, SCREEN.height, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = state.to_be_bytes();
        image::Rgb([a, b, c])
    });
    let mut png = std::io::Cursor::new(Vec::new());
    noise.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let (transcript, images) = seen(12, &BASE64_STANDARD.encode(png.into_inner()), SCREEN);
    assert!(images.values().map(String::len).sum::<usize>() > 40 << 20);
    for model in ["claude-opus-5-5", "claude-opus-4-7"] {
        let scripted = Claude::with_model(model, json!([{ "text": "I see." }])).await;
        let mut request = request(&scripted.agent, transcript.clone());
        request.images.clone_from(&images);
        let outcome = scripted.service.run(&request).await;
        scripted.assert_accepted();
        assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{:?}", outcome.end());
        let summary = scripted.requests()[0].summary.clone();
        assert!(summary.bytes < 29 << 20 && summary.images >= 3, "{summary:?}");
    }
}
