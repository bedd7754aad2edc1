//! Anthropic's news.

use ai_model::fakes::RecordedRequest;
use protocol::run::RunOutcome;
use serde_json::{Value, json};

use crate::harness::{Claude, Outcome, SCREEN, Service, config, request, user};

/// The versions of the API that the requests named.
fn versions(requests: &[RecordedRequest]) -> Vec<&str> {
    requests.iter().map(|request| request.headers["anthropic-version"].to_str().unwrap()).collect()
}

fn looks() -> Value {
    json!({ "calls": [{ "member": "screenshot" }] })
}

#[tokio::test]
async fn the_api_version_of_october_2026_is_sent() {
    let scripted = Claude::new(json!([looks(), { "text": "Done." }])).await;
    assert_eq!(scripted.run("look").await.answer(), "Done.");
    assert_eq!(versions(&scripted.requests()), ["2026-10-21"; 2]);
    let body = scripted.sent(1);
    assert!(["temperature", "top_p", "top_k"].into_iter().all(|field| body.get(field).is_none()));
}

#[tokio::test]
async fn a_server_that_knows_only_the_first_version_gets_it_and_is_remembered() {
    let script =
        json!({ "only_first_version": true, "turns": [looks(), { "text": "Done." }, { "text": "Again." }] });
    let scripted = Claude::with(&script, SCREEN, &[]).await;
    let outcome = scripted.try_run("look").await;
    assert_eq!((outcome.answer().as_str(), outcome.retry_delays()), ("Done.", vec![]));
    assert_eq!(scripted.try_run("hi").await.answer(), "Again.");
    let requests = scripted.requests();
    assert_eq!(versions(&requests), ["2026-10-21", "2023-06-01", "2023-06-01", "2023-06-01"]);
    assert!(requests[0].summary.rejection.contains("anthropic-version"));
}

/// The facts of the end of a turn that was refused with these details.
async fn refused(details: Value) -> Value {
    let turns = json!([{ "text": "Well,", "stop_reason": "refusal", "stop_details": details }]);
    let outcome = Claude::new(turns).await.run("act").await;
    let end = outcome.end();
    assert_eq!((end.outcome, end.code.as_str(), outcome.turns().len()), (RunOutcome::Failed, "refusal", 0));
    serde_json::to_value(&end.facts).unwrap()
}

#[tokio::test]
async fn a_refusal_names_its_category() {
    for category in ["cyber", "bio", "frontier_llm", "reasoning_extraction", "general_harms"] {
        let details = json!({ "type": "refusal", "category": category, "explanation": null });
        assert_eq!(refused(details).await, json!({ "variant": "category", "category": category }));
    }
    let details = json!({
        "type": "refusal", "category": "cyber", "explanation": " That is an attack. ",
        "recommended_model": null, "fallback_credit_token": null,
    });
    let expected =
        json!({ "variant": "category_explained", "category": "cyber", "reason": "That is an attack." });
    assert_eq!(refused(details).await, expected);
}

#[tokio::test]
async fn a_refusal_without_a_known_category_is_told_as_before() {
    let unnamed = json!({ "type": "refusal", "category": null, "explanation": "No." });
    assert_eq!(refused(unnamed).await, json!({ "variant": "explained", "reason": "No." }));
    let newer = json!({ "type": "refusal", "category": "weather", "explanation": null });
    assert_eq!(refused(newer).await, json!({}));
}

#[tokio::test]
async fn no_tool_is_ever_forced() {
    for model in ["claude-fable-5-1", "claude-mythos-5-1", "claude-haiku-4-5"] {
        let scripted = Claude::with_model(model, json!([looks(), { "text": "Done." }])).await;
        scripted.run("look").await;
        assert!((0..2).all(|number| scripted.sent(number).get("tool_choice").is_none()), "{model}");
    }
}

#[tokio::test]
async fn the_vendor_is_asked_why_its_cache_was_missed_only_as_the_setting_says() {
    let miss = json!({ "type": "messages_changed", "cache_missed_input_tokens": 4096 });
    let turns =
        json!([looks(), { "text": "Done.", "response": { "diagnostics": { "cache_miss_reason": miss } } }]);
    let off = Claude::new(turns.clone()).await;
    off.run("look").await;
    assert!((0..2).all(|number| off.sent(number).get("diagnostics").is_none()));
    let on = Claude::with_settings(turns, &["--anthropic-cache-diagnostics=true"]).await;
    assert_eq!(on.run("look").await.answer(), "Done.");
    assert_eq!(on.sent(0)["diagnostics"], json!({ "previous_message_id": null }));
    assert_eq!(on.sent(1)["diagnostics"], json!({ "previous_message_id": "msg_1" }));
}

#[tokio::test]
async fn other_models_answer_for_one_that_refuses_only_as_the_setting_says() {
    let hello = || json!([{ "text": "Hello." }]);
    let off = Claude::new(hello()).await;
    off.run("hi").await;
    assert!(off.sent(0).get("fallbacks").is_none());
    let names = json!([{ "model": "claude-opus-5" }, { "model": "claude-sonnet-5" }]);
    for (setting, expected) in [("default", json!("default")), ("claude-opus-5, claude-sonnet-5", names)] {
        let on = Claude::with_settings(hello(), &[&format!("--anthropic-fallbacks={setting}")]).await;
        on.run("hi").await;
        assert_eq!(on.sent(0)["fallbacks"], expected);
        let betas = on.requests()[0].headers["anthropic-beta"].to_str().unwrap().to_owned();
        assert!(betas.split(',').any(|beta| beta == "server-side-fallback-2026-07-01"), "{betas}");
    }
}

#[tokio::test]
async fn what_a_model_had_begun_before_it_refused_is_dropped() {
    let begun = json!({ "type": "tool_use", "id": "toolu_0", "name": "left_click", "toolset_name": "computer", "input": {} });
    let seam = json!({
        "type": "fallback", "from": { "model": "claude-opus-5-5" }, "to": { "model": "claude-opus-5" },
        "trigger": { "type": "refusal", "category": "cyber" },
    });
    let turn = json!({ "blocks": [{ "type": "text", "text": "Well," }, begun, &seam], "calls": [{ "member": "screenshot" }] });
    let turns = json!([turn, { "text": "Done." }]);
    let scripted = Claude::with_settings(turns, &["--anthropic-fallbacks=default"]).await;
    let outcome = scripted.run("look").await;
    assert_eq!((outcome.answer().as_str(), outcome.calls().len()), ("Done.", 1));
    let sent = scripted.sent(1)["messages"][1]["content"].clone();
    let kinds: Vec<&str> =
        sent.as_array().unwrap().iter().map(|block| block["type"].as_str().unwrap()).collect();
    assert_eq!((kinds, &sent[0]), (vec!["fallback", "tool_use"], &seam));
}

/// Thinking is never cleared, so it fills the context quickly.
fn thinks_long() -> Value {
    json!({ "thinking": "x".repeat(40_000), "calls": [{ "member": "left_click" }, { "member": "screenshot" }] })
}

/// A run of 60 turns, which fill a quarter of the context twice, with summaries on demand.
async fn with_summaries(summaries: &str, turn: Value) -> (Claude, Outcome) {
    let script = json!({ "summaries": summaries, "repeat_to": 60, "turns": [turn, { "text": "Done." }] });
    let scripted = Claude::with(&script, SCREEN, &["--anthropic-compaction", "on-demand"]).await;
    let mut request = scripted.request("look around");
    request.limits.max_turns = 1000;
    request.limits.max_actions = 10_000;
    let outcome = scripted.service.run(&request).await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{:?}", outcome.end());
    (scripted, outcome)
}

fn asks_for_summary(request: &RecordedRequest) -> bool {
    request.json().get("compaction").is_some()
}

#[tokio::test]
async fn a_summary_on_demand_takes_the_place_of_what_it_summarizes() {
    let (scripted, outcome) = with_summaries("written", thinks_long()).await;
    scripted.assert_accepted();
    let requests = scripted.requests();
    let asked: Vec<usize> = (0..requests.len()).filter(|at| asks_for_summary(&requests[*at])).collect();
    assert!((1..=2).contains(&asked.len()), "{asked:?}");
    assert_eq!(outcome.turns().len(), requests.len());
    for at in asked {
        let (before, asking, after) = (&requests[at - 1], &requests[at].json(), requests[at + 1].json());
        assert!(before.summary.usage.total() >= 250_000);
        assert_eq!(asking["compaction"], json!({ "type": "summarize" }));
        assert!(asking.get("context_management").is_none());
        let summary = &outcome.turns()[at];
        assert_eq!((summary.stop_reason.as_str(), summary.content.len()), ("compaction", 0));
        let blocks: Value = serde_json::from_str(&summary.raw).unwrap();
        assert_eq!(after["messages"], json!([{ "role": "assistant", "content": blocks }]));
        let edits = after["context_management"]["edits"].as_array().unwrap();
        assert!(edits.iter().all(|edit| edit["type"] != "compact_20260112"));
        assert!(requests[at + 1].summary.usage.total() < before.summary.usage.total() / 10);
    }
    assert!(requests.iter().all(|request| request.summary.dropped_thinking == 0));
}

#[tokio::test]
async fn a_summary_that_fails_is_asked_for_again_only_later() {
    let (scripted, _) = with_summaries("fail", thinks_long()).await;
    scripted.assert_accepted();
    let requests = scripted.requests();
    let asked: Vec<usize> = (0..requests.len()).filter(|at| asks_for_summary(&requests[*at])).collect();
    assert!(asked.len() >= 2 && asked.windows(2).all(|pair| pair[1] - pair[0] == 12), "{asked:?}");
    assert!(!requests[asked[0] + 1].body.contains(r#""compaction""#), "what failed is not sent back");
}

#[tokio::test]
async fn a_server_without_summaries_on_demand_is_let_write_them_itself() {
    let (scripted, _) = with_summaries("unknown", thinks_long()).await;
    let requests = scripted.requests();
    let refused: Vec<&RecordedRequest> =
        requests.iter().filter(|request| asks_for_summary(request)).collect();
    assert_eq!(refused.len(), 1, "it is asked once");
    assert!(refused[0].summary.rejection.starts_with("compaction:"));
    assert!(requests.iter().any(|request| request.summary.compacted), "the vendor decides then");
}

#[tokio::test]
async fn a_conversation_with_a_summary_on_demand_goes_on_without_the_setting() {
    let (scripted, outcome) = with_summaries("written", thinks_long()).await;
    let (items, images) = outcome.stored();
    let mut transcript = vec![user("look around")];
    transcript.extend(items);
    transcript.push(user("go on"));
    let mut next = request(&scripted.agent, transcript);
    next.images = images;
    let other = Service::start(config(&scripted.base_url, "test-key", &[])).await;
    // The script has no further turn, which is told after the request was found valid.
    let outcome = other.run(&next).await;
    assert!(format!("{:?}", outcome.end()).contains("the script has no further turn"));
    let body = scripted.requests().pop().unwrap().json();
    assert_eq!(body["messages"][0]["content"][0]["type"], "compaction");
}
