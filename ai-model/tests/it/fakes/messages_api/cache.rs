//! The token counts of the fake: what was read from the cache, what images cost, what was trimmed.

use ai_model::fakes::{Fake as _, InputUsage, RequestSummary};
use serde_json::{Value, json};

use super::{Client, EDITING, answer, call, good, image, text};

fn marked(mut block: Value) -> Value {
    block["cache_control"] = json!({ "type": "ephemeral" });
    block
}

/// A conversation with this many texts of the person, the last of which ends a cached prefix.
fn talk(words: usize) -> Value {
    let mut body = good();
    let mut content = Vec::new();
    for index in 0..words {
        content.push(json!({ "type": "text", "text": format!("thing {index}") }));
    }
    let last = content.pop().unwrap();
    content.push(marked(last));
    body["messages"] = json!([{ "role": "user", "content": content }]);
    body
}

async fn summaries(bodies: &[Value], headers: &[(&str, &str)]) -> Vec<RequestSummary> {
    let client = Client::new(json!(vec![json!({ "text": "Hm." }); bodies.len()])).await;
    for body in bodies {
        let (status, answer) = client.send(body, headers).await;
        assert_eq!(status, 200, "{answer}");
    }
    client.fake.requests().into_iter().map(|request| request.summary).collect()
}

async fn usage(bodies: &[Value]) -> Vec<InputUsage> {
    summaries(bodies, &[]).await.into_iter().map(|summary| summary.usage).collect()
}

#[tokio::test]
async fn a_cached_prefix_is_read_and_only_the_rest_is_written() {
    let told = usage(&[talk(3), talk(3), talk(9)]).await;
    assert_eq!((told[0].cache_read_input_tokens, told[0].input_tokens), (0, 0));
    assert_eq!(told[1], InputUsage { cache_read_input_tokens: told[0].total(), ..InputUsage::default() });
    assert_eq!(told[2].cache_read_input_tokens, told[0].total());
    assert_eq!(told[2].cache_creation_input_tokens, told[2].total() - told[0].total());
}

#[tokio::test]
async fn a_breakpoint_looks_back_twenty_blocks() {
    let told = usage(&[talk(3), talk(23)]).await;
    assert_eq!(told[1].cache_read_input_tokens, told[0].total());
    let told = usage(&[talk(3), talk(24)]).await;
    let system = told[1].cache_read_input_tokens;
    assert!(system > 0 && system < told[0].total(), "only the system prompt's mark is found: {told:?}");
}

#[tokio::test]
async fn a_changed_prefix_is_not_read() {
    let mut changed = talk(3);
    changed["system"][0]["text"] = "Be better.".into();
    assert_eq!(usage(&[talk(3), changed]).await[1].cache_read_input_tokens, 0);
}

#[tokio::test]
async fn a_short_prefix_is_not_cached() {
    let mut short = talk(3);
    short.as_object_mut().unwrap().remove("tools");
    let told = usage(&[short.clone(), short]).await;
    assert_eq!(told[1].input_tokens, told[1].total());
}

#[tokio::test]
async fn tokens_after_the_last_breakpoint_are_not_cached() {
    let mut body = talk(3);
    let content = body["messages"][0]["content"].as_array_mut().unwrap();
    content.push(json!({ "type": "text", "text": "unmarked" }));
    assert!(usage(&[body]).await[0].input_tokens > 0);
}

#[tokio::test]
async fn an_image_costs_its_patches() {
    let with_image = |width, height| {
        let mut body = good();
        let shot = answer("a", &json!([image(width, height)]));
        body["messages"][2]["content"] = json!([shot, answer("b", &text("OK"))]);
        body
    };
    let told = usage(&[with_image(1280, 800), with_image(1000, 1000)]).await;
    assert_eq!(told[0].total() - told[1].total(), 1334 - 1296);
}

/// A conversation of this many screenshots with context edits.
fn looks(count: usize, edits: &Value) -> Value {
    let mut body = good();
    let mut messages = vec![json!({ "role": "user", "content": text("look") })];
    let image = image(1280, 800);
    for index in 0..count {
        let id = format!("id-{index}");
        messages.push(json!({ "role": "assistant", "content": [call(&id, "screenshot")] }));
        messages.push(json!({ "role": "user", "content": [answer(&id, &json!([image]))] }));
    }
    body["messages"] = messages.into();
    body["context_management"] = json!({ "edits": edits });
    body
}

#[tokio::test]
async fn old_results_are_cleared_in_steps() {
    let edits = json!([{
        "type": "clear_tool_uses_20250919",
        "trigger": { "type": "input_tokens", "value": 20_000 },
        "keep": { "type": "tool_uses", "value": 2 },
        "clear_at_least": { "type": "input_tokens", "value": 5_000 },
    }]);
    let told =
        summaries(&[looks(5, &edits), looks(12, &edits), looks(13, &edits), looks(24, &edits)], &[EDITING])
            .await;
    assert_eq!(told[0].applied_edits, Vec::<Value>::new());
    let cleared: Vec<u64> =
        told[1..].iter().map(|told| told.applied_edits[0]["cleared_tool_uses"].as_u64().unwrap()).collect();
    assert_eq!(cleared[0], cleared[1], "the next request shares the cleared prefix");
    assert!(cleared[2] > cleared[1]);
    assert!(told[3].usage.total() < 25_000);
}

#[tokio::test]
async fn a_long_conversation_is_summarized_and_the_summary_replaces_what_precedes_it() {
    let edits =
        json!([{ "type": "compact_20260112", "trigger": { "type": "input_tokens", "value": 50_000 } }]);
    let client = Client::new(json!([{ "text": "On we go." }, { "text": "Done." }])).await;
    let mut body = looks(40, &edits);
    let (status, stream) = client.send(&body, &[EDITING]).await;
    assert_eq!(status, 200, "{stream}");
    assert!(stream.as_str().unwrap().contains("compaction_delta"));
    assert!(client.fake.requests()[0].summary.compacted);
    let summary = json!({ "type": "compaction", "content": "Summary of what was done before request 1.",
                          "signature": "summary-1-of-the-fake" });
    let messages = body["messages"].as_array_mut().unwrap();
    messages
        .push(json!({ "role": "assistant", "content": [summary, { "type": "text", "text": "On we go." }] }));
    messages.push(json!({ "role": "user", "content": text("and?") }));
    assert_eq!(client.send(&body, &[EDITING]).await.0, 200);
    assert!(client.fake.requests()[1].summary.usage.total() < 10_000);
}
