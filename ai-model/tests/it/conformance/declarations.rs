//! The tools, headers and parameters that a request declares.

use protocol::action::Action;
use protocol::run::RunOutcome;
use protocol::secret::Secret;
use protocol::transcript::Tool;
use serde_json::{Value, json};

use crate::harness::Claude;

fn looks_and_ends() -> Value {
    json!([{ "text": "Looking.", "calls": [{ "member": "screenshot" }] }, { "text": "Done." }])
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
async fn thinking_is_requested_with_a_summary() {
    let scripted = Claude::new(json!([{ "thinking": "I ponder.", "text": "Hello." }])).await;
    let outcome = scripted.run("hi").await;
    let sent = scripted.requests()[0].json();
    assert_eq!(sent["thinking"], json!({ "type": "adaptive", "display": "summarized" }));
    assert!(outcome.names().contains(&"thinking_delta".to_owned()));
    assert!(outcome.calls().iter().all(|call| !matches!(call.tool, Tool::Invalid { .. })));
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
async fn what_one_address_requires_is_not_asked_of_another() {
    let steps_down = Claude::with_model("claude-next", json!([{ "text": "Hello." }])).await;
    let another = Claude::with_model("claude-next", json!([{ "text": "Hello." }])).await;
    steps_down.service.run(&steps_down.request("hi")).await;
    let mut request = another.request("hi");
    request.model.base_url = Some(another.base_url.parse().unwrap());
    request.model.api_key = Some(Secret::new("test-key"));
    let outcome = steps_down.service.run(&request).await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(another.requests()[0].json()["tools"][0]["type"], "computer_toolset_20260801");
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
