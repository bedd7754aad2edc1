//! Every call has a result, also after failures and cancelled runs.

use protocol::run::RunOutcome;
use protocol::transcript::ToolStatus;
use serde_json::json;

use crate::harness::{Claude, request, user};

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
