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

/// A turn that ends with the connection, without the end marker.
fn unmarked(chunks: &[Value]) -> Value {
    json!({ "blocks": chunks, "faults": { "noise": true } })
}

#[tokio::test]
async fn a_reason_ends_the_turn_only_if_nothing_follows_it() {
    let text = |text: &str, finish: Value| chunk(json!({ "content": text }), finish);
    for broken_off in [
        vec![text("Half a", json!("")), text(" sentence", json!(""))],
        vec![text("Half a", json!("stop")), text(" sentence", Value::Null)],
        vec![text("", json!("stop")), text("Half", json!(""))],
    ] {
        let scripted = Compatible::new(json!([unmarked(&broken_off), { "text": "Whole." }])).await;
        let outcome = scripted.run("hi").await;
        assert_eq!(outcome.answer(), "Whole.", "{broken_off:?}");
        assert_eq!(outcome.retry_delays().len(), 1, "{broken_off:?}");
    }
    for whole in [
        vec![text("Whole.", json!("")), text("", json!("stop"))],
        vec![text("Whole.", json!("stop")), text("", Value::Null)],
        vec![text("Who", json!("stop")), text("le.", json!("stop"))],
    ] {
        let scripted = Compatible::new(json!([unmarked(&whole)])).await;
        assert_eq!(scripted.run("hi").await.answer(), "Whole.", "{whole:?}");
    }
}

#[tokio::test]
async fn the_pieces_of_a_call_are_joined_whatever_they_repeat() {
    let piece = |index: Option<u32>, id: Option<&str>, name: Option<&str>, arguments: &str| {
        let mut call = json!({ "function": { "arguments": arguments } });
        if let Some(index) = index {
            call["index"] = index.into();
        }
        if let Some(id) = id {
            call["id"] = id.into();
        }
        if let Some(name) = name {
            call["function"]["name"] = name.into();
        }
        chunk(json!({ "tool_calls": [call] }), Value::Null)
    };
    let (begin, end) = (r#"{"action":"mouse_move","#, r#""coordinate":[1,1]}"#);
    let again = r#"{"action":"mouse_move","coordinate":[2,1]}"#;
    let name = Some("computer");
    for pieces in [
        // A new id on each piece.
        [(Some(0), Some("a"), name, ""), (Some(0), Some("b"), None, begin), (Some(0), Some("c"), None, end)],
        // The name on each piece, without an index or an id.
        [(None, None, name, ""), (None, None, name, begin), (None, None, name, end)],
        // Both.
        [(Some(0), Some("a"), name, ""), (Some(0), Some("b"), name, begin), (Some(0), Some("c"), name, end)],
        // The name once, and nothing else.
        [(None, None, name, ""), (None, None, None, begin), (None, None, None, end)],
    ] {
        let mut chunks: Vec<Value> =
            pieces.iter().map(|(index, id, name, arguments)| piece(*index, *id, *name, arguments)).collect();
        let (index, id, ..) = pieces[0];
        // Another call follows once the first one is complete.
        chunks.push(piece(index, id.map(|_| "d"), name, again));
        chunks.push(chunk(json!({}), json!("tool_calls")));
        let scripted = Compatible::new(json!([{ "blocks": chunks }, { "text": "Done." }])).await;
        let outcome = scripted.run("move").await;
        let to = |x| Action::MouseMove { to: Point { x, y: 1 } };
        assert_eq!(scripted.agent.actions(), [to(1), to(2)], "{pieces:?}");
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
