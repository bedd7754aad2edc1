//! A person takes control during a turn or between two runs, and hands back.

use std::io::Cursor;

use ai_model::images::name_of;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use image::{ImageFormat, RgbImage};
use protocol::action::{Action, Button, Point, Size};
use protocol::run::{RunOutcome, RunRequest};
use protocol::takeover::{PersonStep, PersonSteps};
use protocol::transcript::Takeover;
use protocol::transcript::approval::{Decision, Verdict};
use protocol::transcript::{ScreenshotRef, ToolStatus, TranscriptItem};
use serde_json::{Value, json};

use crate::acknowledged::Acknowledging;
use crate::fake_agent::FakeAgent;
use crate::harness::{Claude, Outcome, SCREEN, Service, request, user};

/// The result of calls that were not executed.
const NOT_DONE: &str = "Not executed: a person took control";

/// A takeover, and the screenshot at its end in base64.
pub(crate) fn takeover() -> (TranscriptItem, String) {
    let Size { width, height } = SCREEN;
    let mut png = Cursor::new(Vec::new());
    RgbImage::from_pixel(width, height, image::Rgb([9, 99, 199]))
        .write_to(&mut png, ImageFormat::Png)
        .unwrap();
    let data = BASE64_STANDARD.encode(png.into_inner());
    let at = Point { x: 412, y: 300 };
    let click = PersonStep::Clicked { button: Button::Left, count: 1, at, modifiers: Vec::new() };
    let steps = vec![click, PersonStep::Typed { characters: 12 }];
    let media_type = "image/png".to_owned();
    let screenshot = Some(ScreenshotRef { sha256: name_of(&data).unwrap(), media_type, size: SCREEN });
    let did = Some(PersonSteps { steps, left_out: 0 });
    (TranscriptItem::Takeover(Takeover { did, screenshot }), data)
}

/// Adds a takeover to a request.
pub(crate) fn add_takeover(request: &mut RunRequest) {
    let (item, data) = takeover();
    let TranscriptItem::Takeover(Takeover { screenshot: Some(image), .. }) = &item else { unreachable!() };
    request.images.insert(image.sha256.clone(), data);
    request.transcript.push(item);
}

/// The request that continues a run which was preempted before its second call.
pub(crate) async fn preempted(service: &Service, request: &RunRequest) -> RunRequest {
    let mut run = Acknowledging::start(service, request).await;
    run.until_call_started().await;
    run.acknowledge();
    let event = run.next().await;
    run.seen.push(event);
    run.until_call_started().await;
    let (mut items, images) = Outcome { events: std::mem::take(&mut run.seen) }.stored();
    // The start of the second call was never stored.
    assert!(matches!(items.pop(), Some(TranscriptItem::CallStarted(_))));
    drop(run);
    let mut next = request.clone();
    next.transcript.extend(items);
    next.images.extend(images);
    add_takeover(&mut next);
    next
}

fn two_calls() -> Value {
    json!([
        { "calls": [
            { "member": "left_click" },
            { "member": "type", "input": { "text": "one" } },
            { "member": "screenshot" },
        ]},
        { "calls": [{ "member": "type", "input": { "text": "two" } }] },
        { "text": "Done." },
    ])
}

/// The messages without cache breakpoints, which move.
fn messages(request: &Value) -> Vec<Value> {
    let mut messages = request["messages"].as_array().unwrap().clone();
    for block in messages.iter_mut().flat_map(|message| message["content"].as_array_mut().unwrap()) {
        block.as_object_mut().unwrap().remove("cache_control");
    }
    messages
}

#[tokio::test]
async fn claude_gets_the_takeover_and_the_screen_after_the_results_and_plans_again() {
    let scripted = Claude::new(two_calls()).await;
    let next = preempted(&scripted.service, &scripted.request("go")).await;
    let outcome = Acknowledging::start(&scripted.service, &next).await.until_finished().await;
    scripted.assert_accepted();
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{}", outcome.facts());
    let statuses: Vec<ToolStatus> = outcome.results().iter().map(|result| result.status).collect();
    assert_eq!(statuses, [ToolStatus::NotExecuted, ToolStatus::NotExecuted, ToolStatus::Done]);
    let typed: Vec<Action> = scripted.agent.actions().into_iter().skip(1).collect();
    assert_eq!(typed, [Action::Type { text: "two".to_owned() }], "the earlier plan is void");

    let requests: Vec<Value> = scripted.requests().iter().map(|request| request.json()).collect();
    let content = messages(&requests[1]).pop().unwrap()["content"].clone();
    let kinds: Vec<&str> =
        content.as_array().unwrap().iter().map(|block| block["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["tool_result", "tool_result", "tool_result", "text", "image"]);
    let not_done = content[1]["content"][0]["text"].as_str().unwrap();
    assert!(not_done.starts_with(NOT_DONE), "{not_done}");
    let text = content[3]["text"].as_str().unwrap();
    assert!(text.contains("Meanwhile they clicked at (412, 300); then typed 12 characters."), "{text}");
    assert_eq!(content[4]["source"]["data"], takeover().1);
    let (before, after) = (messages(&requests[1]), messages(&requests[2]));
    assert_eq!(before, after[..before.len()], "the prefix is repeated");
}

#[tokio::test]
async fn a_takeover_between_two_runs_precedes_the_next_message() {
    let scripted = Claude::new(json!([{ "text": "Hello." }, { "text": "I see." }])).await;
    let first = scripted.run("hi").await;
    let mut next = scripted.request("hi");
    next.transcript.extend(first.stored().0);
    add_takeover(&mut next);
    next.transcript.push(user("what did I do?"));
    let outcome = scripted.service.run(&next).await;
    scripted.assert_accepted();
    assert_eq!(outcome.answer(), "I see.");
    let sent = messages(&scripted.requests()[1].json());
    let kinds: Vec<&Value> =
        sent[2]["content"].as_array().unwrap().iter().map(|block| &block["type"]).collect();
    assert_eq!(kinds, ["text", "image", "text"]);
    assert_eq!(sent.len(), 3, "nobody asks to continue in the person's place");
}

#[tokio::test]
async fn a_call_that_was_decided_on_is_executed_after_the_takeover() {
    let scripted = Claude::new(two_calls()).await;
    let mut next = preempted(&scripted.service, &scripted.request("go")).await;
    let call_id = next.transcript.iter().find_map(|item| match item {
        TranscriptItem::AssistantTurn(turn) => turn.content.iter().filter_map(call_id).nth(1),
        _ => None,
    });
    let decision = Decision { call_id: call_id.unwrap(), verdict: Verdict::Approve };
    next.transcript.push(TranscriptItem::Decision(decision));
    let outcome = Acknowledging::start(&scripted.service, &next).await.until_finished().await;
    scripted.assert_accepted();
    assert!(outcome.results().iter().all(|result| result.status == ToolStatus::Done));
    assert!(scripted.agent.actions().contains(&Action::Type { text: "one".to_owned() }));
}

fn call_id(block: &protocol::transcript::AssistantBlock) -> Option<String> {
    match block {
        protocol::transcript::AssistantBlock::ToolCall(call) => Some(call.call_id.clone()),
        _ => None,
    }
}

#[tokio::test]
async fn the_demo_continues_with_the_remaining_steps() {
    let (service, agent) = (Service::demo().await, FakeAgent::start(SCREEN).await);
    let next =
        preempted(&service, &request(&agent, vec![user("press a, press b, press c, say \"then\", press d")]))
            .await;
    let outcome = Acknowledging::start(&service, &next).await.until_finished().await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    let keys: Vec<String> = agent
        .actions()
        .into_iter()
        .filter_map(|action| match action {
            Action::Key { chord, .. } => Some(chord),
            _ => None,
        })
        .collect();
    assert_eq!(keys, ["a", "b", "c", "d"]);
    assert!(
        outcome.answer().contains("Done: I pressed a, pressed b, pressed c, and pressed d."),
        "{}",
        outcome.answer()
    );
}
