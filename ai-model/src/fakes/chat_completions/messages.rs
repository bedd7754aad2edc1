//! Checks the messages of a request.

use serde_json::Value;

use super::{Kind, Rejection, invalid};
use crate::fakes::reading::{data_url, image_size, list, unknown_field};

/// The most images in one request.
const MAX_IMAGES: usize = 8;
const MAX_EDGE: u32 = 1344;

pub(super) fn check(messages: &[Value], kind: Kind) -> Result<(), Rejection> {
    let mut open: Vec<&str> = Vec::new();
    let mut images = 0;
    for (index, message) in messages.iter().enumerate() {
        let role = message["role"].as_str().unwrap_or_default();
        if role != "tool" && !open.is_empty() {
            return invalid(format!(
                "An assistant message with 'tool_calls' must be followed by tool messages responding to each \
                 'tool_call_id'. The following tool_call_ids did not have response messages: {}",
                open.join(", ")
            ));
        }
        match role {
            "system" if index == 0 => check_text(index, message)?,
            "user" => {
                if kind == Kind::Mistral && index > 0 && messages[index - 1]["role"] == "tool" {
                    return invalid("Unexpected role 'user' after role 'tool'");
                }
                images += check_content(index, message, kind)?;
            }
            "assistant" => open = check_assistant(index, message, kind)?,
            "tool" => {
                let id = message["tool_call_id"].as_str().unwrap_or_default();
                let Some(place) = open.iter().position(|open| *open == id) else {
                    return invalid(
                        "messages with role 'tool' must be a response to a preceding message with 'tool_calls'",
                    );
                };
                open.remove(place);
                if message["content"].is_array() && kind != Kind::Mistral {
                    return invalid("messages with role 'tool' must have a text as content");
                }
                images += check_content(index, message, kind)?;
            }
            _ => return invalid(format!("messages[{index}]: Unexpected role '{role}'")),
        }
    }
    if !open.is_empty() {
        return invalid(format!(
            "The following tool_call_ids did not have response messages: {}",
            open.join(", ")
        ));
    }
    if messages.last().is_none_or(|message| message["role"] == "assistant") {
        return invalid("Expected last role User or Tool");
    }
    if images > MAX_IMAGES {
        return invalid(format!("At most {MAX_IMAGES} image(s) may be provided in one prompt."));
    }
    Ok(())
}

fn check_text(index: usize, message: &Value) -> Result<(), Rejection> {
    match message["content"].as_str() {
        Some(text) if !text.is_empty() => Ok(()),
        _ => invalid(format!("messages[{index}]: content must be a text")),
    }
}

/// Returns the ids of the message's calls.
fn check_assistant(index: usize, message: &Value, kind: Kind) -> Result<Vec<&str>, Rejection> {
    let known = ["role", "content", "tool_calls", "reasoning_content", "reasoning"];
    if let Some(field) = unknown_field(message, &known) {
        return invalid(format!("messages[{index}]: Unknown field: {field}"));
    }
    let calls = list(message, "tool_calls");
    if calls.is_empty() {
        check_text(index, message)?;
    } else if kind == Kind::Reasoning && !message["reasoning_content"].is_string() {
        return invalid(format!(
            "thinking is enabled but reasoning_content is missing in assistant tool call message at index {index}"
        ));
    }
    let mut ids = Vec::new();
    for call in calls {
        let id = call["id"].as_str().unwrap_or_default();
        let short = id.len() == 9 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if id.is_empty() || (kind == Kind::Mistral && !short) {
            return invalid(format!("Tool call id was {id} but must be a-z, A-Z, 0-9, with a length of 9."));
        }
        let arguments = call["function"]["arguments"].as_str().unwrap_or("not a text");
        let object = serde_json::from_str::<Value>(arguments).is_ok_and(|value| value.is_object());
        if call["type"] != "function" || !call["function"]["name"].is_string() || !object {
            return invalid(format!("messages[{index}]: the arguments of a call must be a JSON object"));
        }
        ids.push(id);
    }
    Ok(ids)
}

/// Returns the number of images in the message.
fn check_content(index: usize, message: &Value, kind: Kind) -> Result<usize, Rejection> {
    let Some(parts) = message["content"].as_array() else {
        return check_text(index, message).map(|()| 0);
    };
    let mut images = 0;
    for part in parts {
        match part["type"].as_str() {
            Some("text") if part["text"].is_string() => {}
            Some("image_url") if kind == Kind::TextOnly => {
                return invalid("text-only is not a multimodal model");
            }
            Some("image_url") => {
                let url = part["image_url"]["url"].as_str().unwrap_or_default();
                let size = data_url(url).and_then(|(media_type, data)| image_size(media_type, data));
                if size.is_none_or(|(width, height)| width.max(height) > MAX_EDGE) {
                    return invalid(format!("messages[{index}]: cannot identify image file"));
                }
                images += 1;
            }
            _ => return invalid(format!("messages[{index}]: Unknown part type")),
        }
    }
    Ok(images)
}
