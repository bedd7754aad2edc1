//! Streams of the Messages API in every form that a vendor may send.

use protocol::run::{RunEvent, RunOutcome};
use protocol::transcript::TokenUsage;
use serde_json::{Value, json};

use crate::harness::{Claude, Outcome};

fn turn_with(faults: &Value) -> Value {
    json!({ "thinking": "Ünder …", "text": "Grüße aus 東京, und mehr.", "calls": [{ "member": "screenshot" }], "faults": faults })
}

fn text_of(outcome: &Outcome) -> String {
    let deltas = outcome.events.iter().map(|event| match event {
        RunEvent::TextDelta { turn: 0, text } => text.as_str(),
        _ => "",
    });
    deltas.collect()
}

#[tokio::test]
async fn frames_may_be_split_anywhere_and_mixed_with_unknown_events() {
    let turns = json!([turn_with(&json!({ "split": true, "noise": true })), { "text": "Done." }]);
    let scripted = Claude::new(turns).await;
    let outcome = scripted.run("hi").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(text_of(&outcome), "Grüße aus 東京, und mehr.");
    assert_eq!(outcome.results().len(), 1);
}

#[tokio::test]
async fn an_empty_input_is_an_empty_object() {
    let scripted = Claude::new(json!([turn_with(&json!({})), { "text": "Done." }])).await;
    let outcome = scripted.run("hi").await;
    assert!(outcome.turns()[0].raw.contains(r#""input":{}"#));
}

#[tokio::test]
async fn an_input_keeps_its_exact_text() {
    let written = r#"{ "coordinate": [10,   20] }"#;
    let turns = json!([
        { "calls": [{ "member": "left_click", "input_text": written }] },
        { "text": "Done." },
    ]);
    let scripted = Claude::new(turns).await;
    let outcome = scripted.run("hi").await;
    assert!(outcome.turns()[0].raw.contains(written));
    assert!(scripted.requests()[1].body.contains(written));
}

async fn expect_retry(faults: &Value) {
    let scripted = Claude::new(json!([turn_with(faults), turn_with(&json!({})), { "text": "Done." }])).await;
    let outcome = scripted.run("hi").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{faults}");
    let retries = outcome.names().iter().filter(|name| *name == "retrying").count();
    assert_eq!(retries, 1);
    assert_eq!(outcome.turns().len(), 2);
    assert_eq!(scripted.agent.actions().len(), 1, "an action of the broken turn was done");
}

#[tokio::test]
async fn a_broken_connection_is_retried_and_no_call_was_executed() {
    expect_retry(&json!({ "break_after": 2 })).await;
    // All calls had arrived, but not the end of the turn.
    expect_retry(&json!({ "break_after": 14 })).await;
}

#[tokio::test]
async fn a_transient_error_within_the_stream_is_retried() {
    expect_retry(&json!({ "error": "overloaded_error", "error_after": 4 })).await;
    expect_retry(&json!({ "error": "api_error", "error_after": 1 })).await;
}

#[tokio::test]
async fn a_permanent_error_within_the_stream_ends_the_run() {
    let faults = json!({
        "error": "invalid_request_error", "error_after": 1, "error_message": "Your key test-key is odd.",
    });
    let outcome = Claude::new(json!([turn_with(&faults)])).await.run("hi").await;
    assert_eq!(outcome.end().code, "request_rejected");
    let facts = outcome.facts();
    assert!(facts.contains("odd") && !facts.contains("test-key"), "{facts}");
}

#[tokio::test]
async fn empty_text_is_not_sent_back() {
    let turns = json!([{ "text": " ", "calls": [{ "member": "screenshot" }] }, { "text": "Done." }]);
    let scripted = Claude::new(turns).await;
    assert_eq!(scripted.run("hi").await.end().outcome, RunOutcome::Succeeded);
}

#[tokio::test]
async fn a_run_reports_its_usage_and_cached_share() {
    let look = json!({ "calls": [{ "member": "screenshot" }] });
    let scripted = Claude::new(json!([look, look, { "text": "Done." }])).await;
    let outcome = scripted.run("look").await;
    let Some(RunEvent::UsageTotal { usage, cached_share }) = outcome.events.iter().rev().nth(1) else {
        panic!("{:?}", outcome.names());
    };
    let reported = scripted.requests().into_iter().map(|request| request.summary.usage);
    let read: u64 = reported.clone().map(|usage| usage.cache_read_input_tokens).sum();
    let all: u64 = reported.map(ai_model::fakes::InputUsage::total).sum();
    assert_eq!(usage.cache_read_tokens, read);
    assert_eq!(usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens, all);
    #[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
    let share = read as f64 / all as f64;
    assert!((cached_share - share).abs() < 1e-9 && share > 0.5, "{share}");
}

#[tokio::test]
async fn a_silent_connection_is_retried() {
    let turns = json!([turn_with(&json!({ "hang_after": 3 })), { "text": "Hello." }]);
    let scripted = Claude::with_settings(turns, &["--ai-model-idle-timeout-ms", "50"]).await;
    let outcome = scripted.run("hi").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(outcome.names().iter().filter(|name| *name == "retrying").count(), 1);
    assert_eq!(scripted.agent.actions(), []);
}

#[tokio::test]
async fn usage_is_counted_over_the_whole_stream() {
    let scripted = Claude::new(json!([{ "text": "Hello.", "output_tokens": 42 }])).await;
    let outcome = scripted.run("hi").await;
    let reported = scripted.requests()[0].summary.usage;
    let usage = TokenUsage {
        input_tokens: reported.input_tokens,
        cache_read_tokens: reported.cache_read_input_tokens,
        cache_write_tokens: reported.cache_creation_input_tokens,
        output_tokens: 42,
    };
    assert!(reported.cache_creation_input_tokens > 5_000, "{reported:?}");
    assert_eq!(outcome.turns()[0].usage, usage);
}
