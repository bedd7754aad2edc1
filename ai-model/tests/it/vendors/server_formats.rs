//! The formats of servers with the Chat Completions API, which differ in how they split and name things.

use protocol::action::{Action, Point};
use protocol::run::RunOutcome;
use protocol::transcript::AssistantBlock;
use serde_json::{Value, json};

use super::openai_compatible::{Compatible, act};

/// A chunk for a particular server's format.
fn chunk(delta: Value, finish: Value) -> Value {
    let mut choice = json!({ "index": 0 });
    choice["delta"] = delta;
    choice["finish_reason"] = finish;
    json!({ "choices": [choice] })
}

#[tokio::test]
async fn unsplit_calls_are_parsed_with_any_indices() {
    let call = |index: Value, id: Value, x: i64| {
        let mut call = json!({ "type": "function", "function": {
            "name": "computer", "arguments": format!("{{\"action\":\"mouse_move\",\"coordinate\":[{x},1]}}"),
        }});
        for (field, value) in [("index", index), ("id", id)] {
            if !value.is_null() {
                call[field] = value;
            }
        }
        call
    };
    let null = || Value::Null;
    let formats = [
        // With indices, all in one chunk.
        vec![chunk(
            json!({ "tool_calls": [call(json!(0), json!("aaaaaaaa1"), 1), call(json!(1), json!("aaaaaaaa2"), 2)] }),
            json!("tool_calls"),
        )],
        // All with the same index.
        vec![chunk(
            json!({ "tool_calls": [call(json!(0), json!("aaaaaaaa1"), 1), call(json!(0), json!("aaaaaaaa2"), 2)] }),
            json!("tool_calls"),
        )],
        // Without an index, a chunk each, and a finish reason that does not mention calls.
        vec![
            chunk(json!({ "tool_calls": [call(null(), json!("aaaaaaaa1"), 1)] }), null()),
            chunk(json!({ "tool_calls": [call(null(), json!("aaaaaaaa2"), 2)] }), json!("stop")),
        ],
        // Without indices and ids.
        vec![chunk(
            json!({ "tool_calls": [call(null(), null(), 1), call(null(), null(), 2)] }),
            json!("tool_calls"),
        )],
        // With indices, but empty ids.
        vec![chunk(
            json!({ "tool_calls": [call(json!(0), json!(""), 1), call(json!(1), json!(""), 2)] }),
            json!("tool_calls"),
        )],
        // The arguments as an object, in a message instead of a delta.
        vec![json!({ "choices": [{ "message": { "role": "assistant", "content": null, "tool_calls": [
            { "id": "aaaaaaaa1", "function": { "name": "computer", "arguments": { "action": "mouse_move", "coordinate": [1, 1] } } },
            { "id": "aaaaaaaa2", "function": { "name": "computer", "arguments": { "action": "mouse_move", "coordinate": [2, 1] } } },
        ] }, "finish_reason": "tool_calls" }] })],
    ];
    for format in formats {
        let scripted = Compatible::new(json!([{ "blocks": format }, { "text": "Done." }])).await;
        let outcome = scripted.run("move").await;
        let to = |x| Action::MouseMove { to: Point { x, y: 1 } };
        assert_eq!(scripted.agent.actions(), [to(1), to(2)], "{format:?}");
        assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    }
}

#[tokio::test]
async fn content_lists_of_text_and_reasoning_are_parsed() {
    let content = json!([
        { "type": "thinking", "thinking": [{ "type": "text", "text": "Hm." }] },
        { "type": "text", "text": "Hello" },
    ]);
    let scripted = Compatible::new(json!([{ "blocks": [
        chunk(json!({ "role": "assistant", "content": content }), Value::Null),
        chunk(json!({ "content": " there." }), json!("stop")),
    ] }]))
    .await;
    let outcome = scripted.run("hi").await;
    assert_eq!(
        outcome.turns()[0].content,
        [
            AssistantBlock::Thinking { text: "Hm.".to_owned() },
            AssistantBlock::Text { text: "Hello there.".to_owned() },
        ]
    );
}

#[tokio::test]
async fn every_finish_reason_is_handled() {
    for (reason, code, requests) in [
        ("stop", "end_turn", 1),
        ("eos", "end_turn", 1),
        ("length", "end_turn", 2),
        ("model_length", "end_turn", 2),
        ("content_filter", "refusal", 1),
        ("error", "end_turn", 2),
    ] {
        let scripted =
            Compatible::new(json!([{ "text": "So", "stop_reason": reason }, { "text": "Done." }])).await;
        let outcome = scripted.run("hi").await;
        assert_eq!((outcome.end().code.as_str(), scripted.requests().len()), (code, requests), "{reason}");
    }
}

#[tokio::test]
async fn a_cut_off_call_is_dropped() {
    let cut = json!({ "member": "type", "input_text": "{\"action\":\"type\",\"text\":\"rm -r" });
    let scripted = Compatible::new(json!([
        { "stop_reason": "length", "calls": [act("left_click", json!({})), cut] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("act").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(scripted.agent.actions().len(), 1);
}
