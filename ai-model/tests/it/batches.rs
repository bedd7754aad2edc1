//! Batches of calls: what the person and the model see of them.

use protocol::run::{RunEvent, RunOutcome};
use serde_json::json;

use crate::fake_agent::SHOWS_NOTHING;
use crate::harness::{Claude, request};

#[tokio::test]
async fn events_are_in_the_documented_order() {
    let scripted = Claude::new(json!([
        { "thinking": "Hm.", "text": "I click.", "calls": [{ "member": "left_click" }] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("click").await;
    assert_eq!(
        outcome.names(),
        [
            "turn_started",
            "thinking_delta",
            "text_delta",
            "assistant_turn",
            "tool_started",
            "image",
            "tool_result",
            "turn_started",
            "text_delta",
            "assistant_turn",
            "usage_total",
            "finished",
        ]
    );
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(outcome.end().code, "end_turn");
    assert_eq!(outcome.facts(), "");
}

#[tokio::test]
async fn every_action_has_an_image_but_the_model_sees_only_the_last_one_and_those_it_asked_for() {
    let scripted = Claude::new(json!([
        { "calls": [
            { "member": "left_click" },
            { "member": "screenshot" },
            { "member": "type", "input": { "text": "a" } },
            { "member": "key", "input": { "text": "Return" } },
        ]},
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("act").await;
    let results = outcome.results();
    assert!(results.iter().all(|result| result.screenshot.is_some()));
    let shown: Vec<bool> = results.iter().map(|result| result.shown_to_model).collect();
    assert_eq!(shown, [false, true, false, true]);
    let sent = scripted.requests()[1].json();
    let answers = sent["messages"][2]["content"].as_array().unwrap();
    assert_eq!(answers[0]["content"], json!([{ "type": "text", "text": "OK" }]));
    assert_eq!(answers[1]["content"].as_array().unwrap().len(), 1);
    assert_eq!(answers[3]["content"][1]["type"], "image");
}

#[tokio::test]
async fn a_screenshot_in_the_middle_shows_that_moment() {
    let scripted = Claude::new(json!([
        { "calls": [{ "member": "screenshot" }, { "member": "left_click" }, { "member": "screenshot" }] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("act").await;
    let name = |index: usize| outcome.results()[index].screenshot.clone().unwrap().sha256;
    assert_ne!(name(0), name(2));
}

#[tokio::test]
async fn an_image_is_sent_once_a_stream_and_before_its_first_reference() {
    let scripted = Claude::new(json!([
        { "calls": [{ "member": "screenshot" }, { "member": "screenshot" }, { "member": "left_click" }] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("act").await;
    let mut carried = Vec::new();
    for event in &outcome.events {
        match event {
            RunEvent::Image { sha256, data, .. } => {
                assert_eq!(&ai_model::images::name_of(data).unwrap(), sha256);
                assert!(!carried.contains(sha256));
                carried.push(sha256.clone());
            }
            RunEvent::ToolResult(result) => {
                assert!(carried.contains(&result.screenshot.as_ref().unwrap().sha256));
            }
            _ => {}
        }
    }
    assert_eq!(carried.len(), 2);
}

#[tokio::test]
async fn the_result_of_the_shell_is_text() {
    let scripted = Claude::new(json!([
        { "calls": [{ "bash": "echo hi" }, { "bash": "true" }, { "bash": "exit 3" }] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("run").await;
    let texts: Vec<&str> = outcome.results().iter().map(|result| result.text.as_str()).collect();
    assert_eq!(texts, ["hi", "(no output)", "[exit status 3]"]);
    assert!(outcome.results().iter().all(|result| result.screenshot.is_none()));
}

#[tokio::test]
async fn a_result_says_what_happened_to_the_desktop() {
    let notice = "The desktop's memory was full, so a program was ended.";
    let scripted = Claude::new(json!([
        { "calls": [{ "bash": format!("notice {notice}") }, { "bash": "echo hi" }] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("run").await;
    let texts: Vec<&str> = outcome.results().iter().map(|result| result.text.as_str()).collect();
    assert_eq!(texts, [format!("(no output)\n[{notice}]").as_str(), "hi"]);
}

#[tokio::test]
async fn an_unchanged_screen_is_reported_as_text_unless_the_model_asked_for_it() {
    let press = json!({ "calls": [{ "member": "key", "input": { "text": SHOWS_NOTHING } }] });
    let look = json!({ "calls": [{ "member": "screenshot" }] });
    let scripted = Claude::new(json!([look, press, look, press, press, { "text": "Done." }])).await;
    let outcome = scripted.run("act").await;
    let shown: Vec<bool> = outcome.results().iter().map(|result| result.shown_to_model).collect();
    // The last one: the model saw the image two turns ago, and it may have been trimmed since.
    assert_eq!(shown, [true, false, true, false, true]);
    let unchanged = "OK. The screen has not changed since the last picture.";
    assert_eq!(outcome.results()[1].text, unchanged);
    assert!(outcome.results()[1].screenshot.is_some(), "the person still sees it");
    let sent = scripted.requests()[2].json();
    let answer = &sent["messages"][4]["content"][0]["content"];
    assert_eq!(*answer, json!([{ "type": "text", "text": unchanged }]));
}

#[tokio::test]
async fn a_run_on_another_replica_knows_what_the_model_saw() {
    let press = json!({ "calls": [{ "member": "key", "input": { "text": SHOWS_NOTHING } }] });
    let look = json!({ "calls": [{ "member": "screenshot" }] });
    let scripted = Claude::new(json!([look, press, { "text": "Done." }])).await;
    let mut first = scripted.request("act");
    first.limits.max_turns = 1;
    let (items, images) = scripted.service.run(&first).await.stored();
    let mut transcript = first.transcript.clone();
    transcript.extend(items);
    let mut second = request(&scripted.agent, transcript);
    second.images = images;
    let outcome = scripted.service.run(&second).await;
    assert!(!outcome.results()[0].shown_to_model);
}

#[tokio::test]
async fn only_the_last_input_before_a_screenshot_waits_for_the_screen_to_settle() {
    let scripted = Claude::new(json!([
        { "calls": [
            { "member": "left_click" },
            { "member": "type", "input": { "text": "a" } },
            { "member": "screenshot" },
            { "member": "key", "input": { "text": "a" } },
            { "bash": "echo hi" },
            { "member": "left_click" },
        ]},
        { "text": "Done." },
    ]))
    .await;
    scripted.run("act").await;
    let batches = scripted.agent.batches();
    let hurried: Vec<bool> = batches.iter().map(|batch| batch.more_follows).collect();
    assert_eq!(hurried, [true, false, false, false, false]);
    // The next screenshot waits for what an earlier input or command left unsettled.
    let unsettled: Vec<bool> = batches.iter().map(|batch| batch.unsettled).collect();
    assert_eq!(unsettled, [false, true, false, false, true]);
}

#[tokio::test]
async fn a_turn_that_ends_with_a_command_shows_the_effect_of_its_earlier_actions() {
    let scripted = Claude::new(json!([
        { "calls": [{ "member": "left_click" }, { "bash": "echo hi" }] },
        { "calls": [{ "member": "left_click" }, { "member": "screenshot" }, { "bash": "echo hi" }] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("act").await;
    let shown: Vec<bool> = outcome.results().iter().map(|result| result.shown_to_model).collect();
    assert_eq!(shown, [false, true, false, true, false]);
    let sent = scripted.requests()[1].json();
    let kinds: Vec<&str> = sent["messages"][2]["content"][1]["content"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["text", "image"]);
}
