//! Writes a turn as these servers stream it. A scripted block is sent verbatim as a chunk, so that a script can imitate
//! a particular server.

use serde_json::{Value, json};

use crate::fakes::script::{ScriptedCall, ScriptedTurn};

pub(super) fn frames(turn: &ScriptedTurn, request: &Value, number: usize) -> Vec<String> {
    let mut deltas = vec![json!({ "role": "assistant", "content": "" })];
    if let Some(thinking) = &turn.thinking {
        deltas.push(json!({ "reasoning_content": thinking }));
    }
    for piece in turn.text.as_deref().unwrap_or_default().split_inclusive(' ') {
        deltas.push(json!({ "content": piece }));
    }
    for (index, call) in turn.calls.iter().enumerate() {
        deltas.extend(call_deltas(call, number, index));
    }
    let chunk = |delta: Value, finish: Option<&str>| {
        json!({
            "id": format!("chatcmpl-{number}"), "object": "chat.completion.chunk", "model": request["model"],
            "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }],
        })
    };
    let mut chunks: Vec<Value> = deltas.into_iter().map(|delta| chunk(delta, None)).collect();
    chunks.extend(turn.blocks.iter().cloned());
    let reason = if turn.calls.is_empty() { "stop" } else { "tool_calls" };
    let reason = turn.stop_reason.as_deref().unwrap_or(reason);
    // Scripted chunks usually contain a finish reason of their own.
    if turn.blocks.is_empty() || turn.stop_reason.is_some() {
        chunks.push(chunk(json!({}), Some(reason)));
    }
    if request["stream_options"]["include_usage"] == true {
        chunks.push(json!({ "choices": [], "usage": {
            "prompt_tokens": 18, "completion_tokens": 42, "prompt_tokens_details": { "cached_tokens": 7 },
        }}));
    }
    let mut frames: Vec<String> = chunks.iter().map(frame).collect();
    if turn.faults.noise {
        frames.insert(1, ": keep-alive\n\n".to_owned());
    }
    // Some servers do not send the end marker.
    if !turn.faults.noise {
        frames.push("data: [DONE]\n\n".to_owned());
    }
    frames
}

/// A call as deltas: first the function's name, then its arguments in pieces.
fn call_deltas(call: &ScriptedCall, number: usize, index: usize) -> Vec<Value> {
    let (name, input) = match (&call.bash, call.tool.as_deref()) {
        (Some(command), _) => ("shell", json!({ "command": command })),
        (None, Some(name)) => (name, call.input.clone()),
        (None, None) => {
            let mut input = if call.input.is_null() { json!({}) } else { call.input.clone() };
            input["action"] = call.member.as_deref().unwrap_or_default().into();
            ("computer", input)
        }
    };
    let arguments = call.input_text.clone().unwrap_or_else(|| input.to_string());
    let id = format!("call{number:03}{index:02}");
    let piece = |function: Value| json!({ "tool_calls": [{ "index": index, "function": function }] });
    let mut head = piece(json!({ "name": name, "arguments": "" }));
    head["tool_calls"][0]["id"] = id.into();
    head["tool_calls"][0]["type"] = "function".into();
    let letters: Vec<char> = arguments.chars().collect();
    let rest =
        letters.chunks(3).map(|piece_of| piece(json!({ "arguments": piece_of.iter().collect::<String>() })));
    std::iter::once(head).chain(rest).collect()
}

/// A chunk as an SSE frame.
pub(super) fn frame(chunk: &Value) -> String {
    format!("data: {chunk}\n\n")
}
