//! Writes a turn as the vendor streams it.

use serde_json::{Value, json};

use super::usage;
use crate::fakes::recorded::RequestSummary;
use crate::fakes::script::{ScriptedCall, ScriptedTurn};

/// The blocks of a scripted turn, after a summary if `compacts` is set. `number` makes ids unique.
pub(super) fn blocks(turn: &ScriptedTurn, request: &Value, number: usize, compacts: bool) -> Vec<Value> {
    let mut blocks = Vec::new();
    if compacts {
        blocks.push(summary(number, "summary"));
    }
    if let Some(thinking) = &turn.thinking {
        let signature = format!("sig-{number}-of-the-fake");
        blocks.push(json!({ "type": "thinking", "thinking": thinking, "signature": signature }));
    }
    blocks.extend(turn.blocks.iter().cloned());
    if let Some(text) = &turn.text {
        blocks.push(json!({ "type": "text", "text": text }));
    }
    for (index, call) in turn.calls.iter().enumerate() {
        blocks.push(tool_use(call, request, &format!("toolu_{number}_{index}")));
    }
    blocks
}

/// What was done before a request; `kind` begins its signature.
pub(super) fn summary(number: usize, kind: &str) -> Value {
    let content = format!("Summary of what was done before request {number}.");
    json!({ "type": "compaction", "content": content, "signature": format!("{kind}-{number}-of-the-fake") })
}

/// A call in the dialect of the declared tool.
fn tool_use(call: &ScriptedCall, request: &Value, id: &str) -> Value {
    let input = if call.input.is_null() { json!({}) } else { call.input.clone() };
    if let Some(command) = &call.bash {
        return json!({ "type": "tool_use", "id": id, "name": "bash", "input": { "command": command } });
    }
    if let Some(tool) = &call.tool {
        return json!({ "type": "tool_use", "id": id, "name": tool, "input": input });
    }
    let member = call.member.as_deref().unwrap_or_default();
    let is_toolset = request["tools"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|tool| tool["type"].as_str().is_some_and(|kind| kind.starts_with("computer_toolset_")));
    if is_toolset {
        return json!({ "type": "tool_use", "id": id, "name": member, "toolset_name": "computer", "input": input });
    }
    let mut input = input;
    input["action"] = member.into();
    json!({ "type": "tool_use", "id": id, "name": "computer", "input": input })
}

/// The events of a turn, each as the text of one SSE frame.
pub(super) fn events(
    turn: &ScriptedTurn,
    request: &Value,
    blocks: Vec<Value>,
    number: usize,
    summary: &RequestSummary,
) -> Vec<String> {
    let output_tokens = usage::output_tokens(turn, &blocks);
    let end_usage = usage::at_the_end(request, summary, output_tokens, &blocks);
    let has_calls = !turn.calls.is_empty();
    let calls_from = blocks.len() - turn.calls.len();
    let mut message = json!({
        "id": format!("msg_{number}"), "type": "message", "role": "assistant", "model": request["model"],
        "content": [], "stop_reason": null, "stop_sequence": null,
        "usage": usage::at_the_start(summary),
    });
    for (field, value) in &turn.response {
        message[field] = value.clone();
    }
    let mut events = vec![frame(&json!({ "type": "message_start", "message": message }))];
    for (index, block) in blocks.into_iter().enumerate() {
        let input_text =
            index.checked_sub(calls_from).and_then(|call| turn.calls[call].input_text.as_deref());
        events.extend(block_events(index, block, input_text));
        if turn.faults.noise {
            events.push(frame(&json!({ "type": "ping" })));
            events.push(frame(&json!({ "type": "content_block_delta", "index": index, "delta": { "type": "aura_delta", "aura": 1 } })));
            events.push("event: weather\ndata: {\"type\":\"weather\",\"sky\":\"blue\"}\n\n".to_owned());
            events.push(": a comment\n\n".to_owned());
        }
    }
    let reason = turn
        .stop_reason
        .clone()
        .unwrap_or_else(|| if has_calls { "tool_use" } else { "end_turn" }.to_owned());
    let mut delta = json!({ "stop_reason": reason, "stop_sequence": null });
    if let Some(details) = &turn.stop_details {
        delta["stop_details"] = details.clone();
    }
    let mut end = json!({
        "type": "message_delta", "delta": delta, "usage": end_usage,
    });
    if !request["context_management"].is_null() {
        end["context_management"] = json!({ "applied_edits": summary.applied_edits });
    }
    events.push(frame(&end));
    events.push(frame(&json!({ "type": "message_stop" })));
    events
}

fn block_events(index: usize, mut block: Value, input_text: Option<&str>) -> Vec<String> {
    let delta =
        |delta: Value| frame(&json!({ "type": "content_block_delta", "index": index, "delta": delta }));
    let mut deltas = Vec::new();
    match block["type"].as_str() {
        Some("text") => {
            let text = block["text"].take();
            block["text"] = "".into();
            for piece in text.as_str().unwrap_or_default().split_inclusive(' ') {
                deltas.push(delta(json!({ "type": "text_delta", "text": piece })));
            }
        }
        Some("thinking") => {
            let (thinking, signature) = (block["thinking"].take(), block["signature"].take());
            block["thinking"] = "".into();
            block["signature"] = "".into();
            if thinking != "" {
                deltas.push(delta(json!({ "type": "thinking_delta", "thinking": thinking })));
            }
            deltas.push(delta(json!({ "type": "signature_delta", "signature": signature })));
        }
        Some("compaction") => {
            let content = block["content"].take();
            deltas.push(delta(json!({ "type": "compaction_delta", "content": content })));
        }
        Some("tool_use") => {
            let input = block["input"].take();
            block["input"] = json!({});
            let text = match (input_text, input.as_object()) {
                (Some(text), _) => text.to_owned(),
                // The vendor sends an empty delta for an empty input.
                (None, Some(fields)) if fields.is_empty() => String::new(),
                _ => input.to_string(),
            };
            deltas.push(delta(json!({ "type": "input_json_delta", "partial_json": text })));
        }
        _ => {}
    }
    let mut events =
        vec![frame(&json!({ "type": "content_block_start", "index": index, "content_block": block }))];
    events.extend(deltas);
    events.push(frame(&json!({ "type": "content_block_stop", "index": index })));
    events
}

fn frame(event: &Value) -> String {
    format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap_or_default())
}
