//! The parameters of a request.

use serde_json::{Value, json};

use super::{EDITING, broken, expect_rejections, set, single, with};

fn edits(edits: &Value) -> Value {
    with("/context_management", json!({ "edits": edits }))
}

fn for_model(model: &str, pointer: &str, value: Value) -> Value {
    set(with("/model", json!(model)), pointer, value)
}

#[tokio::test]
async fn unknown_fields_are_rejected() {
    expect_rejections(vec![
        broken(with("/frobnicate", json!(1)), "frobnicate: Extra inputs"),
        broken(with("/max_tokens", json!(0)), "max_tokens: Field required"),
        broken(with("/max_tokens", json!(200_000)), "max_tokens: 200000 > 128000"),
        broken(with("/stream", json!(false)), "Streaming is required"),
        broken(with("/system", json!([{ "type": "text", "text": " " }])), "system: text"),
    ])
    .await;
}

#[tokio::test]
async fn newer_models_reject_sampling_parameters_and_forced_tools() {
    expect_rejections(vec![
        broken(with("/temperature", json!(0.5)), "`temperature` is not supported"),
        broken(for_model("claude-opus-4-8", "/top_p", json!(0.5)), "`top_p` is not supported"),
        broken(for_model("claude-haiku-5-5", "/temperature", json!(0.5)), "`temperature` is not supported"),
        broken(with("/top_k", json!(5)), "`top_k` is not supported"),
        broken(with("/tool_choice", json!({ "type": "any" })), "forced tool use"),
        broken(
            for_model("claude-fable-5-2", "/tool_choice", json!({ "type": "tool", "name": "bash" })),
            "forced",
        ),
        broken(for_model("claude-fable-5-1", "/tool_choice", json!({ "type": "any" })), "forced"),
        broken(
            for_model("claude-mythos-5-1", "/tool_choice", json!({ "type": "tool", "name": "bash" })),
            "forced",
        ),
        broken(with("/tool_choice", json!({ "type": "sometimes" })), "tool_choice.type"),
    ])
    .await;
}

#[tokio::test]
async fn thinking_has_the_models_modes() {
    let budget = |tokens: u32| json!({ "type": "enabled", "budget_tokens": tokens });
    let old = || single("claude-sonnet-4-5", "computer_20250124");
    let mut forced = set(old(), "/thinking", budget(2000));
    forced["tool_choice"] = json!({ "type": "any" });
    expect_rejections(vec![
        broken(with("/thinking", budget(2000)), "thinking.type.enabled"),
        broken(for_model("claude-opus-5", "/thinking", budget(2000)), "thinking.type.enabled"),
        broken(with("/thinking", json!({ "type": "disabled" })), "can't be disabled"),
        broken(for_model("claude-sonnet-5-5", "/thinking", json!({ "type": "disabled" })), "between_tools"),
        broken(with("/thinking", json!({ "type": "between_tools" })), "between_tools is not supported"),
        broken(with("/thinking", json!({ "type": "deep" })), "thinking.type"),
        broken(with("/thinking/display", json!("updates")), "thinking.display"),
        broken(with("/thinking/mood", json!("calm")), "thinking.mood: Extra inputs"),
        broken(with("/thinking/block_binding", json!({})), "block_binding: Extra inputs"),
        broken(with("/thinking/block_binding", json!({})), "prefix_mismatch_behavior")
            .under(("anthropic-beta", "thinking-binding-controls-2026-08-01")),
        broken(set(old(), "/thinking", budget(1000)), "at least 1024").under(super::JANUARY),
        broken(set(old(), "/thinking", budget(4000)), "below max_tokens").under(super::JANUARY),
        broken(set(old(), "/thinking", json!({ "type": "adaptive" })), "adaptive thinking is not supported")
            .under(super::JANUARY),
        broken(forced, "Thinking may not be enabled").under(super::JANUARY),
    ])
    .await;
}

#[tokio::test]
async fn context_edits_have_their_betas_order_and_fields() {
    let clear = json!({ "type": "clear_tool_uses_20250919" });
    let thinking = json!({ "type": "clear_thinking_20251015", "keep": "all" });
    let compact = |tokens: u32| json!({ "type": "compact_20260112", "trigger": { "type": "input_tokens", "value": tokens } });
    let mut unthinking = edits(&json!([thinking]));
    unthinking.as_object_mut().unwrap().remove("thinking");
    expect_rejections(vec![
        broken(edits(&json!([clear])), "context_management: Extra inputs"),
        broken(edits(&json!([clear, thinking])), "must be first").under(EDITING),
        broken(edits(&json!([{ "type": "clear_all" }])), "'clear_all'").under(EDITING),
        broken(edits(&json!([{ "type": "clear_tool_uses_20250919", "when": 1 }])), "when: Extra")
            .under(EDITING),
        broken(edits(&json!([compact(40_000)])), "at least 50000").under(EDITING),
        broken(edits(&json!([compact(60_000)])), "compact_20260112")
            .under(("anthropic-beta", "context-management-2025-06-27")),
        broken(unthinking, "requires thinking").under(EDITING),
    ])
    .await;
}

#[tokio::test]
async fn there_are_at_most_four_valid_breakpoints() {
    let mut marked = super::good();
    for _ in 0..4 {
        let block = json!({ "type": "text", "text": "x", "cache_control": { "type": "ephemeral" } });
        marked["messages"][2]["content"].as_array_mut().unwrap().push(block);
    }
    let mut automatic = marked.clone();
    automatic["messages"][2]["content"].as_array_mut().unwrap().pop();
    automatic["cache_control"] = json!({ "type": "ephemeral" });
    expect_rejections(vec![
        broken(marked, "A maximum of 4 blocks with cache_control may be provided. Found 5."),
        broken(automatic, "Found 5."),
        broken(with("/system/0/cache_control", json!({ "type": "eternal" })), "cache_control: type"),
        broken(
            with("/system/0/cache_control", json!({ "type": "ephemeral", "ttl": "1d" })),
            "cache_control: type",
        ),
    ])
    .await;
}

#[tokio::test]
async fn fallbacks_have_their_beta_and_diagnostics_name_a_message() {
    let beta = ("anthropic-beta", "server-side-fallback-2026-07-01");
    let fallbacks = |value: Value| with("/fallbacks", value);
    expect_rejections(vec![
        broken(fallbacks(json!("default")), "fallbacks: Extra inputs"),
        broken(fallbacks(json!("any")), "fallbacks: Input should be").under(beta),
        broken(fallbacks(json!([{ "model": "claude-zero" }])), "fallbacks.model").under(beta),
        broken(fallbacks(json!([{ "model": "claude-opus-5", "top_k": 1 }])), "fallbacks.top_k: Extra")
            .under(beta),
        broken(with("/diagnostics", json!({ "verbose": true })), "diagnostics.verbose: Extra"),
        broken(with("/diagnostics", json!({ "previous_message_id": "1" })), "the id of a message"),
    ])
    .await;
}
