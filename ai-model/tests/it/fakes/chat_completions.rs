//! The fake of servers with the Chat Completions API.

use ai_model::fakes::ChatCompletionsRules;
use serde_json::{Value, json};

use super::{Client, data_url, png, with, without};

async fn client(turns: Value) -> Client {
    let header = ("authorization", "Bearer test-key");
    Client::new::<ChatCompletionsRules>("/v1/chat/completions", header, turns).await
}

fn valid_body(model: &str) -> Value {
    let image = json!({ "type": "image_url", "image_url": { "url": data_url(&png(8, 8)) } });
    json!({
        "model": model, "stream": true,
        "tools": [{ "type": "function", "function": { "name": "computer", "description": "", "parameters": { "type": "object" } } }],
        "messages": [
            { "role": "system", "content": "Be good." },
            { "role": "user", "content": "look" },
            { "role": "assistant", "content": "", "tool_calls": [
                { "id": "call00100", "type": "function", "function": { "name": "computer", "arguments": "{}" } },
            ] },
            { "role": "tool", "tool_call_id": "call00100", "content": "OK" },
            { "role": "user", "content": [{ "type": "text", "text": "the screen" }, image] },
        ],
    })
}

#[tokio::test]
async fn it_accepts_a_valid_request_and_rejects_every_broken_rule() {
    let good = valid_body("qwen-vl");
    let message = |place: &str, value: Value| with(&good, &format!("/messages/{place}"), value);
    let image = good["messages"][4]["content"][1].clone();
    let mut many = good.clone();
    for _ in 0..8 {
        many["messages"][4]["content"].as_array_mut().unwrap().push(image.clone());
    }
    let cases = [
        (with(&good, "/model", json!("oracle")), 404, "not found"),
        (with(&good, "/store", json!(false)), 400, "Unknown field: store"),
        (with(&good, "/tools/0/type", json!("computer")), 400, "a function needs a name"),
        (with(&good, "/tools/0/function/parameters", json!({})), 400, "parameters that are an object"),
        (without(&good, "/messages/3"), 400, "must be followed by tool messages"),
        (
            with(&without(&good, "/messages/4"), "/messages/3/role", json!("user")),
            400,
            "must be followed by tool messages",
        ),
        (message("3/tool_call_id", json!("other")), 400, "must be a response to a preceding message"),
        (message("3/content", json!([image])), 400, "must have a text as content"),
        (message("3/content", json!("")), 400, "content must be a text"),
        (message("2/tool_calls/0/function/arguments", json!("{")), 400, "must be a JSON object"),
        (message("2/tool_calls/0/id", json!("")), 400, "Tool call id was"),
        (message("2/weather", json!(1)), 400, "Unknown field: weather"),
        (message("1/role", json!("system")), 400, "Unexpected role 'system'"),
        (
            message("4", json!({ "role": "assistant", "content": "So" })),
            400,
            "Expected last role User or Tool",
        ),
        (
            message("4/content/1/image_url/url", json!(data_url("no base64!"))),
            400,
            "cannot identify image file",
        ),
        (
            message("4/content/1/image_url/url", json!(data_url(&png(1400, 8)))),
            400,
            "cannot identify image file",
        ),
        (message("4/content/1/type", json!("input_image")), 400, "Unknown part type"),
        (many, 400, "At most 8 image(s)"),
        (valid_body("text-only"), 400, "is not a multimodal model"),
        (valid_body("no-tools"), 400, "does not support tools"),
        (valid_body("reasoning"), 400, "reasoning_content is missing"),
        (valid_body("pixtral"), 400, "Unexpected role 'user' after role 'tool'"),
        (with(&valid_body("pixtral"), "/stream_options", json!({})), 422, "extra_forbidden"),
        (
            with(
                &with(&valid_body("pixtral"), "/messages/2/tool_calls/0/id", json!("a-long-id")),
                "/messages/3/tool_call_id",
                json!("a-long-id"),
            ),
            400,
            "with a length of 9",
        ),
    ];
    let fake = client(json!([{ "text": "Good." }])).await;
    for (body, status, reason) in cases {
        fake.rejects(&body, status, reason).await;
    }
    assert_eq!(fake.send(&good).await.0, 200);
    let mut stranger = client(json!([])).await;
    stranger.headers.clear();
    stranger.rejects(&good, 401, "Unauthorized").await;
}
