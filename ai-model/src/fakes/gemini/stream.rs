//! Writes a turn as the vendor streams it.

use serde_json::{Value, json};

use crate::fakes::script::{ScriptedCall, ScriptedTurn};

/// The parts of a scripted turn: thoughts, text, verbatim blocks and function calls. As in the vendor's API, only the
/// first call has a signature.
pub(super) fn parts(turn: &ScriptedTurn, number: usize) -> Vec<Value> {
    let mut parts = Vec::new();
    if let Some(thinking) = &turn.thinking {
        parts.push(json!({ "text": thinking, "thought": true }));
    }
    for piece in turn.text.as_deref().unwrap_or_default().split_inclusive(' ') {
        parts.push(json!({ "text": piece }));
    }
    parts.extend(turn.blocks.iter().cloned());
    parts.extend(turn.calls.iter().map(function_call));
    if let Some(first) = parts.iter_mut().find(|part| part.get("functionCall").is_some()) {
        first["thoughtSignature"] = format!("c2lnbmF0dXJl{number:04}").into();
    }
    parts
}

fn function_call(call: &ScriptedCall) -> Value {
    let (name, args) = match (&call.bash, call.function()) {
        (Some(command), _) => ("shell", json!({ "command": command })),
        (None, name) => (name.unwrap_or_default(), call.input.clone()),
    };
    json!({ "functionCall": { "name": name, "args": args } })
}

/// The frames of a turn: a chunk for each part, and a last one with the finish reason. `token` continues the answer. Each tells
/// what the answer costs so far.
pub(super) fn frames(turn: &ScriptedTurn, parts: Vec<Value>, token: Option<&str>) -> Vec<String> {
    let total = parts.len() as u64;
    let usage = |parts: u64| {
        json!({
            "promptTokenCount": 18, "cachedContentTokenCount": 7, "candidatesTokenCount": 40 * parts / total.max(1),
            "thoughtsTokenCount": 2,
        })
    };
    let mut chunks: Vec<Value> = (1..)
        .zip(parts)
        .map(|(number, part)| {
            let content = json!({ "role": "model", "parts": [part] });
            json!({ "candidates": [{ "index": 0, "content": content }], "usageMetadata": usage(number) })
        })
        .collect();
    if turn.faults.noise {
        chunks.insert(0, json!({ "modelVersion": "of the fake", "weather": "blue" }));
        chunks.push(json!({ "candidates": [] }));
    }
    let reason = turn.stop_reason.as_deref().unwrap_or("STOP");
    let mut last = json!({ "index": 0, "content": { "role": "model", "parts": [{ "text": "" }] }, "finishReason": reason });
    if let Some(token) = token {
        last["continuationToken"] = token.into();
    }
    chunks.push(json!({ "candidates": [last], "usageMetadata": usage(total.max(1)) }));
    chunks.iter().map(frame).collect()
}

/// A chunk as an SSE frame.
pub(super) fn frame(chunk: &Value) -> String {
    format!("data: {chunk}\r\n\r\n")
}
