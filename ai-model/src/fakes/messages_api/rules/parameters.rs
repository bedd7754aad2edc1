//! Checks the parameters of a request.

use serde_json::Value;

use super::{Betas, Rejection, compaction, invalid};
use crate::fakes::messages_api::facts::{self, Facts, Thinking};
use crate::fakes::reading::{list, unknown_field};
use crate::fakes::script::Script;

const KNOWN: [&str; 23] = [
    "model",
    "max_tokens",
    "messages",
    "system",
    "tools",
    "tool_choice",
    "stream",
    "stop_sequences",
    "metadata",
    "thinking",
    "output_config",
    "context_management",
    "compaction",
    "cache_control",
    "service_tier",
    "speed",
    "container",
    "mcp_servers",
    "diagnostics",
    "fallbacks",
    "temperature",
    "top_p",
    "top_k",
];

pub(super) fn check(
    request: &Value,
    betas: &Betas<'_>,
    script: &Script,
    facts: Facts,
) -> Result<(), Rejection> {
    if let Some(field) = unknown_field(request, &KNOWN) {
        return invalid(format!("{field}: Extra inputs are not permitted"));
    }
    match request["max_tokens"].as_u64() {
        None | Some(0) => return invalid("max_tokens: Field required"),
        Some(tokens) if tokens > facts.max_output => {
            let most = facts.max_output;
            return invalid(format!("max_tokens: {tokens} > {most}, which is the maximum allowed number"));
        }
        Some(_) => {}
    }
    if request["stream"] != Value::Bool(true) {
        return invalid("Streaming is required for operations that may take longer than 10 minutes");
    }
    for field in ["temperature", "top_p", "top_k"] {
        let allowed = field == "temperature" && request["model"] == "claude-haiku-5-5" && request[field] == 1;
        if facts.refuses_sampling && request.get(field).is_some() && !allowed {
            return invalid(format!("`{field}` is not supported for this model"));
        }
    }
    check_system(request)?;
    check_thinking(request, betas, facts)?;
    check_effort(&request["output_config"], facts)?;
    check_tool_choice(request, facts)?;
    check_fallbacks(&request["fallbacks"], betas)?;
    check_diagnostics(&request["diagnostics"])?;
    compaction::check(request, betas, script)?;
    check_edits(request, betas)
}

fn check_fallbacks(fallbacks: &Value, betas: &Betas<'_>) -> Result<(), Rejection> {
    if fallbacks.is_null() {
        return Ok(());
    }
    if !betas.has("server-side-fallback-2026-07-01") {
        return invalid("fallbacks: Extra inputs are not permitted");
    }
    let Some(entries) = fallbacks.as_array() else {
        return if fallbacks == "default" {
            Ok(())
        } else {
            invalid("fallbacks: Input should be 'default' or a list")
        };
    };
    for entry in entries {
        let known = ["model", "max_tokens", "thinking", "output_config", "speed"];
        if let Some(field) = unknown_field(entry, &known) {
            return invalid(format!("fallbacks.{field}: Extra inputs are not permitted"));
        }
        if entry["model"].as_str().and_then(facts::of).is_none() {
            return invalid("fallbacks.model: unknown model");
        }
    }
    Ok(())
}

fn check_diagnostics(diagnostics: &Value) -> Result<(), Rejection> {
    if let Some(field) = unknown_field(diagnostics, &["previous_message_id"]) {
        return invalid(format!("diagnostics.{field}: Extra inputs are not permitted"));
    }
    match &diagnostics["previous_message_id"] {
        Value::Null => Ok(()),
        Value::String(id) if id.starts_with("msg_") => Ok(()),
        _ => invalid("diagnostics.previous_message_id: Input should be the id of a message"),
    }
}

fn check_system(request: &Value) -> Result<(), Rejection> {
    let blocks = list(request, "system");
    let is_words = |block: &Value| {
        block["type"] == "text" && block["text"].as_str().is_some_and(|text| !text.trim().is_empty())
    };
    if !blocks.iter().all(is_words) {
        return invalid("system: text content blocks must be non-empty");
    }
    Ok(())
}

fn check_tool_choice(request: &Value, facts: Facts) -> Result<(), Rejection> {
    let choice = &request["tool_choice"];
    match choice["type"].as_str() {
        None if choice.is_null() => Ok(()),
        Some("auto" | "none") => Ok(()),
        Some("any" | "tool") if !facts.may_force_tools => {
            invalid("tool_choice: forced tool use is not supported for this model")
        }
        Some("any" | "tool") if request["thinking"]["type"] == "enabled" => {
            invalid("Thinking may not be enabled when tool_choice forces tool use.")
        }
        Some("any" | "tool") => Ok(()),
        _ => invalid("tool_choice.type: unknown value"),
    }
}

fn check_effort(config: &Value, facts: Facts) -> Result<(), Rejection> {
    if let Some(field) = unknown_field(config, &["effort", "task_budget", "format"]) {
        return invalid(format!("output_config.{field}: Extra inputs are not permitted"));
    }
    match config["effort"].as_str() {
        None if config["effort"].is_null() => Ok(()),
        Some(effort) if facts.efforts.contains(&effort) => Ok(()),
        _ => invalid("output_config.effort: this value is not supported for this model"),
    }
}

fn check_thinking(request: &Value, betas: &Betas<'_>, facts: Facts) -> Result<(), Rejection> {
    let thinking = &request["thinking"];
    let known: &[&str] = match thinking["type"].as_str() {
        None if thinking.is_null() => return Ok(()),
        Some("adaptive") => &["type", "display", "block_binding"],
        Some("enabled") => &["type", "budget_tokens", "display", "block_binding"],
        Some("disabled" | "between_tools") => &["type"],
        _ => return invalid("thinking.type: unknown value"),
    };
    if let Some(field) = unknown_field(thinking, known) {
        return invalid(format!("thinking.{field}: Extra inputs are not permitted"));
    }
    match (thinking["type"].as_str().unwrap_or_default(), facts.thinking) {
        ("adaptive", Thinking::Budget | Thinking::Never) => {
            return invalid("adaptive thinking is not supported on this model");
        }
        ("enabled", Thinking::Always | Thinking::Adaptive | Thinking::Never) => {
            return invalid("\"thinking.type.enabled\" is not supported for this model. Use \"adaptive\".");
        }
        ("disabled", Thinking::Always) => return invalid("thinking can't be disabled for this model"),
        ("disabled", _) if request["model"] == "claude-sonnet-5-5" => {
            return invalid("thinking can't be disabled for this model. Use \"between_tools\".");
        }
        ("between_tools", _) if request["model"] != "claude-sonnet-5-5" => {
            return invalid("thinking.between_tools is not supported for this model");
        }
        ("enabled", _) => {
            let budget = thinking["budget_tokens"].as_u64().unwrap_or_default();
            if budget < 1024 || budget >= request["max_tokens"].as_u64().unwrap_or_default() {
                return invalid("thinking.enabled.budget_tokens: must be at least 1024 and below max_tokens");
            }
        }
        _ => {}
    }
    check_display(thinking, betas)
}

fn check_display(thinking: &Value, betas: &Betas<'_>) -> Result<(), Rejection> {
    match thinking["display"].as_str() {
        None | Some("summarized" | "omitted") => {}
        Some("updates") if betas.has("thinking-display-updates-2026-08-18") => {}
        Some(_) => return invalid("thinking.display: unknown value"),
    }
    let binding = &thinking["block_binding"];
    if binding.is_null() {
        return Ok(());
    }
    if !betas.has("thinking-binding-controls-2026-08-01") {
        return invalid("thinking.block_binding: Extra inputs are not permitted");
    }
    match binding["prefix_mismatch_behavior"].as_str() {
        Some("error" | "drop_block") => Ok(()),
        _ => invalid("thinking.block_binding.prefix_mismatch_behavior: unknown value"),
    }
}

fn check_edits(request: &Value, betas: &Betas<'_>) -> Result<(), Rejection> {
    let management = &request["context_management"];
    if management.is_null() {
        return Ok(());
    }
    if !betas.has("context-management-2025-06-27") && !betas.has("compact-2026-01-12") {
        return invalid("context_management: Extra inputs are not permitted");
    }
    let edits = list(management, "edits");
    let place = |kind: &str| edits.iter().position(|edit| edit["type"] == kind);
    if let (Some(thinking), Some(results)) =
        (place("clear_thinking_20251015"), place("clear_tool_uses_20250919"))
        && thinking > results
    {
        return invalid("context_management.edits: clear_thinking_20251015 must be first");
    }
    for edit in edits {
        let known: &[&str] = match edit["type"].as_str().unwrap_or_default() {
            "clear_thinking_20251015" if request["thinking"].is_null() => {
                return invalid("context_management.edits: clear_thinking_20251015 requires thinking");
            }
            "clear_thinking_20251015" => &["type", "keep"],
            "clear_tool_uses_20250919" => {
                &["type", "trigger", "keep", "clear_at_least", "exclude_tools", "clear_tool_inputs"]
            }
            "compact_20260112" if !betas.has("compact-2026-01-12") => {
                return invalid("context_management.edits: Input tag 'compact_20260112' is not expected");
            }
            "compact_20260112" => &["type", "trigger", "instructions", "pause_after_compaction"],
            kind => return invalid(format!("context_management.edits: Input tag '{kind}' is not expected")),
        };
        if let Some(field) = unknown_field(edit, known) {
            return invalid(format!("context_management.edits.{field}: Extra inputs are not permitted"));
        }
        if edit["type"] == "compact_20260112" && edit["trigger"]["value"].as_u64().is_some_and(|n| n < 50_000)
        {
            return invalid("context_management.edits.compact_20260112.trigger: must be at least 50000");
        }
    }
    Ok(())
}
