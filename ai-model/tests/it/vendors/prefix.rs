//! What a model wrote is sent back verbatim, also by another replica, so that its vendor accepts it and the cache applies.

use ai_model::fakes::OpenAiRules;
use protocol::action::Action;
use protocol::transcript::ToolStatus;
use serde_json::{Value, json};

use super::gemini::Gemini;
use super::openai::OpenAi;
use super::openai_compatible::Compatible;
use super::{gemini, openai, openai_compatible, transcript};
use crate::harness::{Scripted, user};

#[tokio::test]
async fn openais_items_are_sent_back_byte_for_byte_and_the_prefix_stays() {
    let scripted = OpenAi::new(openai::job()).await;
    let outcome = scripted.run("do it").await;
    let requests = scripted.requests();
    for turn in outcome.turns().iter().take(4) {
        let inner = turn.raw.trim_start_matches('[').trim_end_matches(']');
        assert!(requests[4].body.contains(inner), "{}", turn.raw);
    }
    scripted.assert_prefix_kept();
    assert!(requests[1].body.contains("sealed-1=="));
}

#[tokio::test]
async fn another_replica_resumes_openais_turn_with_the_same_bytes() {
    let whole = OpenAi::new(openai::job()).await;
    let outcome = whole.run("do it").await;
    // The first turn and its output, and the second turn with two of its three outputs.
    let cut = transcript("do it", &outcome, 5);
    let items = |scripted: &OpenAi, number: usize| scripted.sent(number)["input"].as_array().unwrap().clone();
    let second = whole.resume(cut, &outcome).await;
    assert_eq!(second.end().code, "request_rejected", "the script has ended");
    let resumed = items(&whole, 5);
    let original = items(&whole, 2);
    assert_eq!(resumed[..original.len() - 1], original[..original.len() - 1]);
    let result = second.results()[0];
    assert_eq!((result.call_id.as_str(), result.status), ("call_2_2#3", ToolStatus::Interrupted));
    // Nothing was executed twice.
    assert_eq!(
        whole.agent.actions().iter().filter(|action| matches!(action, Action::Type { .. })).count(),
        1
    );
}

#[tokio::test]
async fn a_finished_conversation_continues_with_the_same_prefix() {
    let mut turns = openai::job().as_array().unwrap().clone();
    turns.push(json!({ "text": "You are welcome." }));
    let scripted = OpenAi::new(Value::Array(turns)).await;
    let outcome = scripted.run("do it").await;
    let mut next = transcript("do it", &outcome, usize::MAX);
    next.push(user("thanks"));
    let second = scripted.resume(next, &outcome).await;
    scripted.assert_accepted();
    assert_eq!(second.answer(), "You are welcome.");
    let requests = scripted.requests();
    assert!(requests[5].body.starts_with(requests[4].body.trim_end_matches("]}")));
}

#[tokio::test]
async fn openais_models_get_turns_of_another_model_as_text() {
    let first = OpenAi::new(openai::job()).await;
    let outcome = first.run("do it").await;
    let second = OpenAi::with_model("gpt-5.4", json!([{ "text": "I see." }])).await;
    let mut items = transcript("do it", &outcome, usize::MAX);
    items.push(user("and now?"));
    let answer = second.resume(items, &outcome).await;
    second.assert_accepted();
    assert_eq!(answer.answer(), "I see.");
    let sent = second.requests()[0].body.clone();
    assert!(!sent.contains("sealed-") && !sent.contains("\"computer_call\""), "{sent}");
    assert!(sent.contains("I did this") && sent.contains("left") && sent.contains("echo hi"));
    assert!(sent.contains("\"detail\":\"original\""));
}

#[tokio::test]
async fn googles_signatures_are_sent_back_unchanged_and_the_prefix_stays() {
    let scripted = Gemini::new(gemini::job()).await;
    let outcome = scripted.run("do it").await;
    let requests = scripted.requests();
    for turn in outcome.turns().iter().take(5) {
        let inner = turn.raw.trim_start_matches('[').trim_end_matches(']');
        assert!(inner.contains("thoughtSignature"), "{inner}");
        assert!(requests[5].body.contains(inner), "{inner}");
    }
    scripted.assert_prefix_kept();
}

#[tokio::test]
async fn another_replica_resumes_googles_turn_with_the_same_bytes() {
    let scripted = Gemini::new(gemini::job()).await;
    let outcome = scripted.run("do it").await;
    // Two turns with their responses, and the third turn, whose call has none.
    let second = scripted.resume(transcript("do it", &outcome, 5), &outcome).await;
    assert_eq!(second.end().code, "request_rejected", "the script has ended");
    assert_eq!(second.results()[0].status, ToolStatus::Interrupted);
    let requests = scripted.requests();
    assert!(requests[6].body.starts_with(requests[2].body.trim_end_matches("]}")));
    let sent = gemini::responses(&scripted.sent(6));
    assert!(sent[2]["response"]["error"].as_str().unwrap().starts_with("Interrupted"));
    assert_eq!(
        scripted.agent.actions().iter().filter(|action| matches!(action, Action::Type { .. })).count(),
        1
    );
}

#[tokio::test]
async fn googles_models_get_turns_of_another_model_as_text() {
    let first = Gemini::new(gemini::job()).await;
    let outcome = first.run("do it").await;
    let second = Gemini::with_model("gemini-3.8-flash", json!([{ "text": "I see." }])).await;
    let mut items = transcript("do it", &outcome, usize::MAX);
    items.push(user("and now?"));
    let answer = second.resume(items, &outcome).await;
    second.assert_accepted();
    assert_eq!(answer.answer(), "I see.");
    let sent = second.requests()[0].body.clone();
    assert!(!sent.contains("thoughtSignature") && !sent.contains("functionCall\""), "{sent}");
    assert!(sent.contains("I did this") && sent.contains("inlineData"));
}

#[tokio::test]
async fn other_models_messages_are_sent_back_byte_for_byte_and_the_prefix_stays() {
    let scripted = Compatible::new(openai_compatible::job()).await;
    let outcome = scripted.run("do it").await;
    let requests = scripted.requests();
    for turn in outcome.turns().iter().take(4) {
        assert!(requests[4].body.contains(&turn.raw), "{}", turn.raw);
    }
    scripted.assert_prefix_kept();
}

#[tokio::test]
async fn another_replica_resumes_other_models_turns_with_the_same_bytes() {
    let scripted = Compatible::new(openai_compatible::job()).await;
    let outcome = scripted.run("do it").await;
    // The first turn and its result, and the second turn with one of its three results.
    let second = scripted.resume(transcript("do it", &outcome, 4), &outcome).await;
    assert_eq!(second.end().code, "request_rejected", "the script has ended");
    let statuses: Vec<ToolStatus> = second.results().iter().map(|result| result.status).collect();
    assert_eq!(statuses, [ToolStatus::Interrupted, ToolStatus::NotExecuted]);
    let requests = scripted.requests();
    assert!(requests[5].body.starts_with(requests[1].body.trim_end_matches("]}")));
    assert_eq!(
        scripted.agent.actions().iter().filter(|action| matches!(action, Action::Type { .. })).count(),
        1
    );
}

#[tokio::test]
async fn other_models_get_turns_of_another_provider_converted() {
    let click = json!({ "type": "computer_call", "actions": [
        { "type": "click", "button": "left", "x": 7, "y": 8 }, { "type": "type", "text": "ls" },
    ]});
    let first = Scripted::<OpenAiRules>::new(json!([
        { "thinking": "Hm.", "text": "I click.", "blocks": [click] },
        { "calls": [{ "bash": "echo hi" }] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = first.run("do it").await;
    let second = Compatible::new(json!([{ "text": "I see." }])).await;
    let mut items = transcript("do it", &outcome, usize::MAX);
    items.push(user("and now?"));
    let answer = second.resume(items, &outcome).await;
    second.assert_accepted();
    assert_eq!(answer.answer(), "I see.");
    let sent = second.sent(0);
    let calls = sent["messages"][2]["tool_calls"].as_array().unwrap();
    let arguments: Value = serde_json::from_str(calls[0]["function"]["arguments"].as_str().unwrap()).unwrap();
    assert_eq!(arguments, json!({ "action": "left_click", "coordinate": [7, 8] }));
    assert_eq!(calls.len(), 2);
    let strict = Compatible::with_model("pixtral", json!([{ "text": "I see." }])).await;
    let mut items = transcript("do it", &outcome, usize::MAX);
    items.push(user("and now?"));
    assert_eq!(strict.resume(items, &outcome).await.answer(), "I see.");
    assert!(!second.requests()[0].body.contains("sealed-"));
}
