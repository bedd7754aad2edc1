//! The fakes themselves: each rule has a request that breaks it.

use ai_model::fakes::{ChatCompletionsRules, GeminiRules, OpenAiRules, Script, VendorFake, VendorRules};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::serve;

struct Client {
    url: String,
    headers: Vec<(&'static str, &'static str)>,
    _tasks: JoinSet<()>,
}

impl Client {
    async fn new<V: VendorRules>(path: &str, header: (&'static str, &'static str), turns: Value) -> Self {
        let script: Script = serde_json::from_value(json!({ "turns": turns })).unwrap();
        let mut tasks = JoinSet::new();
        let url = serve(&VendorFake::<V>::new(script), &mut tasks).await;
        Self { url: format!("{url}{path}"), headers: vec![header], _tasks: tasks }
    }

    async fn openai(turns: Value) -> Self {
        Self::new::<OpenAiRules>("/v1/responses", ("authorization", "Bearer test-key"), turns).await
    }

    async fn gemini(model: &str, turns: Value) -> Self {
        let path = format!("/v1beta/models/{model}:streamGenerateContent?alt=sse");
        Self::new::<GeminiRules>(&path, ("x-goog-api-key", "test-key"), turns).await
    }

    async fn chat(turns: Value) -> Self {
        Self::new::<ChatCompletionsRules>("/v1/chat/completions", ("authorization", "Bearer test-key"), turns)
            .await
    }

    async fn send(&self, body: &Value) -> (u16, String) {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut request = http.post(&self.url).body(body.to_string());
        for (name, value) in &self.headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    async fn rejects(&self, body: &Value, status: u16, words: &str) {
        let (given, text) = self.send(body).await;
        assert_eq!(given, status, "{words}: {text}");
        assert!(text.contains(words), "{words}: {text}");
    }
}

fn png(width: u32, height: u32) -> String {
    let mut png = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(width, height).write_to(&mut png, image::ImageFormat::Png).unwrap();
    BASE64_STANDARD.encode(png.into_inner())
}

fn data_url(data: &str) -> String {
    format!("data:image/png;base64,{data}")
}

/// The body with a value set at a JSON pointer.
fn with(body: &Value, place: &str, value: Value) -> Value {
    let mut body = body.clone();
    let (parent, field) = place.rsplit_once('/').unwrap();
    match body.pointer_mut(parent).unwrap() {
        Value::Array(list) => match field.parse::<usize>() {
            Ok(index) if index < list.len() => list[index] = value,
            _ => list.push(value),
        },
        Value::Object(fields) => {
            fields.insert(field.to_owned(), value);
        }
        other => panic!("{other}"),
    }
    body
}

fn without(body: &Value, place: &str) -> Value {
    let mut body = body.clone();
    let (parent, field) = place.rsplit_once('/').unwrap();
    match body.pointer_mut(parent).unwrap() {
        Value::Array(list) => drop(list.remove(field.parse().unwrap())),
        Value::Object(fields) => drop(fields.remove(field)),
        other => panic!("{other}"),
    }
    body
}

/// The turns of the fake of OpenAI. The valid request answers the first one.
fn openai_turns() -> Value {
    json!([{ "thinking": "Hm.", "blocks": [{ "type": "computer_call", "actions": [{ "type": "screenshot" }] }] }, { "text": "Good." }])
}

fn openai_body() -> Value {
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
async fn openais_fake_accepts_a_valid_request_and_rejects_every_broken_rule() {
    let good = openai_body();
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
    let client = Client::openai(openai_turns()).await;
    assert_eq!(client.send(&first).await.0, 200);
    for (body, status, words) in cases {
        client.rejects(&body, status, words).await;
    }
    assert_eq!(client.send(&good).await.0, 200);
}

#[tokio::test]
async fn openais_fake_requires_a_valid_screenshot() {
    let good = openai_body();
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
    let client = Client::openai(openai_turns()).await;
    assert_eq!(client.send(&with(&good, "/input", json!([good["input"][0]]))).await.0, 200);
    for (body, status, words) in cases {
        client.rejects(&body, status, words).await;
    }
}

#[tokio::test]
async fn openais_fake_requires_its_key_and_at_most_50_megabytes() {
    let first = with(&openai_body(), "/input", json!([openai_body()["input"][0]]));
    let mut client = Client::openai(json!([])).await;
    let huge = with(&first, "/instructions", json!("x".repeat(51 << 20)));
    client.rejects(&huge, 413, "too large").await;
    client.headers = vec![("authorization", "Bearer other")];
    client.rejects(&first, 401, "invalid_api_key").await;
    client.headers.clear();
    client.rejects(&first, 401, "You didn't provide an API key").await;
}

fn gemini_body() -> Value {
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
async fn geminis_fake_accepts_a_valid_request_and_rejects_every_broken_rule() {
    let good = gemini_body();
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
    let client = Client::gemini("gemini-3.5-flash", turns).await;
    assert_eq!(client.send(&first).await.0, 200);
    for (body, words) in cases {
        client.rejects(&body, 400, words).await;
    }
    assert_eq!(client.send(&good).await.0, 200);
    let unknown = Client::gemini("gemini-0", json!([])).await;
    unknown.rejects(&first, 404, "NOT_FOUND").await;
    let older = Client::gemini("gemini-2.5-computer-use-preview-10-2025", json!([])).await;
    older.rejects(&first, 400, "ENVIRONMENT_DESKTOP is not supported for this model").await;
    let mut stranger = Client::gemini("gemini-3.5-flash", json!([])).await;
    stranger.headers = vec![("x-goog-api-key", "other")];
    stranger.rejects(&first, 400, "API_KEY_INVALID").await;
    stranger.headers.clear();
    stranger.rejects(&first, 403, "PERMISSION_DENIED").await;
}

fn chat_body(model: &str) -> Value {
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
async fn the_chat_completions_fake_accepts_a_valid_request_and_rejects_every_broken_rule() {
    let good = chat_body("qwen-vl");
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
        (chat_body("text-only"), 400, "is not a multimodal model"),
        (chat_body("no-tools"), 400, "does not support tools"),
        (chat_body("reasoning"), 400, "reasoning_content is missing"),
        (chat_body("pixtral"), 400, "Unexpected role 'user' after role 'tool'"),
        (with(&chat_body("pixtral"), "/stream_options", json!({})), 422, "extra_forbidden"),
        (
            with(
                &with(&chat_body("pixtral"), "/messages/2/tool_calls/0/id", json!("a-long-id")),
                "/messages/3/tool_call_id",
                json!("a-long-id"),
            ),
            400,
            "with a length of 9",
        ),
    ];
    let client = Client::chat(json!([{ "text": "Good." }])).await;
    for (body, status, words) in cases {
        client.rejects(&body, status, words).await;
    }
    assert_eq!(client.send(&good).await.0, 200);
    let mut stranger = Client::chat(json!([])).await;
    stranger.headers.clear();
    stranger.rejects(&good, 401, "Unauthorized").await;
}
