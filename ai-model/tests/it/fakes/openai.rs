//! The fake of the Responses API.

use ai_model::fakes::OpenAiRules;
use serde_json::{Value, json};

use super::{Client, data_url, png, with, without};

async fn client(turns: Value) -> Client {
    Client::new::<OpenAiRules>("/v1/responses", ("authorization", "Bearer test-key"), turns).await
}

/// The turns of the fake of OpenAI. The valid request answers the first one.
fn turns() -> Value {
    json!([{ "thinking": "Hm.", "blocks": [{ "type": "computer_call", "actions": [{ "type": "screenshot" }] }] }, { "text": "Good." }])
}

fn valid_body() -> Value {
    json!({
        "model": "gpt-5.5", "stream": true, "store": false, "include": ["reasoning.encrypted_content"],
        "tools": [{ "type": "computer" }, { "type": "function", "name": "f", "parameters": { "type": "object" }, "strict": false }],
        "input": [
            { "type": "message", "role": "user", "content": [{ "type": "input_text", "text": "look" }] },
            { "type": "reasoning", "id": "rs_1_0", "summary": [{ "type": "summary_text", "text": "Hm." }], "encrypted_content": "sealed-1==" },
            { "type": "computer_call", "id": "cu_1_1", "call_id": "call_1_1", "status": "completed",
              "pending_safety_checks": [], "actions": [{ "type": "screenshot" }] },
            { "type": "computer_call_output", "call_id": "call_1_1",
              "output": { "type": "computer_screenshot", "image_url": data_url(&png(8, 8)) } },
        ],
    })
}

#[tokio::test]
async fn it_accepts_a_valid_request_and_rejects_every_broken_rule() {
    let good = valid_body();
    let first = with(&good, "/input", json!([good["input"][0]]));
    let input = |place: &str, value: Value| with(&good, &format!("/input/{place}"), value);
    let check = json!([{ "id": "sc_1" }]);
    let preview = json!({ "type": "computer_use_preview", "display_width": 8, "display_height": 8, "environment": "linux" });
    let older = with(&with(&first, "/model", json!("computer-use-preview")), "/tools", json!([preview]));
    let cases = [
        (with(&good, "/model", json!("gpt-0")), 404, "model_not_found"),
        (with(&good, "/max_tokens", json!(5)), 400, "Unknown parameter: 'max_tokens'"),
        (with(&good, "/include", json!(["everything"])), 400, "Invalid value"),
        (with(&good, "/truncation", json!("some")), 400, "truncation"),
        (with(&good, "/image", json!({ "shape": "round" })), 400, "Unknown parameter: 'image.shape'"),
        (with(&good, "/image", json!({ "context_compression": "much" })), 400, "Invalid value"),
        (with(&good, "/reasoning", json!({ "loud": true })), 400, "Unknown parameter: 'reasoning.loud'"),
        (
            with(&good, "/tools/0", preview.clone()),
            400,
            "Hosted tool 'computer_use_preview' is not supported with gpt-5.5",
        ),
        (with(&good, "/tools/0/display_width", json!(8)), 400, "Unknown parameter: 'tools[0].display_width'"),
        (with(&good, "/tools/0", json!({ "type": "bash" })), 400, "Invalid value: 'bash'"),
        (without(&good, "/tools/1/parameters"), 400, "Missing required parameter: 'tools[1].parameters'"),
        (
            with(&older, "/tools", json!([{ "type": "computer" }])),
            400,
            "Hosted tool 'computer' is not supported",
        ),
        (older.clone(), 400, "requires 'truncation'"),
        (without(&older, "/tools/0/environment"), 400, "Missing required parameter: 'tools[0].environment'"),
        (without(&good, "/input/3"), 400, "No tool output found for computer call call_1_1."),
        (
            input("3/call_id", json!("call_9")),
            400,
            "No tool call found for computer call output with call_id call_9",
        ),
        (without(&good, "/input/1"), 400, "without its required 'reasoning' item: 'rs_1_0'"),
        (
            with(&good, "/input", json!([good["input"][0], good["input"][1]])),
            400,
            "without its required following item",
        ),
        (input("1/encrypted_content", json!("sealed-2==")), 400, "could not be verified"),
        (input("1/summary", json!([])), 400, "could not be verified"),
        (
            without(&good, "/input/1/encrypted_content"),
            400,
            "Items are not persisted when `store` is set to false",
        ),
        (input("1/id", json!("rs_9")), 400, "Item with id 'rs_9' not found"),
        (input("2/pending_safety_checks", check.clone()), 400, "must be acknowledged"),
        (input("3/acknowledged_safety_checks", check), 400, "was not pending"),
        (
            without(&good, "/input/2/pending_safety_checks"),
            400,
            "Missing required parameter: 'input[2].pending_safety_checks'",
        ),
        (input("4", json!({ "type": "surprise" })), 400, "Invalid value: 'surprise'"),
        (input("0/content/0/type", json!("text")), 400, "Invalid value"),
    ];
    let fake = client(turns()).await;
    assert_eq!(fake.send(&first).await.0, 200);
    for (body, status, reason) in cases {
        fake.rejects(&body, status, reason).await;
    }
    assert_eq!(fake.send(&good).await.0, 200);
}

#[tokio::test]
async fn it_requires_a_valid_screenshot() {
    let good = valid_body();
    let output = |fields: Value| with(&good, "/input/3/output", fields);
    let image = |data: &str| output(json!({ "type": "computer_screenshot", "image_url": data_url(data) }));
    let cases = [
        (
            output(json!({ "type": "computer_screenshot" })),
            400,
            "Missing required parameter: 'input[3].output.image_url'",
        ),
        (
            output(json!({ "type": "input_image", "image_url": data_url(&png(8, 8)) })),
            400,
            "Invalid value for 'input[3].output.type'",
        ),
        (
            output(
                json!({ "type": "computer_screenshot", "image_url": data_url(&png(8, 8)), "detail": "high" }),
            ),
            400,
            "Unknown parameter: 'input[3].output.detail'",
        ),
        (image("no base64!"), 400, "invalid base64-encoded value"),
        (image("AAAA"), 400, "invalid base64-encoded value"),
        (image(&png(6001, 1)), 400, "image_too_large"),
    ];
    let fake = client(turns()).await;
    assert_eq!(fake.send(&with(&good, "/input", json!([good["input"][0]]))).await.0, 200);
    for (body, status, reason) in cases {
        fake.rejects(&body, status, reason).await;
    }
}

#[tokio::test]
async fn it_requires_its_key_and_at_most_50_megabytes() {
    let first = with(&valid_body(), "/input", json!([valid_body()["input"][0]]));
    let mut fake = client(json!([])).await;
    let huge = with(&first, "/instructions", json!("x".repeat(51 << 20)));
    fake.rejects(&huge, 413, "too large").await;
    fake.headers = vec![("authorization", "Bearer other")];
    fake.rejects(&first, 401, "invalid_api_key").await;
    fake.headers.clear();
    fake.rejects(&first, 401, "You didn't provide an API key").await;
}
