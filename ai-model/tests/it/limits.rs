//! The limits of a run.

use protocol::run::{RunLimits, RunOutcome};
use protocol::transcript::approval::{ApprovalPolicy, Decision, Verdict};
use protocol::transcript::{AssistantTurn, TokenUsage, ToolStatus, TranscriptItem};
use serde_json::{Value, json};

use crate::fake_agent::{HANGS, SHOWS_NOTHING};
use crate::harness::{Claude, Outcome, request, user};

fn clicks(turns: usize) -> Value {
    let click = json!({ "calls": [{ "member": "left_click" }, { "member": "screenshot" }] });
    Value::Array(vec![click; turns])
}

async fn limited(turns: Value, limits: RunLimits) -> (Outcome, Claude) {
    let scripted = Claude::new(turns).await;
    let mut request = scripted.request("go");
    request.limits = limits;
    let outcome = scripted.service.run(&request).await;
    scripted.assert_accepted();
    (outcome, scripted)
}

/// The first turns, which are the same in each run.
async fn two_turns() -> Vec<AssistantTurn> {
    let (outcome, _scripted) = limited(clicks(2), RunLimits { max_turns: 2, ..RunLimits::default() }).await;
    outcome.turns().into_iter().cloned().collect()
}

#[track_caller]
fn stopped_by(outcome: &Outcome, code: &str) {
    assert_eq!((outcome.end().outcome, outcome.end().code.as_str()), (RunOutcome::LimitReached, code));
    let facts = outcome.facts();
    assert!(facts.contains(r#""limit":"#) || facts.contains(r#""seconds":"#), "{facts}");
    assert_eq!(outcome.results().len(), outcome.calls().len(), "each call is answered");
}

#[tokio::test]
async fn tokens_are_limited() {
    let TokenUsage { input_tokens, cache_read_tokens, cache_write_tokens, output_tokens } =
        two_turns().await[0].usage;
    let first = input_tokens + cache_read_tokens + cache_write_tokens + output_tokens;
    let limits = RunLimits { max_total_tokens: Some(first + 1), ..RunLimits::default() };
    let (outcome, scripted) = limited(clicks(3), limits).await;
    stopped_by(&outcome, "max_total_tokens");
    assert_eq!(scripted.requests().len(), 2);
}

#[tokio::test]
async fn costs_are_limited_by_the_list_price() {
    let turns = two_turns().await;
    for turn in &turns {
        let usage = turn.usage;
        // $4, $0.20, $5 and $20 for a million each, in fifths of a millionth of a dollar.
        let cost = usage.input_tokens * 20
            + usage.cache_read_tokens
            + usage.cache_write_tokens * 25
            + usage.output_tokens * 100;
        assert_eq!(turn.cost.microdollars, Some(cost.div_ceil(5)));
    }
    assert!(turns[1].usage.cache_read_tokens > 0 && turns[1].usage.cache_write_tokens > 0);
    let cost = turns[0].cost.microdollars.unwrap();
    let limits = RunLimits { max_cost_microdollars: Some(cost + 1), ..RunLimits::default() };
    let (outcome, scripted) = limited(clicks(3), limits).await;
    stopped_by(&outcome, "max_cost");
    assert_eq!(scripted.requests().len(), 2);
}

#[tokio::test]
async fn a_cost_limit_requires_a_known_price() {
    let scripted = Claude::with_model("claude-next", json!([{ "text": "Hello." }])).await;
    let mut request = scripted.request("hi");
    request.limits.max_cost_microdollars = Some(1_000_000);
    let outcome = scripted.service.run(&request).await;
    assert_eq!((outcome.end().outcome, outcome.end().code.as_str()), (RunOutcome::Failed, "price_unknown"));
    assert_eq!(scripted.requests().len(), 0);
}

#[tokio::test]
async fn a_turn_is_cancelled_at_the_time_limit() {
    let limits = RunLimits { max_wall_time_ms: 300, ..RunLimits::default() };
    let (outcome, _) = limited(json!([{ "text": "A long", "faults": { "hang_after": 2 } }]), limits).await;
    stopped_by(&outcome, "max_wall_time");
    assert_eq!(outcome.turns().len(), 0);
}

#[tokio::test]
async fn a_call_is_cancelled_at_the_time_limit_and_every_call_has_a_result() {
    let calls =
        json!([{ "calls": [{ "member": "type", "input": { "text": HANGS } }, { "member": "left_click" }] }]);
    let scripted = Claude::new(calls).await;
    let mut request = scripted.request("go");
    request.approval = ApprovalPolicy::Everything;
    let waits = scripted.service.run(&request).await;
    request.transcript.extend(waits.stored().0);
    // The model took no time, so all of it counts for the call.
    if let TranscriptItem::AssistantTurn(turn) = &mut request.transcript[1] {
        turn.cost.elapsed_ms = 0;
    }
    let call_id = waits.end().call_id.clone().unwrap();
    request.transcript.push(TranscriptItem::Decision(Decision { call_id, verdict: Verdict::Approve }));
    request.limits.max_wall_time_ms = 1000;
    let outcome = scripted.service.run(&request).await;
    assert_eq!(
        (outcome.end().outcome, outcome.end().code.as_str()),
        (RunOutcome::LimitReached, "max_wall_time")
    );
    let statuses: Vec<ToolStatus> = outcome.results().iter().map(|result| result.status).collect();
    assert_eq!(statuses, [ToolStatus::Interrupted, ToolStatus::NotExecuted]);
    scripted.agent.wait_for_drop().await;
}

#[tokio::test]
async fn time_before_the_run_was_lost_counts() {
    let scripted = Claude::new(json!([
        { "calls": [{ "member": "screenshot" }] }, { "text": "Done." }, { "text": "Done again." },
    ]))
    .await;
    let first = scripted.run("go").await;
    let mut items = first.stored().0;
    items.truncate(2);
    if let TranscriptItem::ToolResult(result) = &mut items[1] {
        result.elapsed_ms = 60_000;
    }
    let mut transcript = vec![user("go")];
    transcript.extend(items);
    let mut lost = request(&scripted.agent, transcript.clone());
    lost.images = first.stored().1;
    lost.limits.max_wall_time_ms = 60_000;
    let outcome = scripted.service.run(&lost).await;
    assert_eq!(outcome.end().code, "max_wall_time");
    assert_eq!(outcome.names(), ["finished"]);
    // A new message starts a new count.
    lost.transcript.push(user("go on"));
    assert_eq!(scripted.service.run(&lost).await.end().outcome, RunOutcome::Succeeded);
}

#[tokio::test]
async fn turns_before_the_run_was_lost_count() {
    let scripted = Claude::new(clicks(4)).await;
    let mut request = scripted.request("go");
    request.limits.max_turns = 2;
    let first = scripted.service.run(&request).await;
    stopped_by(&first, "max_turns");
    request.transcript.extend(first.stored().0);
    request.images = first.stored().1;
    assert_eq!(scripted.service.run(&request).await.names(), ["finished"]);
    assert_eq!(scripted.requests().len(), 2);
}

fn press(times: usize) -> Value {
    let press = json!({ "calls": [{ "member": "key", "input": { "text": SHOWS_NOTHING } }] });
    Value::Array(vec![press; times])
}

#[tokio::test]
async fn repeating_an_action_without_effect_is_warned_at_the_third_time_and_stopped_at_the_sixth() {
    let (outcome, scripted) = limited(press(8), RunLimits::default()).await;
    assert_eq!(
        (outcome.end().outcome, outcome.end().code.as_str()),
        (RunOutcome::LimitReached, "no_progress")
    );
    assert_eq!(outcome.facts(), r#"{"times":6}"#);
    assert_eq!(scripted.agent.actions().len(), 6);
    let warned: Vec<bool> = outcome
        .results()
        .iter()
        .map(|result| result.text.contains("Nothing visible has come of this"))
        .collect();
    assert_eq!(warned, [false, false, true, true, true, false]);
    let read = scripted.requests()[3].json();
    let last =
        read["messages"].as_array().unwrap().last().unwrap()["content"][0]["content"][0]["text"].clone();
    assert!(last.as_str().unwrap().contains("done 3 times now"), "{last}");
}

#[tokio::test]
async fn screenshots_in_between_do_not_hide_the_repetition() {
    let turn = json!({ "calls": [
        { "member": "key", "input": { "text": SHOWS_NOTHING } }, { "member": "screenshot" } ]});
    let (outcome, scripted) = limited(Value::Array(vec![turn; 8]), RunLimits::default()).await;
    assert_eq!(outcome.end().code, "no_progress");
    assert_eq!(outcome.results().len(), outcome.calls().len());
    assert!(scripted.agent.actions().len() <= 12);
}

#[tokio::test]
async fn a_run_on_another_replica_remembers_repetitions() {
    let scripted = Claude::new(press(8)).await;
    let mut request = scripted.request("go");
    request.limits.max_turns = 4;
    let first = scripted.service.run(&request).await;
    assert_eq!(first.end().code, "max_turns");
    request.transcript.extend(first.stored().0);
    request.images = first.stored().1;
    request.limits.max_turns = 100;
    let second = scripted.service.run(&request).await;
    assert_eq!((second.end().code.as_str(), second.results().len()), ("no_progress", 2));
}

#[tokio::test]
async fn an_action_with_an_effect_may_be_repeated() {
    let mut turns = clicks(8);
    turns.as_array_mut().unwrap().push(json!({ "text": "Done." }));
    let (outcome, _) = limited(turns, RunLimits::default()).await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
}

#[tokio::test]
async fn waiting_may_be_repeated() {
    let wait =
        json!({ "calls": [{ "member": "wait", "input": { "duration": 0 } }, { "member": "screenshot" }] });
    let mut turns = vec![wait; 8];
    turns.push(json!({ "text": "Done." }));
    let (outcome, _) = limited(Value::Array(turns), RunLimits::default()).await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
}

#[tokio::test]
async fn a_command_may_be_repeated_while_its_output_changes() {
    let run = |command: String| json!({ "calls": [{ "bash": command }] });
    let mut turns: Vec<Value> = (0..8).map(|number| run(format!("echo {number}"))).collect();
    turns.push(json!({ "text": "Done." }));
    assert_eq!(
        limited(Value::Array(turns), RunLimits::default()).await.0.end().outcome,
        RunOutcome::Succeeded
    );
    let turns = vec![run("echo same".to_owned()); 8];
    assert_eq!(limited(Value::Array(turns), RunLimits::default()).await.0.end().code, "no_progress");
}
