//! What the person and the model are shown of a batch.

use protocol::run::{RunEvent, RunOutcome};
use serde_json::json;

use crate::harness::Scripted;

#[tokio::test]
async fn events_come_in_the_contracts_order() {
    let scripted = Scripted::new(json!([
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
            "finished",
        ]
    );
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(outcome.end().code, "end_turn");
    assert_eq!(outcome.end().message, "");
}

#[tokio::test]
async fn every_action_has_its_picture_but_the_model_sees_only_the_last_and_what_it_asked_for() {
    let scripted = Scripted::new(json!([
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
    let scripted = Scripted::new(json!([
        { "calls": [{ "member": "screenshot" }, { "member": "left_click" }, { "member": "screenshot" }] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("act").await;
    let name = |index: usize| outcome.results()[index].screenshot.clone().unwrap().sha256;
    assert_ne!(name(0), name(2));
}

#[tokio::test]
async fn the_same_picture_is_sent_once_a_stream_and_before_what_refers_to_it() {
    let scripted = Scripted::new(json!([
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
async fn the_shell_answers_in_words() {
    let scripted = Scripted::new(json!([
        { "calls": [{ "bash": "echo hi" }, { "bash": "true" }, { "bash": "exit 3" }] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("run").await;
    let texts: Vec<&str> = outcome.results().iter().map(|result| result.text.as_str()).collect();
    assert_eq!(texts, ["hi", "(no output)", "[exit status 3]"]);
    assert!(outcome.results().iter().all(|result| result.screenshot.is_none()));
}
