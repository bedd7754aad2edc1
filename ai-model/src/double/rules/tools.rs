//! The tools that a request declares.

use axum::http::HeaderMap;
use serde_json::Value;

use super::{Rejection, invalid, list, unknown_field};
use crate::double::facts::{Facts, beta_of};

/// Whether the request declares the client toolset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Computer {
    /// The toolset.
    Toolset,
    /// A single tool.
    Single,
    /// None.
    Absent,
}

pub(super) fn check(request: &Value, headers: &HeaderMap, facts: Facts) -> Result<Computer, Rejection> {
    let mut computer = Computer::Absent;
    for tool in list(request, "tools") {
        let kind = tool["type"].as_str().unwrap_or_default();
        if kind.starts_with("computer_") {
            if computer != Computer::Absent {
                return invalid("tools: only one computer tool may be declared");
            }
            computer = check_computer(kind, tool, request, headers, facts)?;
        } else if kind == "bash_20250124" {
            if tool["name"] != "bash" || unknown_field(tool, &["type", "name", "cache_control"]).is_some() {
                return invalid("tools.bash_20250124: name must be 'bash', and no other field is taken");
            }
        } else if kind.starts_with("text_editor_") {
            check_editor(kind, tool)?;
        } else if kind.is_empty() || kind == "custom" {
            check_function(tool)?;
        } else {
            return invalid(format!("tools: unknown tool type '{kind}'"));
        }
    }
    Ok(computer)
}

fn check_editor(kind: &str, tool: &Value) -> Result<(), Rejection> {
    let name = match kind {
        "text_editor_20250728" | "text_editor_20250429" => "str_replace_based_edit_tool",
        "text_editor_20250124" | "text_editor_20241022" => "str_replace_editor",
        _ => return invalid(format!("tools: unknown tool type '{kind}'")),
    };
    if tool["name"] != name {
        return invalid(format!("tools.{kind}.name: Input should be '{name}'"));
    }
    if let Some(field) = unknown_field(tool, &["type", "name", "max_characters", "cache_control"]) {
        return invalid(format!("tools.{kind}.{field}: Extra inputs are not permitted"));
    }
    Ok(())
}

fn check_function(tool: &Value) -> Result<(), Rejection> {
    let name = tool["name"].as_str().unwrap_or_default();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() || name.len() > 128 || !name.chars().all(fits) {
        return invalid("tools.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
    }
    if tool["input_schema"]["type"] != "object" {
        return invalid("tools.custom.input_schema.type: Input should be 'object'");
    }
    Ok(())
}

fn check_computer(
    kind: &str,
    tool: &Value,
    request: &Value,
    headers: &HeaderMap,
    facts: Facts,
) -> Result<Computer, Rejection> {
    if !facts.computer_tools.contains(&kind) {
        let model = request["model"].as_str().unwrap_or_default();
        return invalid(format!("'{model}' does not support tool types: {kind}."));
    }
    let betas = headers.get("anthropic-beta").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.starts_with("computer_toolset_") {
        if betas.contains("computer-use") {
            return invalid("anthropic-beta: no computer-use beta goes with the computer toolset");
        }
        if let Some(field) = unknown_field(tool, &["type", "configs", "cache_control", "allowed_callers"]) {
            return invalid(format!("tools.{kind}.{field}: Extra inputs are not permitted"));
        }
        return Ok(Computer::Toolset);
    }
    if beta_of(kind).is_some_and(|beta| !betas.split(',').any(|given| given.trim() == beta)) {
        return invalid(format!(
            "tools: Input tag '{kind}' found using 'type' does not match any of the expected tags"
        ));
    }
    let known = [
        "type",
        "name",
        "display_width_px",
        "display_height_px",
        "display_number",
        "enable_zoom",
        "cache_control",
    ];
    if let Some(field) = unknown_field(tool, &known) {
        return invalid(format!("tools.{kind}.{field}: Extra inputs are not permitted"));
    }
    if tool["name"] != "computer" || !tool["display_width_px"].is_u64() || !tool["display_height_px"].is_u64()
    {
        return invalid(format!("tools.{kind}: name, display_width_px and display_height_px are required"));
    }
    if kind == "computer_20250124" && tool.get("enable_zoom").is_some() {
        return invalid(format!("tools.{kind}.enable_zoom: Extra inputs are not permitted"));
    }
    Ok(Computer::Single)
}
