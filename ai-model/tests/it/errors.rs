//! The vendor's errors and stop reasons.

use protocol::run::RunOutcome;
use protocol::transcript::ToolStatus;
use serde_json::{Value, json};

use crate::harness::{Claude, NOWHERE, Outcome, Service, config, request, user, with_key};

fn error(status: u16, kind: &str, message: &str) -> Value {
    json!({ "error": { "status": status, "type": kind, "message": message } })
}

fn error_with_wait(status: u16, kind: &str, seconds: &str) -> Value {
    json!({ "error": { "status": status, "type": kind, "message": "wait", "retry_after": seconds } })
}

fn hello() -> Value {
    json!({ "text": "Hello." })
}

async fn run(turns: Value) -> Outcome {
    Claude::new(turns).await.run("hi").await
}

#[tokio::test]
async fn a_rejected_key_tells_the_person_what_to_do() {
    let scripted = Claude::new(json!([hello()])).await;
    let mut request = scripted.request("hi");
    request.model = with_key("a wrong key");
    let outcome = scripted.service.run(&request).await;
    let end = outcome.end();
    assert_eq!((end.outcome, end.code.as_str()), (RunOutcome::Failed, "api_key_refused"));
    assert_eq!(
        serde_json::to_value(&end.facts).unwrap(),
        json!({ "vendor": "anthropic", "setting": "ANTHROPIC_API_KEY", "console": "console.anthropic.com" })
    );
    assert_eq!(scripted.requests().len(), 1);
    assert_eq!(scripted.requests()[0].summary.status, 401);
    let metrics = scripted.service.http.get(scripted.service.url("/metrics")).send().await.unwrap();
    let told = metrics.text().await.unwrap();
    let refused = r#"deskhand_ai_model_vendor_requests_total{vendor="anthropic",answer="4xx"} 1"#;
    assert!(told.contains(refused) && told.contains("deskhand_ai_model_runs_at_work 0"), "{told}");
}

#[tokio::test]
async fn a_key_that_is_no_valid_header_counts_as_rejected() {
    let scripted = Claude::new(json!([hello()])).await;
    let mut request = scripted.request("hi");
    request.model = with_key("a\nkey");
    assert_eq!(scripted.service.run(&request).await.end().code, "api_key_refused");
}

#[tokio::test]
async fn claude_without_a_key_says_how_to_set_one() {
    let scripted = Claude::new(json!([])).await;
    let service = Service::demo().await;
    let mut request = scripted.request("hi");
    request.model.provider = Some("anthropic".to_owned());
    let outcome = service.run(&request).await;
    assert_eq!(outcome.end().code, "api_key_missing");
    assert!(outcome.facts().contains("ANTHROPIC_API_KEY"));
    request.model.provider = Some("oracle".to_owned());
    assert_eq!(service.run(&request).await.end().code, "unknown_provider");
}

#[tokio::test]
async fn permanent_errors_are_not_retried() {
    let cases = [
        (402, "billing_error", "pay", "billing"),
        (400, "invalid_request_error", "Your credit balance is too low", "billing"),
        (400, "invalid_request_error", "prompt is too long: 2 tokens", "context_window_exceeded"),
        (400, "invalid_request_error", "nonsense", "request_rejected"),
        (403, "permission_error", "no", "permission_denied"),
        (404, "not_found_error", "model: x", "model_not_found"),
        (413, "request_too_large", "too large", "request_too_large"),
        (429, "rate_limit_error", "spend cap", "spend_limit"),
    ];
    for (status, kind, message, code) in cases {
        let outcome = run(json!([error(status, kind, message), hello()])).await;
        assert_eq!(outcome.end().outcome, RunOutcome::Failed);
        assert_eq!(outcome.end().code, code);
        assert!(!outcome.facts().is_empty());
        assert_eq!(outcome.retry_delays(), Vec::<u64>::new(), "{code}");
    }
}

#[tokio::test]
async fn transient_errors_are_retried() {
    let turns = json!([
        error(500, "api_error", "oops"),
        error(529, "overloaded_error", "busy"),
        error(504, "timeout_error", "slow"),
        error(409, "conflict_error", "conflict"),
        hello(),
    ]);
    let outcome = run(turns).await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(outcome.retry_delays().len(), 4);
}

#[tokio::test]
async fn retries_are_limited() {
    let overloaded = error(529, "overloaded_error", "busy");
    let outcome = run(json!([overloaded, overloaded, overloaded, overloaded, overloaded, hello()])).await;
    assert_eq!(outcome.end().code, "overloaded");
    assert_eq!(outcome.retry_delays().len(), 4);
}

#[tokio::test]
async fn retry_after_is_honoured() {
    let outcome = run(json!([error_with_wait(429, "rate_limit_error", "0.2"), hello()])).await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert!(outcome.retry_delays()[0] >= 200, "{:?}", outcome.retry_delays());
}

#[tokio::test]
async fn a_retry_after_of_too_long_ends_the_run() {
    let outcome = run(json!([error_with_wait(429, "rate_limit_error", "3600"), hello()])).await;
    assert_eq!(outcome.end().code, "rate_limited");
}

#[tokio::test]
async fn an_unreachable_vendor_is_reported() {
    let scripted = Claude::new(json!([])).await;
    let service = Service::start(config(NOWHERE, "test-key", &[])).await;
    let outcome = service.run(&scripted.request("hi")).await;
    assert_eq!(outcome.end().code, "network_unreachable");
    assert!(outcome.facts().contains("ANTHROPIC_BASE_URL"));
    assert_eq!(outcome.retry_delays().len(), 4);
}

#[tokio::test]
async fn a_paused_turn_is_continued_unchanged() {
    let search = json!({ "type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": {} });
    let scripted = Claude::new(json!([
        { "blocks": [search], "text": "Searching.", "stop_reason": "pause_turn" },
        { "text": "Found." },
        { "text": "Welcome." },
    ]))
    .await;
    let first = scripted.run("search").await;
    assert_eq!(first.end().outcome, RunOutcome::Succeeded);
    let mut transcript = vec![user("search")];
    transcript.extend(first.stored().0);
    transcript.push(user("thanks"));
    scripted.service.run(&request(&scripted.agent, transcript)).await;
    scripted.assert_accepted();
    let sent = scripted.requests()[2].json();
    assert_eq!(sent["messages"].as_array().unwrap().len(), 3);
    assert_eq!(sent["messages"][1]["content"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_refusal_ends_the_run_without_a_turn() {
    let outcome = run(json!([
        { "text": "Well,", "stop_reason": "refusal",
          "stop_details": { "type": "refusal", "category": "cyber", "explanation": "That is an attack." } },
    ]))
    .await;
    assert_eq!(outcome.end().code, "refusal");
    assert!(outcome.facts().contains("That is an attack."));
    assert_eq!(outcome.turns().len(), 0);
}

#[tokio::test]
async fn a_cut_off_call_is_dropped() {
    let scripted = Claude::new(json!([
        { "text": "I type.", "stop_reason": "max_tokens",
          "calls": [{ "member": "left_click" }, { "member": "type", "input_text": "{\"text\":\"rm -r" }] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("type").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(outcome.results().len(), 1);
    assert_eq!(outcome.results()[0].status, ToolStatus::Done);
    assert_eq!(scripted.agent.actions().len(), 1);
    assert!(!outcome.turns()[0].raw.contains("toolu_1_1"));
}

#[tokio::test]
async fn a_cut_off_text_is_continued_a_limited_number_of_times() {
    let cut = json!({ "text": "And so on", "stop_reason": "max_tokens" });
    let outcome = run(json!([cut, { "text": "and on." }])).await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    let outcome = run(json!([cut, cut, cut])).await;
    assert_eq!(outcome.end().code, "max_tokens");
    assert_eq!(outcome.turns().len(), 3);
}

#[tokio::test]
async fn an_empty_turn_is_not_sent_back_and_the_model_is_asked_to_continue() {
    let scripted = Claude::new(json!([
        { "calls": [{ "member": "screenshot" }] },
        { "thinking": "Hm." },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("look").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    let sent = scripted.requests()[2].json();
    let messages = sent["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 3);
    assert_eq!(messages[2]["content"][1]["text"], "Please continue.");
    let silent = run(json!([{}, {}, {}])).await;
    assert_eq!(silent.end().code, "empty_turn");
}

#[tokio::test]
async fn a_full_context_window_ends_the_run() {
    let scripted = Claude::new(json!([
        { "text": "I click", "stop_reason": "model_context_window_exceeded", "calls": [{ "member": "left_click" }] },
    ]))
    .await;
    let outcome = scripted.run("click").await;
    assert_eq!(outcome.end().code, "context_window_exceeded");
    assert_eq!(scripted.agent.actions(), []);
}

#[tokio::test]
async fn a_stop_sequence_and_unknown_reasons_end_the_run_successfully() {
    for reason in ["stop_sequence", "enlightenment"] {
        let outcome = run(json!([{ "text": "So be it.", "stop_reason": reason }])).await;
        assert_eq!((outcome.end().outcome, outcome.end().code.as_str()), (RunOutcome::Succeeded, reason));
    }
}
