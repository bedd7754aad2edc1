//! The fake of the Gemini API.

use ai_model::fakes::GeminiRules;
use serde_json::{Value, json};

use super::{Client, png, with, without};

async fn client(model: &str, turns: Value) -> Client {
    let path = format!("/v1beta/models/{model}:streamGenerateContent?alt=sse");
    Client::new::<GeminiRules>(&path, ("x-goog-api-key", "test-key"), turns).await
}

fn valid_body() -> Value {
    let screen = json!([{ "inlineData": { "mimeType": "image/png", "data": png(8, 8) } }]);
    json!({
        "systemInstruction": { "parts": [{ "text": "Be good." }] },
        "tools": [
            { "computerUse": { "environment": "ENVIRONMENT_DESKTOP", "excludedPredefinedFunctions": ["key_down"] } },
            { "functionDeclarations": [{ "name": "shell", "description": "", "parameters": { "type": "object" } }] },
        ],
        "contents": [
            { "role": "user", "parts": [{ "text": "click" }] },
            { "role": "model", "parts": [
                { "functionCall": { "name": "click", "args": { "x": 1, "y": 1 } }, "thoughtSignature": "c2lnbmF0dXJl0001" },
            ] },
            { "role": "user", "parts": [
                { "functionResponse": { "name": "click", "response": { "url": "desktop://screen" }, "parts": screen } },
            ] },
        ],
    })
}

#[tokio::test]
async fn it_accepts_a_valid_request_and_rejects_every_broken_rule() {
    let good = valid_body();
    let first = with(&good, "/contents", json!([good["contents"][0]]));
    let answer = |place: &str, value: Value| {
        with(&good, &format!("/contents/2/parts/0/functionResponse/{place}"), value)
    };
    let guarded = with(
        &without(&good, "/contents/1/parts/0/thoughtSignature"),
        "/contents/1/parts/0/functionCall/args/safety_decision",
        json!({ "decision": "require_confirmation", "explanation": "" }),
    );
    let cases = [
        (with(&good, "/store", json!(true)), "Unknown name \\\"store\\\""),
        (with(&good, "/continuationToken", json!("other")), "Invalid value at 'continuation_token'"),
        (
            with(&good, "/tools/0/computerUse/enablePromptInjectionDetection", json!("yes")),
            "enable_prompt_injection_detection",
        ),
        (
            with(&good, "/tools/0/computerUse/disabledSafetyPolicies", json!(["EVERYTHING"])),
            "disabled_safety_policies",
        ),
        (with(&good, "/tools/0", json!({ "computer": {} })), "Unknown name \\\"computer\\\""),
        (with(&good, "/tools/0/computerUse/display", json!(1)), "Unknown name \\\"display\\\""),
        (
            with(&good, "/tools/0/computerUse/environment", json!("ENVIRONMENT_MOON")),
            "ENVIRONMENT_MOON is not supported",
        ),
        (
            with(&good, "/tools/0/computerUse/excludedPredefinedFunctions", json!(["fly"])),
            "fly is not a predefined function",
        ),
        (with(&good, "/tools/1/functionDeclarations/0/strict", json!(true)), "tools.function_declarations"),
        (with(&good, "/contents/1/role", json!("assistant")), "Please use a valid role"),
        (with(&good, "/contents/0/role", json!("model")), "begins and ends with a user role"),
        (
            with(&good, "/contents/3", json!({ "role": "user", "parts": [] })),
            "alternate between user and model",
        ),
        (without(&good, "/contents/2/parts/0"), "number of function response parts is equal"),
        (without(&good, "/contents/1/parts/0/thoughtSignature"), "missing a thought_signature"),
        (with(&good, "/contents/1/parts/0/thoughtSignature", json!("other")), "Corrupted thought signature"),
        (with(&good, "/contents/1/parts/0/functionCall/args/x", json!(2)), "Corrupted thought signature"),
        (with(&good, "/contents/1/parts/0/weather", json!(1)), "Unknown name \\\"weather\\\""),
        (answer("name", json!("move")), "match the function call parts"),
        (answer("id", json!("a")), "match the function call parts"),
        (answer("response", json!("OK")), "match the function call parts"),
        (answer("response", json!({})), "must include the url"),
        (answer("weather", json!(1)), "Unknown name \\\"weather\\\""),
        (without(&good, "/contents/2/parts/0/functionResponse/parts"), "must include a screenshot"),
        (answer("parts/0/inlineData/data", json!("no base64!")), "Base64 decoding failed"),
        (answer("parts/0/inlineData/data", json!("AAAA")), "Unable to process input image"),
        (answer("parts/0/inlineData/mimeType", json!("image/heic")), "Unable to process input image"),
        (guarded, "safety acknowledgement"),
        (with(&good, "/systemInstruction/parts/0/text", json!("x".repeat(21 << 20))), "payload size exceeds"),
    ];
    let turns =
        json!([{ "calls": [{ "member": "click", "input": { "x": 1, "y": 1 } }] }, { "text": "Good." }]);
    let fake = client("gemini-3.5-flash", turns).await;
    assert_eq!(fake.send(&first).await.0, 200);
    for (body, reason) in cases {
        fake.rejects(&body, 400, reason).await;
    }
    assert_eq!(fake.send(&good).await.0, 200);
    let unknown = client("gemini-0", json!([])).await;
    unknown.rejects(&first, 404, "NOT_FOUND").await;
    let older = client("gemini-2.5-computer-use-preview-10-2025", json!([])).await;
    older.rejects(&first, 400, "ENVIRONMENT_DESKTOP is not supported for this model").await;
    let mut stranger = client("gemini-3.5-flash", json!([])).await;
    stranger.headers = vec![("x-goog-api-key", "other")];
    stranger.rejects(&first, 400, "API_KEY_INVALID").await;
    stranger.headers.clear();
    stranger.rejects(&first, 403, "PERMISSION_DENIED").await;
}

#[tokio::test]
async fn an_answer_is_continued_by_the_same_request_with_its_token() {
    let body = json!({ "contents": [{ "role": "user", "parts": [{ "text": "count" }] }] });
    let fake = client(
        "gemini-3.8-flash",
        json!([{ "text": "One", "stop_reason": "CONTINUATION" }, { "text": "two" }]),
    )
    .await;
    let (status, answer) = fake.send(&body).await;
    assert!(status == 200 && answer.contains("Y29udGludWU0001"), "{answer}");
    let next = with(&body, "/continuationToken", json!("Y29udGludWU0001"));
    let changed = with(&next, "/contents/0/parts/0/text", json!("count on"));
    fake.rejects(&changed, 400, "does not match the one").await;
    assert_eq!(fake.send(&next).await.0, 200);
}
