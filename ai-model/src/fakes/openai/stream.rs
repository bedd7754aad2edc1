//! Writes a turn as the vendor streams it.

use serde_json::{Value, json};

use crate::fakes::script::{ScriptedCall, ScriptedTurn};

/// The output items of a scripted turn: reasoning, text, verbatim blocks and function calls.
pub(super) fn items(turn: &ScriptedTurn, number: usize) -> Vec<Value> {
    let mut items = Vec::new();
    if let Some(thinking) = &turn.thinking {
        let summary = if thinking.is_empty() {
            json!([])
        } else {
            json!([{ "type": "summary_text", "text": thinking }])
        };
        items.push(json!({
            "type": "reasoning", "summary": summary, "encrypted_content": format!("sealed-{number}=="),
        }));
    }
    if let Some(text) = &turn.text {
        let content = json!([{ "type": "output_text", "text": text, "annotations": [] }]);
        items.push(
            json!({ "type": "message", "role": "assistant", "status": "completed", "content": content }),
        );
    }
    items.extend(turn.blocks.iter().cloned());
    items.extend(turn.calls.iter().map(function_call));
    let last = items.len().saturating_sub(1);
    for (index, item) in items.iter_mut().enumerate() {
        let kind = item["type"].as_str().unwrap_or_default().to_owned();
        let prefix = match kind.as_str() {
            "reasoning" => "rs",
            "computer_call" => "cu",
            "function_call" => "fc",
            _ => "msg",
        };
        set_default(item, "id", json!(format!("{prefix}_{number}_{index}")));
        if kind.ends_with("_call") {
            set_default(item, "call_id", json!(format!("call_{number}_{index}")));
            let ended = turn.stop_reason.as_deref();
            let cut_off = matches!(ended, Some("max_output_tokens" | "content_filter")) && index == last;
            set_default(item, "status", json!(if cut_off { "incomplete" } else { "completed" }));
        }
        if kind == "computer_call" {
            set_default(item, "pending_safety_checks", json!([]));
        }
    }
    items
}

fn function_call(call: &ScriptedCall) -> Value {
    let name = call.function().unwrap_or("shell");
    let input = match &call.bash {
        Some(command) => json!({ "command": command }),
        None => call.input.clone(),
    };
    let arguments = call.input_text.clone().unwrap_or_else(|| input.to_string());
    json!({ "type": "function_call", "name": name, "arguments": arguments })
}

fn set_default(item: &mut Value, field: &str, value: Value) {
    if item.get(field).is_none() {
        item[field] = value;
    }
}

/// The frames of a turn.
pub(super) fn frames(turn: &ScriptedTurn, request: &Value, items: &[Value], number: usize) -> Vec<String> {
    let response = |status: &str| {
        json!({
            "id": format!("resp_{number}"), "object": "response", "status": status, "model": request["model"],
            "output": [],
        })
    };
    let mut events = vec![
        json!({ "type": "response.created", "response": response("in_progress") }),
        json!({ "type": "response.in_progress", "response": response("in_progress") }),
    ];
    for (index, item) in items.iter().enumerate() {
        events.extend(item_events(index, item));
        if turn.faults.noise {
            events.push(json!({ "type": "response.weather", "sky": "blue" }));
        }
    }
    let (status, details) = match turn.stop_reason.as_deref() {
        _ if turn.response.contains_key("error") => ("failed", Value::Null),
        None => ("completed", Value::Null),
        Some(reason) => ("incomplete", json!({ "reason": reason })),
    };
    let mut last = response(status);
    last["output"] = items.into();
    last["incomplete_details"] = details;
    last["usage"] = json!({
        "input_tokens": 23, "input_tokens_details": { "cached_tokens": 7, "cache_write_tokens": 5 },
        "output_tokens": 42, "output_tokens_details": { "reasoning_tokens": 10 }, "total_tokens": 65,
    });
    for (field, value) in &turn.response {
        last[field] = value.clone();
    }
    events.push(json!({ "type": format!("response.{status}"), "response": last }));
    for (number, event) in events.iter_mut().enumerate() {
        event["sequence_number"] = number.into();
    }
    let mut frames: Vec<String> = events.iter().map(frame).collect();
    if turn.faults.noise {
        frames.insert(1, ": a comment\n\n".to_owned());
    }
    frames
}

fn item_events(index: usize, item: &Value) -> Vec<Value> {
    let mut opened = item.clone();
    let mut deltas = Vec::new();
    let delta = |kind: &str, text: &str| json!({ "type": kind, "item_id": item["id"], "output_index": index, "delta": text });
    match item["type"].as_str() {
        Some("message") => {
            opened["content"] = json!([]);
            for part in item["content"].as_array().into_iter().flatten() {
                for piece in part["text"].as_str().unwrap_or_default().split_inclusive(' ') {
                    deltas.push(delta("response.output_text.delta", piece));
                }
            }
        }
        Some("reasoning") => {
            // Encrypted reasoning may be incomplete until the item is done.
            opened["encrypted_content"] = "sealed-".into();
            opened["summary"] = json!([]);
            for part in item["summary"].as_array().into_iter().flatten() {
                deltas
                    .push(json!({ "type": "response.reasoning_summary_part.added", "output_index": index }));
                let text = part["text"].as_str().unwrap_or_default();
                deltas.push(delta("response.reasoning_summary_text.delta", text));
            }
        }
        Some("function_call") => {
            opened["arguments"] = "".into();
            let text = item["arguments"].as_str().unwrap_or_default();
            deltas.push(delta("response.function_call_arguments.delta", text));
        }
        _ => {}
    }
    let mut events =
        vec![json!({ "type": "response.output_item.added", "output_index": index, "item": opened })];
    events.extend(deltas);
    events.push(json!({ "type": "response.output_item.done", "output_index": index, "item": item }));
    events
}

/// An event as an SSE frame.
pub(super) fn frame(event: &Value) -> String {
    format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap_or_default())
}
