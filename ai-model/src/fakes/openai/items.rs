//! Checks the input items of a request.

use std::collections::HashMap;

use serde_json::Value;

use super::{Rejection, invalid};
use crate::fakes::reading::{data_url, image_size, list, pdf_pages, unknown_field};

/// The longest edge and the most pixels of an image.
const MAX_EDGE: u32 = 6000;
const MAX_PIXELS: u64 = 10_240_000;

/// What was issued: reasoning by its id, and for each call the reasoning that has to precede it.
#[derive(Debug, Default)]
pub(super) struct Issued {
    reasoning: HashMap<String, Value>,
    needed: HashMap<String, String>,
}

impl Issued {
    /// Remembers the items of an issued turn.
    pub(super) fn record(&mut self, items: &[Value]) {
        let mut last_reasoning = None;
        for item in items {
            let id = item["id"].as_str().unwrap_or_default().to_owned();
            if item["type"] == "reasoning" {
                self.reasoning.insert(id.clone(), item.clone());
                last_reasoning = Some(id);
            } else if let Some(reasoning) = last_reasoning.take() {
                self.needed.insert(id, reasoning);
            }
        }
    }

    /// Checks the input of a request.
    pub(super) fn check(&self, body: &Value) -> Result<(), Rejection> {
        let items = list(body, "input");
        let stored = body["store"] != Value::Bool(false);
        let mut open: Vec<&Value> = Vec::new();
        for (place, item) in items.iter().enumerate() {
            check_shape(place, item)?;
            match item["type"].as_str() {
                Some("reasoning") => {
                    self.check_reasoning(item, stored)?;
                    let next = items.get(place + 1);
                    if next.is_none_or(|next| next["role"] == "user" || next["type"] == "reasoning") {
                        let id = item["id"].as_str().unwrap_or_default();
                        let message = format!(
                            "Item '{id}' of type 'reasoning' was provided without its required following item."
                        );
                        return invalid("input", None, message);
                    }
                }
                Some("computer_call" | "function_call") => {
                    self.check_preceded(items, place)?;
                    open.push(item);
                }
                Some("computer_call_output" | "function_call_output") => answer_call(&mut open, place, item)?,
                _ => {}
            }
        }
        match open.first() {
            Some(call) => {
                invalid("input", None, format!("No tool output found for {}.", describe_call(call)))
            }
            None => Ok(()),
        }
    }

    fn check_reasoning(&self, item: &Value, stored: bool) -> Result<(), Rejection> {
        let id = item["id"].as_str().unwrap_or_default();
        let Some(issued) = self.reasoning.get(id) else {
            return invalid("input", None, format!("Item with id '{id}' not found."));
        };
        if !stored && item["encrypted_content"].is_null() {
            let message = format!(
                "Item with id '{id}' not found. Items are not persisted when `store` is set to false."
            );
            return invalid("input", None, message);
        }
        if issued != item {
            let message = format!("The encrypted content for item {id} could not be verified.");
            return invalid("input", Some("invalid_encrypted_content"), message);
        }
        Ok(())
    }

    fn check_preceded(&self, items: &[Value], place: usize) -> Result<(), Rejection> {
        let item = &items[place];
        let id = item["id"].as_str().unwrap_or_default();
        let Some(reasoning) = self.needed.get(id) else { return Ok(()) };
        let before = place.checked_sub(1).map(|before| &items[before]["id"]);
        if before.and_then(Value::as_str) == Some(reasoning) {
            return Ok(());
        }
        let kind = item["type"].as_str().unwrap_or_default();
        let message = format!(
            "Item '{id}' of type '{kind}' was provided without its required 'reasoning' item: '{reasoning}'."
        );
        invalid("input", None, message)
    }
}

/// How error messages name a call.
fn describe_call(item: &Value) -> String {
    let kind = if item["type"] == "computer_call" { "computer call" } else { "function call" };
    format!("{kind} {}", item["call_id"].as_str().unwrap_or_default())
}

/// Removes the call that `output` answers from the open ones.
fn answer_call(open: &mut Vec<&Value>, place: usize, output: &Value) -> Result<(), Rejection> {
    let kind = output["type"].as_str().unwrap_or_default().trim_end_matches("_output");
    let is_it = |call: &&Value| call["type"] == kind && call["call_id"] == output["call_id"];
    let Some(found) = open.iter().position(is_it) else {
        let name = kind.replace('_', " ");
        let id = output["call_id"].as_str().unwrap_or_default();
        return invalid("input", None, format!("No tool call found for {name} output with call_id {id}."));
    };
    let call = open.remove(found);
    let pending = list(call, "pending_safety_checks");
    let acknowledged = list(output, "acknowledged_safety_checks");
    if acknowledged.iter().any(|check| !pending.iter().any(|it| it["id"] == check["id"])) {
        return invalid(
            "input",
            None,
            format!("input[{place}]: an acknowledged safety check was not pending."),
        );
    }
    if pending.iter().any(|check| !acknowledged.iter().any(|it| it["id"] == check["id"])) {
        let message = format!("input[{place}]: all pending safety checks must be acknowledged.");
        return invalid("input", None, message);
    }
    Ok(())
}

fn check_shape(place: usize, item: &Value) -> Result<(), Rejection> {
    let required: &[&str] = match item["type"].as_str() {
        None | Some("message") => &["role", "content"],
        Some("reasoning") => &["id", "summary"],
        Some("function_call") => &["call_id", "name", "arguments"],
        Some("computer_call") => &["id", "call_id", "status", "pending_safety_checks"],
        Some("function_call_output" | "computer_call_output") => &["call_id", "output"],
        Some(kind) => {
            let message = format!("Invalid value: '{kind}'.");
            return invalid(&format!("input[{place}].type"), Some("invalid_value"), message);
        }
    };
    if let Some(field) = required.iter().find(|field| item.get(**field).is_none()) {
        let param = format!("input[{place}].{field}");
        let message = format!("Missing required parameter: '{param}'.");
        return invalid(&param, Some("missing_required_parameter"), message);
    }
    match item["type"].as_str() {
        Some("computer_call_output") => check_screenshot(place, &item["output"]),
        Some("function_call_output") if item["output"].is_array() => {
            check_content(place, list(item, "output"))
        }
        None | Some("message") if item["content"].is_array() => check_content(place, list(item, "content")),
        _ => Ok(()),
    }
}

fn check_screenshot(place: usize, output: &Value) -> Result<(), Rejection> {
    let param = format!("input[{place}].output");
    if output["type"] != "computer_screenshot" {
        return invalid(&param, Some("invalid_value"), format!("Invalid value for '{param}.type'."));
    }
    if let Some(field) = unknown_field(output, &["type", "image_url", "file_id"]) {
        let message = format!("Unknown parameter: '{param}.{field}'.");
        return invalid(&param, Some("unknown_parameter"), message);
    }
    match output["image_url"].as_str() {
        None => {
            let message = format!("Missing required parameter: '{param}.image_url'.");
            invalid(&param, Some("missing_required_parameter"), message)
        }
        Some(url) => check_image(&param, url),
    }
}

fn check_content(place: usize, content: &[Value]) -> Result<(), Rejection> {
    for part in content {
        let param = format!("input[{place}].content");
        match part["type"].as_str() {
            Some("input_text" | "output_text") if part["text"].is_string() => {}
            Some("input_image") => {
                if !matches!(part["detail"].as_str(), Some("low" | "high" | "auto" | "original")) {
                    return invalid(&param, Some("invalid_value"), "Invalid value for 'detail'.");
                }
                check_image(&param, part["image_url"].as_str().unwrap_or_default())?;
            }
            Some("input_file") => check_file(&param, part)?,
            _ => return invalid(&param, Some("invalid_value"), format!("Invalid value: {}.", part["type"])),
        }
    }
    Ok(())
}

fn check_file(param: &str, part: &Value) -> Result<(), Rejection> {
    if let Some(field) = unknown_field(part, &["type", "filename", "file_data", "detail"]) {
        let message = format!("Unknown parameter: '{param}.{field}'.");
        return invalid(param, Some("unknown_parameter"), message);
    }
    if part["filename"].as_str().is_none_or(str::is_empty) {
        let message = format!("Missing required parameter: '{param}.filename'.");
        return invalid(param, Some("missing_required_parameter"), message);
    }
    let Some(("application/pdf", data)) = part["file_data"].as_str().and_then(data_url) else {
        let message = format!(
            "Invalid '{param}.file_data'. Expected a base64-encoded data URL with a supported MIME type."
        );
        return invalid(param, Some("invalid_value"), message);
    };
    match pdf_pages(data) {
        Ok(_) => Ok(()),
        Err(_) => invalid(param, Some("invalid_file"), "The file data could not be read as a PDF."),
    }
}

fn check_image(param: &str, url: &str) -> Result<(), Rejection> {
    let size = data_url(url).and_then(|(media_type, data)| image_size(media_type, data));
    let Some((width, height)) = size else {
        let message = format!(
            "Invalid '{param}.image_url'. Expected a base64-encoded data URL with an image MIME type, but got an \
             invalid base64-encoded value."
        );
        return invalid(param, Some("invalid_value"), message);
    };
    if width.max(height) > MAX_EDGE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return invalid(
            param,
            Some("image_too_large"),
            format!("The image of {width}x{height} is too large."),
        );
    }
    Ok(())
}
