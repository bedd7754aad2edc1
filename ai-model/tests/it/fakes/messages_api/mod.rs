//! The fake of the Messages API itself: each rule has a request that breaks it, and the token counts are checked.

mod cache;
mod messages;
mod parameters;
mod tools;
mod versions;

use ai_model::fakes::{Fake as _, MessagesApiFake, Script};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::png;
use crate::harness::serve_fake;

struct Client {
    http: reqwest::Client,
    url: String,
    fake: MessagesApiFake,
    _tasks: JoinSet<()>,
}

impl Client {
    async fn new(turns: Value) -> Self {
        let script: Script = serde_json::from_value(json!({ "turns": turns })).unwrap();
        let mut tasks = JoinSet::new();
        let fake = MessagesApiFake::new(script);
        let url = serve_fake(&fake, &mut tasks).await;
        Self { http: reqwest::Client::builder().no_proxy().build().unwrap(), url, fake, _tasks: tasks }
    }

    /// Sends a body with the usual headers, some of them replaced; one with an empty value is omitted.
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

fn image(width: u32, height: u32) -> Value {
    let data = png(width, height);
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

/// A valid request: a screenshot and a click with their results.
fn good() -> Value {
    json!({
        "model": "claude-opus-5-5", "max_tokens": 1000, "stream": true,
        "thinking": { "type": "adaptive", "display": "summarized" },
        "system": [{ "type": "text", "text": "Be good.", "cache_control": { "type": "ephemeral" } }],
        "tools": [{ "type": "computer_toolset_20260801" }, { "type": "bash_20250124", "name": "bash" }],
        "messages": [
            { "role": "user", "content": text("look") },
            { "role": "assistant", "content": [call("a", "screenshot"), call("b", "left_click")] },
            { "role": "user", "content": [answer("a", &json!([image(1280, 800)])), answer("b", &text("OK"))] },
        ],
    })
}

/// A valid request for an older model.
fn single(model: &str, tool: &str) -> Value {
    json!({
        "model": model, "max_tokens": 4000, "stream": true,
        "tools": [{ "type": tool, "name": "computer", "display_width_px": 1280, "display_height_px": 800 }],
        "messages": [{ "role": "user", "content": text("look") }],
    })
}

const NOVEMBER: (&str, &str) = ("anthropic-beta", "computer-use-2025-11-24");
const JANUARY: (&str, &str) = ("anthropic-beta", "computer-use-2025-01-24");
const EDITING: (&str, &str) = ("anthropic-beta", "context-management-2025-06-27,compact-2026-01-12");

/// A request that breaks a rule.
struct Broken {
    body: Value,
    headers: Vec<(&'static str, &'static str)>,
    /// A part of the error message.
    says: &'static str,
}

fn broken(body: Value, says: &'static str) -> Broken {
    Broken { body, headers: Vec::new(), says }
}

impl Broken {
    fn under(mut self, header: (&'static str, &'static str)) -> Self {
        self.headers.push(header);
        self
    }
}

/// Each request is rejected with the vendor's status, and because of its rule alone.
async fn expect_rejections(cases: Vec<Broken>) {
    let client = Client::new(json!([])).await;
    for Broken { body, headers, says } in cases {
        let (status, answer) = client.send(&body, &headers).await;
        assert_eq!(status, 400, "{says}: {answer}");
        assert_eq!(answer["type"], "error");
        assert_eq!(answer["error"]["type"], "invalid_request_error");
        assert!(answer["error"]["message"].as_str().unwrap().contains(says), "{says}: {answer}");
    }
}

/// The valid request with the value at a JSON pointer replaced.
fn with(pointer: &str, value: Value) -> Value {
    set(good(), pointer, value)
}

/// A request with the value at a JSON pointer replaced.
fn set(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    match body.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[field.parse::<usize>().unwrap()] = value,
        other => other[field] = value,
    }
    body
}

#[tokio::test]
async fn a_valid_request_is_accepted() {
    let client = Client::new(json!([{ "text": "Hello." }])).await;
    let (status, body) = client.send(&good(), &[]).await;
    assert_eq!(status, 200, "{body}");
    let stream = body.as_str().unwrap();
    assert!(stream.starts_with("event: message_start\n") && stream.contains("event: message_stop\n"));
}

#[tokio::test]
async fn headers_are_checked() {
    let client = Client::new(json!([{ "text": "Hello." }])).await;
    let bearer = ("authorization", "Bearer test-key");
    let cases = [
        (vec![("x-api-key", "")], 401, "authentication_error", "x-api-key header is required"),
        (vec![("x-api-key", "wrong")], 401, "authentication_error", "invalid x-api-key"),
        (vec![bearer], 401, "authentication_error", "only one of"),
        (vec![("x-api-key", ""), bearer], 401, "authentication_error", "OAuth"),
        (vec![("anthropic-version", "")], 400, "invalid_request_error", "anthropic-version"),
        (vec![("anthropic-version", "2024-01-01")], 400, "invalid_request_error", "not a valid version"),
        (vec![("content-type", "text/plain")], 400, "invalid_request_error", "content-type"),
        (vec![NOVEMBER], 400, "invalid_request_error", "no computer-use beta"),
    ];
    for (headers, status, kind, message) in cases {
        let (given, body) = client.send(&good(), &headers).await;
        assert_eq!((given, body["error"]["type"].as_str().unwrap()), (status, kind), "{body}");
        assert!(body["error"]["message"].as_str().unwrap().contains(message), "{body}");
    }
    let oauth = [("x-api-key", ""), bearer, ("anthropic-beta", "oauth-2025-04-20")];
    assert_eq!(client.send(&good(), &oauth).await.0, 200);
}

#[tokio::test]
async fn an_unknown_model_is_not_found() {
    let client = Client::new(json!([])).await;
    let (status, body) = client.send(&with("/model", json!("claude-zero")), &[]).await;
    assert_eq!((status, body["error"]["type"].as_str().unwrap()), (404, "not_found_error"));
}

#[tokio::test]
async fn thinking_is_bound_to_its_prefix() {
    let client = Client::new(json!([{ "thinking": "Hm.", "text": "Yes?" }, { "text": "Good." }])).await;
    assert_eq!(client.send(&good(), &[]).await.0, 200);
    let thinking = json!({ "type": "thinking", "thinking": "Hm.", "signature": "sig-1-of-the-fake" });
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
    let mut dropping = next(&thinking, "look away");
    dropping["thinking"]["block_binding"] = json!({ "prefix_mismatch_behavior": "drop_block" });
    let (status, body) = client.send(&dropping, &[]).await;
    assert_eq!(status, 400, "without its beta: {body}");
    let beta = ("anthropic-beta", "thinking-binding-controls-2026-08-01");
    assert_eq!(client.send(&dropping, &[beta]).await.0, 200);
    assert_eq!(client.fake.requests().last().unwrap().summary.dropped_thinking, 1);
}

#[tokio::test]
async fn thinking_before_a_call_has_to_be_sent_back_with_it() {
    let turn = json!({ "thinking": "Hm.", "calls": [{ "member": "left_click" }] });
    let client = Client::new(json!([turn, { "text": "Good." }])).await;
    assert_eq!(client.send(&good(), &[]).await.0, 200);
    let thinking = json!({ "type": "thinking", "thinking": "Hm.", "signature": "sig-1-of-the-fake" });
    let next = |spoken: Value| {
        let mut body = good();
        let messages = body["messages"].as_array_mut().unwrap();
        messages.push(json!({ "role": "assistant", "content": spoken }));
        messages.push(json!({ "role": "user", "content": [answer("toolu_1_0", &text("OK"))] }));
        body
    };
    let call = call("toolu_1_0", "left_click");
    let (status, body) = client.send(&next(json!([call])), &[]).await;
    assert_eq!(status, 400);
    assert!(body["error"]["message"].as_str().unwrap().contains("Expected `thinking`"), "{body}");
    assert_eq!(client.send(&next(json!([thinking, call])), &[]).await.0, 200);
}

#[tokio::test]
async fn a_request_over_32_megabytes_is_too_large() {
    let client = Client::new(json!([])).await;
    let body = with("/system/0/text", json!("x".repeat(33 << 20)));
    let (status, answer) = client.send(&body, &[]).await;
    assert_eq!((status, answer["error"]["type"].as_str().unwrap()), (413, "request_too_large"));
}
