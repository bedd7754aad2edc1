//! Anthropic's news.

use ai_model::fakes::RecordedRequest;
use protocol::run::RunOutcome;
use serde_json::{Value, json};

use crate::harness::{Claude, SCREEN};

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
