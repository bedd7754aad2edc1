//! The parameters of a request.

use serde_json::Value;

use super::{Rejection, invalid, unknown_field};
use crate::double::facts::Facts;

const KNOWN: [&str; 20] = [
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
    "cache_control",
    "service_tier",
    "speed",
    "container",
    "mcp_servers",
    "temperature",
    "top_p",
    "top_k",
];

pub(super) fn check(request: &Value, facts: Facts) -> Result<(), Rejection> {
    if let Some(field) = unknown_field(request, &KNOWN) {
        return invalid(format!("{field}: Extra inputs are not permitted"));
    }
    if request["max_tokens"].as_u64().is_none_or(|tokens| tokens == 0) {
        return invalid("max_tokens: Field required");
    }
    if request["stream"] != Value::Bool(true) {
        return invalid("Streaming is required for operations that may take longer than 10 minutes");
    }
    for field in ["temperature", "top_p", "top_k"] {
        if facts.adaptive && request.get(field).is_some() {
            return invalid(format!("`{field}` is not supported for this model"));
        }
    }
    match request["tool_choice"]["type"].as_str() {
        Some("any" | "tool") if facts.binds_thinking => {
            return invalid("tool_choice: forced tool use is not supported for this model");
        }
        _ => {}
    }
    check_thinking(request, facts)
}

fn check_thinking(request: &Value, facts: Facts) -> Result<(), Rejection> {
    let thinking = &request["thinking"];
    match thinking["type"].as_str() {
        Some("adaptive") if !facts.adaptive => invalid("adaptive thinking is not supported on this model"),
        Some("adaptive") if unknown_field(thinking, &["type", "display", "block_binding"]).is_some() => {
            invalid("thinking.adaptive: Extra inputs are not permitted")
        }
        Some("enabled") if facts.adaptive => {
            invalid("\"thinking.type.enabled\" is not supported for this model. Use \"adaptive\".")
        }
        Some("enabled") => {
            let budget = thinking["budget_tokens"].as_u64().unwrap_or_default();
            if budget < 1024 || budget >= request["max_tokens"].as_u64().unwrap_or_default() {
                return invalid("thinking.enabled.budget_tokens: must be at least 1024 and below max_tokens");
            }
            Ok(())
        }
        Some("adaptive" | "disabled") => Ok(()),
        None if thinking.is_null() => Ok(()),
        _ => invalid("thinking.type: unknown value"),
    }
}
