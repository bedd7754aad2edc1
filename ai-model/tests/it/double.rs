//! The double itself: each rule has a request that breaks it.

use ai_model::double::{MessagesApiDouble, Script};
use base64_simd::STANDARD;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::serve_double;

struct Client {
    http: reqwest::Client,
    url: String,
    _tasks: JoinSet<()>,
}

impl Client {
    async fn new(turns: Value) -> Self {
        let script: Script = serde_json::from_value(json!({ "turns": turns })).unwrap();
        let mut tasks = JoinSet::new();
        let url = serve_double(&MessagesApiDouble::new(script), &mut tasks).await;
        Self { http: reqwest::Client::builder().no_proxy().build().unwrap(), url, _tasks: tasks }
    }

    /// Sends a body with the usual headers, some replaced; an empty one is left out.
    async fn send(&self, body: &Value, headers: &[(&str, &str)]) -> (u16, Value) {
        let usual = [
            ("x-api-key", "test-key"),
            ("anthropic-version", "2023-06-01"),
            ("content-type", "application/json"),
        ];
        let mut request = self.http.post(format!("{}/v1/messages", self.url)).body(body.to_string());
        for (name, value) in usual {
            if !headers.iter().any(|(replaced, _)| *replaced == name) {
                request = request.header(name, value);
            }
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}

fn picture(width: u32, height: u32) -> Value {
    let mut png = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(width, height).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let data = STANDARD.encode_to_string(png.into_inner());
    json!({ "type": "image", "source": { "type": "base64", "media_type": "image/png", "data": data } })
}

fn call(id: &str, name: &str) -> Value {
    json!({ "type": "tool_use", "id": id, "name": name, "toolset_name": "computer", "input": {} })
}

fn answer(id: &str, content: &Value) -> Value {
    json!({ "type": "tool_result", "tool_use_id": id, "toolset_name": "computer", "content": content })
}

fn text(words: &str) -> Value {
    json!([{ "type": "text", "text": words }])
}

/// A request that pleases the double: a screenshot and a click, answered.
fn good() -> Value {
    json!({
        "model": "claude-opus-5-5", "max_tokens": 1000, "stream": true,
        "thinking": { "type": "adaptive", "display": "summarized" },
        "system": [{ "type": "text", "text": "Be good.", "cache_control": { "type": "ephemeral" } }],
        "tools": [{ "type": "computer_toolset_20260801" }, { "type": "bash_20250124", "name": "bash" }],
        "messages": [
            { "role": "user", "content": text("look") },
            { "role": "assistant", "content": [call("a", "screenshot"), call("b", "left_click")] },
            { "role": "user", "content": [answer("a", &json!([picture(1280, 800)])), answer("b", &text("OK"))] },
        ],
    })
}

fn single(model: &str) -> Value {
    json!({
        "model": model, "max_tokens": 1000, "stream": true,
        "tools": [{ "type": "computer_20251124", "name": "computer", "display_width_px": 1280, "display_height_px": 800 }],
        "messages": [{ "role": "user", "content": text("look") }],
    })
}

/// `good` with the value at a JSON pointer replaced.
fn with(pointer: &str, value: Value) -> Value {
    let mut body = good();
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    match body.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[field.parse::<usize>().unwrap()] = value,
        other => other[field] = value,
    }
    body
}

#[tokio::test]
async fn a_good_request_is_taken() {
    let client = Client::new(json!([{ "text": "Hello." }])).await;
    let (status, body) = client.send(&good(), &[]).await;
    assert_eq!(status, 200, "{body}");
    let stream = body.as_str().unwrap();
    assert!(stream.starts_with("event: message_start\n") && stream.contains("event: message_stop\n"));
}

#[tokio::test]
async fn headers_are_checked() {
    let client = Client::new(json!([])).await;
    let cases = [
        (("x-api-key", ""), 401, "x-api-key header is required"),
        (("x-api-key", "wrong"), 401, "invalid x-api-key"),
        (("anthropic-version", ""), 400, "anthropic-version"),
        (("content-type", "text/plain"), 400, "content-type"),
        (("anthropic-beta", "computer-use-2025-11-24"), 400, "no computer-use beta"),
    ];
    for (header, expected, message) in cases {
        let (status, body) = client.send(&good(), &[header]).await;
        assert_eq!(status, expected, "{body}");
        assert_eq!(body["type"], "error");
        assert!(body["error"]["message"].as_str().unwrap().contains(message), "{body}");
    }
}

#[tokio::test]
async fn every_broken_rule_is_told() {
    let broken_messages = |content: Value| with("/messages/2/content", content);
    let shot = || answer("a", &json!([picture(1280, 800)]));
    let ok = || answer("b", &text("OK"));
    let mut error_with_picture = answer("b", &json!([picture(1280, 800)]));
    error_with_picture["is_error"] = true.into();
    let mut wrong_halt = answer("b", &text("Not executed: an earlier thing failed."));
    wrong_halt["is_error"] = true.into();
    let mut unnamed = ok();
    unnamed.as_object_mut().unwrap().remove("toolset_name");
    let mut marked = good();
    for _ in 0..4 {
        let block = json!({ "type": "text", "text": "x", "cache_control": { "type": "ephemeral" } });
        marked["messages"][2]["content"].as_array_mut().unwrap().push(block);
    }
    let mut prefill = good();
    prefill["messages"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "role": "assistant", "content": text("Well,") }));
    let cases = [
        (with("/model", json!("claude-zero")), "model: claude-zero"),
        (with("/frobnicate", json!(1)), "frobnicate: Extra inputs"),
        (with("/temperature", json!(0.5)), "temperature"),
        (with("/max_tokens", json!(0)), "max_tokens"),
        (with("/stream", json!(false)), "Streaming is required"),
        (with("/tool_choice", json!({ "type": "any" })), "forced tool use"),
        (with("/thinking", json!({ "type": "enabled", "budget_tokens": 2000 })), "thinking.type.enabled"),
        (
            with("/tools/0", json!({ "type": "computer_20251124", "name": "computer" })),
            "does not support tool types: computer_20251124",
        ),
        (with("/tools/0/display_width_px", json!(1280)), "display_width_px: Extra inputs"),
        (with("/tools/0/name", json!("computer")), "name: Extra inputs"),
        (with("/tools/1", json!({ "type": "computer_toolset_20260801" })), "only one computer tool"),
        (with("/tools/1/name", json!("sh")), "bash_20250124"),
        (with("/messages/0/role", json!("assistant")), "first message must use"),
        (prefill, "prefill"),
        (broken_messages(json!([shot()])), "`tool_use` ids were found without"),
        (broken_messages(json!([ok(), shot()])), "in order"),
        (
            broken_messages(json!([{ "type": "text", "text": "First, words." }, shot(), ok()])),
            "`tool_use` ids were found without",
        ),
        (broken_messages(json!([shot(), ok(), answer("c", &text("OK"))])), "answer each call once"),
        (broken_messages(json!([shot(), unnamed])), "`toolset_name` must match"),
        (broken_messages(json!([shot(), error_with_picture])), "must be type \"text\""),
        (broken_messages(json!([shot(), wrong_halt])), "halt text"),
        (broken_messages(json!([answer("a", &text("OK")), ok()])), "answered with an image"),
        (broken_messages(json!([shot(), answer("b", &text(" "))])), "non-whitespace"),
        (
            broken_messages(json!([shot(), answer("b", &json!([picture(2600, 800)]))])),
            "exceeds the model's limit",
        ),
        (broken_messages(json!([shot(), answer("b", &json!([picture(1024, 768)]))])), "size changed"),
        (marked, "A maximum of 4 blocks"),
        (
            with(
                "/messages/1/content",
                json!([{ "type": "thinking", "thinking": "Hm.", "signature": "forged" }, call("a", "screenshot"), call("b", "left_click")]),
            ),
            "Invalid `signature`",
        ),
    ];
    let client = Client::new(json!([])).await;
    for (body, message) in cases {
        let (status, answer) = client.send(&body, &[]).await;
        assert!(matches!(status, 400 | 404), "{message}: {answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains(message), "{message}: {answer}");
    }
}

#[tokio::test]
async fn the_single_tool_needs_its_beta_and_its_model() {
    let client = Client::new(json!([{ "text": "Hello." }])).await;
    let (status, body) = client.send(&single("claude-opus-4-7"), &[]).await;
    assert_eq!(status, 400, "{body}");
    let beta = ("anthropic-beta", "computer-use-2025-11-24");
    assert_eq!(client.send(&single("claude-opus-4-7"), &[beta]).await.0, 200);
    let (status, body) = client.send(&single("claude-sonnet-4-5"), &[beta]).await;
    assert_eq!(status, 400);
    assert_eq!(
        body["error"]["message"],
        "'claude-sonnet-4-5' does not support tool types: computer_20251124."
    );
}

#[tokio::test]
async fn thinking_is_bound_to_its_prefix() {
    let client = Client::new(json!([{ "thinking": "Hm.", "text": "Yes?" }, { "text": "Good." }])).await;
    assert_eq!(client.send(&good(), &[]).await.0, 200);
    let thinking = json!({ "type": "thinking", "thinking": "Hm.", "signature": "sig-1-of-the-double" });
    let next = |thinking: &Value, first: &str| {
        let mut body = with("/messages/0/content", text(first));
        let messages = body["messages"].as_array_mut().unwrap();
        messages
            .push(json!({ "role": "assistant", "content": [thinking, { "type": "text", "text": "Yes?" }] }));
        messages.push(json!({ "role": "user", "content": text("go on") }));
        body
    };
    let (status, body) = client.send(&next(&thinking, "look away"), &[]).await;
    assert_eq!(status, 400);
    assert!(body["error"]["message"].as_str().unwrap().contains("does not match the conversation"), "{body}");
    let mut altered = thinking.clone();
    altered["thinking"] = "Ho.".into();
    let (_, body) = client.send(&next(&altered, "look"), &[]).await;
    assert!(body["error"]["message"].as_str().unwrap().contains("cannot be modified"), "{body}");
    assert_eq!(client.send(&next(&thinking, "look"), &[]).await.0, 200);
}

#[tokio::test]
async fn a_request_over_32_megabytes_is_too_large() {
    let client = Client::new(json!([])).await;
    let body = with("/system/0/text", json!("x".repeat(33 << 20)));
    let (status, answer) = client.send(&body, &[]).await;
    assert_eq!((status, answer["error"]["type"].as_str().unwrap()), (413, "request_too_large"));
}
