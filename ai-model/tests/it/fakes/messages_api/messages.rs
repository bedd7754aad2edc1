//! Messages, calls, results and images.

use serde_json::{Value, json};

use super::{
    Client, NOVEMBER, answer, broken, call, expect_rejections, good, image, set, single, text, with,
};

fn answers(content: Value) -> Value {
    with("/messages/2/content", content)
}

fn shot() -> Value {
    answer("a", &json!([image(1280, 800)]))
}

fn ok() -> Value {
    answer("b", &text("OK"))
}

fn failed(content: &Value) -> Value {
    let mut result = answer("b", content);
    result["is_error"] = true.into();
    result
}

#[tokio::test]
async fn roles_alternate_and_the_user_begins_and_ends() {
    let mut prefill = good();
    let messages = prefill["messages"].as_array_mut().unwrap();
    messages.push(json!({ "role": "assistant", "content": text("Well,") }));
    let mut twice = good();
    let messages = twice["messages"].as_array_mut().unwrap();
    messages.push(json!({ "role": "user", "content": text("And?") }));
    expect_rejections(vec![
        broken(with("/messages", json!([])), "at least one message"),
        broken(with("/messages/0/role", json!("assistant")), "first message must use"),
        broken(with("/messages/0/role", json!("wizard")), "first message must use"),
        broken(with("/messages/1/role", json!("wizard")), "unknown role"),
        broken(prefill, "prefill"),
        broken(twice, "two messages of one role"),
        broken(with("/messages/0/content", json!([])), "non-empty content"),
        broken(with("/messages/1/content", json!([])), "non-empty content"),
        broken(with("/messages/0/content", text(" ")), "non-whitespace"),
        broken(with("/messages/0/content", json!([{ "type": "smell" }])), "unknown block type"),
    ])
    .await;
    let prefilled = set(
        single("claude-sonnet-4-5", "computer_20250124"),
        "/messages",
        json!([{ "role": "user", "content": text("hi") }, { "role": "assistant", "content": text("Well,") }]),
    );
    let client = Client::new(json!([{ "text": "then." }])).await;
    assert_eq!(client.send(&prefilled, &[super::JANUARY]).await.0, 200, "older models take a prefill");
}

#[tokio::test]
async fn every_call_has_its_result_at_the_start_of_the_next_message_in_order() {
    let words = json!({ "type": "text", "text": "First, words." });
    expect_rejections(vec![
        broken(answers(json!([shot()])), "`tool_use` ids were found without"),
        broken(answers(json!([ok(), shot()])), "in order"),
        broken(answers(json!([shot(), ok(), ok()])), "answer each call once"),
        broken(answers(json!([words, shot(), ok()])), "`tool_use` ids were found without"),
        broken(answers(json!([shot(), ok(), answer("c", &text("OK"))])), "answer each call once"),
        broken(with("/messages/1/content", text("No calls.")), "answer each call once"),
        broken(with("/messages/0/content", json!([ok()])), "unexpected `tool_use_id`"),
    ])
    .await;
}

#[tokio::test]
async fn results_name_the_toolset_and_are_text_only_when_they_are_errors() {
    let mut unnamed = ok();
    unnamed.as_object_mut().unwrap().remove("toolset_name");
    let mut misnamed = ok();
    misnamed["toolset_name"] = "browser".into();
    let mut unsure = ok();
    unsure["is_error"] = "maybe".into();
    let mut extra = ok();
    extra["mood"] = "good".into();
    let mut shell =
        with("/messages/1/content/1", json!({ "type": "tool_use", "id": "b", "name": "bash", "input": {} }));
    shell["messages"][2]["content"] = json!([shot(), ok()]);
    let halt = "Not executed: an earlier thing failed.";
    expect_rejections(vec![
        broken(answers(json!([shot(), unnamed])), "`toolset_name` must match"),
        broken(answers(json!([shot(), misnamed])), "`toolset_name` must match"),
        broken(shell, "`toolset_name` must match"),
        broken(answers(json!([shot(), unsure])), "valid boolean"),
        broken(answers(json!([shot(), extra])), "mood: Extra inputs"),
        broken(answers(json!([shot(), failed(&json!([image(1280, 800)]))])), "must be type \"text\""),
        broken(answers(json!([shot(), failed(&text(halt))])), "halt text"),
        broken(answers(json!([answer("a", &text("OK")), ok()])), "answered with an image"),
        broken(answers(json!([shot(), answer("b", &text(" "))])), "non-whitespace"),
        broken(answers(json!([shot(), answer("b", &json!([]))])), "must not be empty"),
    ])
    .await;
}

#[tokio::test]
async fn a_call_of_the_toolset_requires_its_declaration() {
    let mut body = single("claude-opus-4-8", "computer_20251124");
    body["messages"] = good()["messages"].clone();
    expect_rejections(vec![broken(body, "`toolset_name` without a toolset").under(NOVEMBER)]).await;
}

#[tokio::test]
async fn thinking_must_be_genuine_and_has_no_breakpoint() {
    let thinking = json!({ "type": "thinking", "thinking": "Hm.", "signature": "forged" });
    let calls = |thinking: Value| {
        with("/messages/1/content", json!([thinking, call("a", "screenshot"), call("b", "left_click")]))
    };
    let redacted = json!({ "type": "redacted_thinking", "data": "forged" });
    let summary = json!({ "type": "compaction", "content": "All was well.", "signature": "forged" });
    expect_rejections(vec![
        broken(calls(thinking), "Invalid `signature` in `thinking` block"),
        broken(calls(redacted), "Invalid `signature` in `redacted_thinking` block"),
        broken(calls(summary), "Invalid `signature` in `compaction` block"),
    ])
    .await;
    let client = Client::new(json!([{ "thinking": "Hm.", "text": "Yes?" }])).await;
    assert_eq!(client.send(&good(), &[]).await.0, 200);
    let marked = json!({ "type": "thinking", "thinking": "Hm.", "signature": "sig-1-of-the-fake",
                         "cache_control": { "type": "ephemeral" } });
    let (status, _) = client.send(&calls(marked), &[]).await;
    assert_eq!(status, 400);
}

/// A conversation with this many screenshots of a size.
fn gallery(model: &str, tool: &Value, count: usize, size: (u32, u32)) -> Value {
    let image = image(size.0, size.1);
    let mut messages = vec![json!({ "role": "user", "content": text("look") })];
    for index in 0..count {
        let id = format!("id-{index}");
        messages.push(json!({ "role": "assistant", "content": [call(&id, "zoom")] }));
        messages.push(json!({ "role": "user", "content": [answer(&id, &json!([image]))] }));
    }
    json!({ "model": model, "max_tokens": 1000, "stream": true, "tools": [tool], "messages": messages })
}

#[tokio::test]
async fn images_are_limited_in_size_and_number() {
    let second = |width, height| answers(json!([shot(), answer("b", &json!([image(width, height)]))]));
    let toolset = json!({ "type": "computer_toolset_20260801" });
    let mut mislabelled = image(1280, 800);
    mislabelled["source"]["media_type"] = "image/jpeg".into();
    let mut tiff = image(1280, 800);
    tiff["source"]["media_type"] = "image/tiff".into();
    let mut linked = image(1280, 800);
    linked["source"] = json!({ "type": "url", "url": "http://localhost/a.png" });
    let mut heavy = image(1280, 800);
    heavy["source"]["data"] = "A".repeat((10 << 20) + 4).into();
    let with_image = |image: &Value| answers(json!([answer("a", &json!([image])), ok()]));
    expect_rejections(vec![
        broken(second(2600, 800), "exceeds the model's limit"),
        broken(second(2576, 1500), "exceeds the model's limit"),
        broken(set(second(1600, 900), "/model", json!("claude-opus-4-6")), "does not support tool types"),
        broken(second(1024, 768), "size changed"),
        broken(second(8001, 1), "8000 pixels"),
        broken(with_image(&mislabelled), "Could not process image"),
        broken(with_image(&tiff), "Could not process image"),
        broken(with_image(&linked), "base64 sources"),
        broken(with_image(&heavy), "10 MB"),
        broken(gallery("claude-opus-5-5", &toolset, 21, (2016, 4)), "2000 pixels"),
        broken(gallery("claude-opus-5-5", &toolset, 601, (28, 28)), "too many images: 601 > 600"),
    ])
    .await;
    let client = Client::new(json!([{ "text": "a" }, { "text": "b" }])).await;
    for body in [
        gallery("claude-opus-5-5", &toolset, 20, (2016, 4)),
        gallery("claude-opus-5-5", &toolset, 600, (28, 28)),
    ] {
        let (status, answer) = client.send(&body, &[]).await;
        assert_eq!(status, 200, "{answer}");
    }
}
