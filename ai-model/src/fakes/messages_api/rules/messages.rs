//! Checks the order of messages, and that each call has a result.

use serde_json::Value;

use super::tools::Computer;
use super::{Betas, Rejection, compaction, invalid};
use crate::fakes::messages_api::facts::{Facts, Thinking};
use crate::fakes::reading::{list, unknown_field};

pub(super) fn check(
    request: &Value,
    betas: &Betas<'_>,
    computer: Computer,
    facts: Facts,
) -> Result<(), Rejection> {
    let messages = list(request, "messages");
    match messages.first() {
        None => return invalid("messages: at least one message is required"),
        Some(first) if first["role"] != "user" && !compaction::begins(first, betas) => {
            return invalid("messages: first message must use the \"user\" role");
        }
        Some(_) => {}
    }
    let last = messages.last().map_or(&Value::Null, |last| last);
    let accepts_prefill = matches!(facts.thinking, Thinking::Budget | Thinking::Never);
    if last["role"] == "assistant"
        && !is_paused(last)
        && !compaction::is_alone(last, betas)
        && !accepts_prefill
    {
        return invalid(
            "This model does not support assistant message prefill. The conversation must end with a user message.",
        );
    }
    for (index, message) in messages.iter().enumerate() {
        let previous = index.checked_sub(1).and_then(|before| messages.get(before));
        match message["role"].as_str() {
            Some("user") => {
                check_user(index, message, previous, computer)?;
                if index + 1 == messages.len() {
                    check_screenshots(index, message, previous)?;
                }
            }
            Some("assistant") => check_assistant(index, message, messages.get(index + 1))?,
            _ => return invalid(format!("messages.{index}.role: unknown role")),
        }
        if previous.is_some_and(|previous| previous["role"] == message["role"]) {
            return invalid(format!(
                "messages.{index}: two messages of one role in a row (the fake's own rule)"
            ));
        }
    }
    Ok(())
}

/// A turn that the vendor paused for its own tools may end a request: it is sent back as it is.
fn is_paused(message: &Value) -> bool {
    list(message, "content").iter().any(|block| block["type"] == "server_tool_use")
}

fn check_assistant(index: usize, message: &Value, next: Option<&Value>) -> Result<(), Rejection> {
    let blocks = list(message, "content");
    if blocks.is_empty() {
        return invalid(format!("messages.{index}: all messages must have non-empty content"));
    }
    for block in blocks {
        check_text(index, block)?;
    }
    let calls: Vec<&str> = blocks
        .iter()
        .filter(|block| block["type"] == "tool_use")
        .filter_map(|block| block["id"].as_str())
        .collect();
    let answers: Vec<&str> = next
        .map(|next| list(next, "content"))
        .unwrap_or_default()
        .iter()
        .take_while(|block| block["type"] == "tool_result")
        .filter_map(|block| block["tool_use_id"].as_str())
        .collect();
    if let Some(open) = calls.iter().find(|call| !answers.contains(call)) {
        return invalid(format!(
            "messages.{index}: `tool_use` ids were found without `tool_result` blocks immediately after: {open}"
        ));
    }
    if calls != answers {
        return invalid(format!("messages.{index}: results must answer each call once, in order"));
    }
    Ok(())
}

fn check_user(
    index: usize,
    message: &Value,
    previous: Option<&Value>,
    computer: Computer,
) -> Result<(), Rejection> {
    let blocks = list(message, "content");
    if blocks.is_empty() {
        return invalid(format!("messages.{index}: all messages must have non-empty content"));
    }
    let calls = previous.map(|previous| list(previous, "content")).unwrap_or_default();
    for block in blocks {
        match block["type"].as_str() {
            Some("text") => check_text(index, block)?,
            Some("tool_result") => {
                let call = calls.iter().find(|call| call["id"] == block["tool_use_id"]);
                let Some(call) = call else {
                    return invalid(format!("messages.{index}: unexpected `tool_use_id` in `tool_result`"));
                };
                check_result(index, block, call, computer)?;
            }
            Some("image" | "document") => {}
            _ => return invalid(format!("messages.{index}: unknown block type")),
        }
    }
    Ok(())
}

fn check_result(index: usize, result: &Value, call: &Value, computer: Computer) -> Result<(), Rejection> {
    let known = ["type", "tool_use_id", "toolset_name", "content", "is_error", "cache_control"];
    if let Some(field) = unknown_field(result, &known) {
        return invalid(format!("messages.{index}.tool_result.{field}: Extra inputs are not permitted"));
    }
    if !matches!(result["is_error"], Value::Null | Value::Bool(_)) {
        return invalid(format!("messages.{index}.tool_result.is_error: Input should be a valid boolean"));
    }
    if computer != Computer::Toolset && call.get("toolset_name").is_some() {
        return invalid(format!("messages.{index}: `toolset_name` without a toolset"));
    }
    if result.get("toolset_name") != call.get("toolset_name") {
        return invalid(format!("messages.{index}: `toolset_name` must match the `tool_use` block"));
    }
    let content = list(result, "content");
    if content.is_empty() && !result["content"].is_string() {
        return invalid(format!("messages.{index}: tool_result content must not be empty"));
    }
    for part in content {
        check_text(index, part)?;
        if result["is_error"] == true && part["type"] != "text" {
            return invalid(format!(
                "messages.{index}: all content must be type \"text\" if \"is_error\" is true"
            ));
        }
    }
    let halted = "Not executed: an earlier computer action in this turn failed.";
    let says = content.first().map_or("", |part| part["text"].as_str().unwrap_or_default());
    if says.starts_with("Not executed: an earlier") && says != halted {
        return invalid(format!("messages.{index}: the halt text must be exact (the fake's own rule)"));
    }
    Ok(())
}

/// The result of a screenshot or zoom must contain an image. In earlier turns a text may replace it.
fn check_screenshots(index: usize, message: &Value, previous: Option<&Value>) -> Result<(), Rejection> {
    let calls = previous.map(|previous| list(previous, "content")).unwrap_or_default();
    for result in list(message, "content").iter().filter(|block| block["type"] == "tool_result") {
        let requests_image = calls.iter().filter(|call| call["id"] == result["tool_use_id"]).any(|call| {
            matches!(call["name"].as_str(), Some("screenshot" | "zoom"))
                || matches!(call["input"]["action"].as_str(), Some("screenshot" | "zoom"))
        });
        let has_image = list(result, "content").iter().any(|part| part["type"] == "image");
        if requests_image && result["is_error"] != true && !has_image {
            return invalid(format!("messages.{index}: a screenshot must be answered with an image"));
        }
    }
    Ok(())
}

fn check_text(index: usize, block: &Value) -> Result<(), Rejection> {
    if block["type"] == "text" && block["text"].as_str().is_none_or(|text| text.trim().is_empty()) {
        return invalid(format!("messages.{index}: text content blocks must contain non-whitespace text"));
    }
    Ok(())
}
