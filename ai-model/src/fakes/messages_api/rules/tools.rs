//! Checks the declared tools.

use serde_json::Value;

use super::{Betas, Rejection, invalid};
use crate::fakes::messages_api::facts::{Facts, beta_of};
use crate::fakes::reading::{list, unknown_field};

const MEMBERS: [&str; 17] = [
    "screenshot",
    "zoom",
    "left_click",
    "right_click",
    "middle_click",
    "double_click",
    "triple_click",
    "left_click_drag",
    "mouse_move",
    "left_mouse_down",
    "left_mouse_up",
    "cursor_position",
    "scroll",
    "type",
    "key",
    "hold_key",
    "wait",
];

/// The computer tool that a request declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Computer {
    /// The toolset.
    Toolset,
    /// A single tool.
    Single,
    /// None.
    Absent,
}

pub(super) fn check(request: &Value, betas: &Betas<'_>, facts: Facts) -> Result<Computer, Rejection> {
    let mut computer = Computer::Absent;
    let mut names: Vec<&str> = Vec::new();
    for tool in list(request, "tools") {
        let kind = tool["type"].as_str().unwrap_or("custom");
        if kind.starts_with("computer_") {
            if computer != Computer::Absent {
                return invalid("tools: only one computer tool may be declared");
            }
            computer = check_computer(kind, tool, request, betas, facts)?;
        } else {
            check_other(kind, tool, facts)?;
        }
        check_beta(kind, betas)?;
        let name = if computer == Computer::Toolset && kind.starts_with("computer_toolset_") {
            "computer"
        } else {
            tool["name"].as_str().unwrap_or_default()
        };
        if names.contains(&name) {
            return invalid("tools: Tool names must be unique.");
        }
        names.push(name);
    }
    check_choice(request, computer, &names)?;
    Ok(computer)
}

fn check_beta(kind: &str, betas: &Betas<'_>) -> Result<(), Rejection> {
    if beta_of(kind).is_some_and(|beta| !betas.has(beta)) {
        return invalid(format!(
            "tools: Input tag '{kind}' found using 'type' does not match any of the expected tags"
        ));
    }
    Ok(())
}

fn check_other(kind: &str, tool: &Value, facts: Facts) -> Result<(), Rejection> {
    let (name, fields): (&str, &[&str]) = match kind {
        "bash_20250124" | "bash_20241022" => ("bash", &["type", "name", "cache_control"]),
        "text_editor_20250728" => {
            ("str_replace_based_edit_tool", &["type", "name", "cache_control", "max_characters"])
        }
        "text_editor_20250429" => ("str_replace_based_edit_tool", &["type", "name", "cache_control"]),
        "text_editor_20250124" | "text_editor_20241022" => {
            ("str_replace_editor", &["type", "name", "cache_control"])
        }
        "custom" => return check_function(tool),
        _ => return invalid(format!("tools: unknown tool type '{kind}'")),
    };
    if kind.starts_with("text_editor_") && !facts.editors.contains(&kind) {
        return invalid(format!("this model does not support tool types: {kind}."));
    }
    if tool["name"] != name {
        return invalid(format!("tools.{kind}.name: Input should be '{name}'"));
    }
    if let Some(field) = unknown_field(tool, fields) {
        return invalid(format!("tools.{kind}.{field}: Extra inputs are not permitted"));
    }
    Ok(())
}

fn check_function(tool: &Value) -> Result<(), Rejection> {
    if !tool["name"].is_string() || !tool["input_schema"].is_object() {
        return invalid("tools.custom: name and input_schema: Field required");
    }
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
    betas: &Betas<'_>,
    facts: Facts,
) -> Result<Computer, Rejection> {
    if !facts.computer_tools.contains(&kind) {
        let model = request["model"].as_str().unwrap_or_default();
        return invalid(format!("'{model}' does not support tool types: {kind}."));
    }
    if kind.starts_with("computer_toolset_") {
        check_toolset(kind, tool, betas)?;
        return Ok(Computer::Toolset);
    }
    let known = [
        "type",
        "name",
        "display_width_px",
        "display_height_px",
        "display_number",
        "enable_zoom",
        "cache_control",
        "allowed_callers",
        "defer_loading",
        "input_examples",
        "strict",
    ];
    if let Some(field) = unknown_field(tool, &known) {
        return invalid(format!("tools.{kind}.{field}: Extra inputs are not permitted"));
    }
    if tool["name"] != "computer" || !tool["display_width_px"].is_u64() || !tool["display_height_px"].is_u64()
    {
        return invalid(format!("tools.{kind}: name, display_width_px and display_height_px are required"));
    }
    if kind != "computer_20251124" && tool.get("enable_zoom").is_some() {
        return invalid(format!("tools.{kind}.enable_zoom: Extra inputs are not permitted"));
    }
    Ok(Computer::Single)
}

fn check_toolset(kind: &str, tool: &Value, betas: &Betas<'_>) -> Result<(), Rejection> {
    if betas.any(|beta| beta.starts_with("computer-use-")) {
        return invalid("anthropic-beta: no computer-use beta goes with the toolset (the fake's own rule)");
    }
    if betas.has("fine-grained-tool-streaming-2025-05-14") {
        return invalid(
            "anthropic-beta: fine-grained-tool-streaming-2025-05-14 is not supported with toolsets",
        );
    }
    if let Some(field) = unknown_field(tool, &["type", "configs", "cache_control", "allowed_callers"]) {
        return invalid(format!("tools.{kind}.{field}: Extra inputs are not permitted"));
    }
    if list(tool, "allowed_callers").iter().any(|caller| caller != "direct") {
        return invalid(format!("tools.{kind}.allowed_callers: only direct callers may use the toolset"));
    }
    check_configs(kind, &tool["configs"])
}

fn check_configs(kind: &str, configs: &Value) -> Result<(), Rejection> {
    if let Some(field) = unknown_field(configs, &MEMBERS) {
        return invalid(format!("tools.{kind}.configs.{field}: Extra inputs are not permitted"));
    }
    let enabled: Vec<&str> =
        MEMBERS.into_iter().filter(|member| configs[*member]["enabled"] != Value::Bool(false)).collect();
    for member in MEMBERS {
        if let Some(field) = unknown_field(&configs[member], &["enabled", "defer_loading"]) {
            return invalid(format!("tools.{kind}.configs.{member}.{field}: Extra inputs are not permitted"));
        }
    }
    if enabled.is_empty() {
        return invalid(format!("tools.{kind}.configs: at least one member must be enabled"));
    }
    let deferred = |member: &str| configs[member]["defer_loading"].as_bool().unwrap_or_default();
    if enabled.iter().any(|member| deferred(member) != deferred(enabled[0])) {
        return invalid(format!(
            "tools.{kind}.configs: defer_loading must be the same on every enabled member"
        ));
    }
    Ok(())
}

fn check_choice(request: &Value, computer: Computer, names: &[&str]) -> Result<(), Rejection> {
    let choice = &request["tool_choice"];
    if choice["type"] != "tool" {
        return Ok(());
    }
    let name = choice["name"].as_str().unwrap_or_default();
    if computer == Computer::Toolset && (name == "computer" || MEMBERS.contains(&name)) {
        return invalid("tool_choice: a toolset or its members can't be forced");
    }
    if !names.contains(&name) {
        return invalid(format!("tool_choice: Tool '{name}' not found in provided tools"));
    }
    Ok(())
}
