//! What was sent once is repeated byte for byte, so that thinking stays valid and the cache applies.

use protocol::run::RunOutcome;
use serde_json::json;

use crate::harness::{Claude, request, user};

/// The request's text without cache breakpoints, which move with each turn.
fn unmarked(body: &str) -> String {
    body.replace(r#","cache_control":{"type":"ephemeral"}"#, "")
}

/// The request up to the end of its messages.
fn messages_text(body: &str) -> String {
    let body = unmarked(body);
    body.trim_end_matches("]}").to_owned()
}

#[tokio::test]
async fn thinking_and_unknown_blocks_are_sent_back_byte_for_byte() {
    let unknown = json!({ "type": "hologram", "zeta": 1.50, "alpha": { "z": [1, 2], "a": "é\u{2028}" } });
    let scripted = Claude::new(json!([
        { "thinking": "Let me look.", "blocks": [unknown], "text": "Looking.", "calls": [{ "member": "screenshot" }] },
        { "thinking": "", "text": "Again.", "calls": [{ "member": "screenshot" }] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("look").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    let raw = &outcome.turns()[0].raw;
    // The fake sorts the keys of objects; it has to get back exactly what it sent.
    assert!(raw.contains(&unknown.to_string()), "{raw}");
    for request in &scripted.requests()[1..] {
        let echoed = format!("\"content\":{raw}");
        assert!(request.body.contains(&echoed), "{}", request.body);
    }
    assert!(
        outcome.turns()[1]
            .raw
            .contains(r#"{"signature":"sig-2-of-the-fake","thinking":"","type":"thinking"}"#)
    );
}

#[tokio::test]
async fn each_request_only_appends_to_the_one_before() {
    let look = json!({ "thinking": "Hm.", "calls": [
        { "member": "left_click", "input": { "coordinate": [5, 5] } },
        { "member": "zoom", "input": { "region": [0, 0, 100, 100] } },
    ]});
    let scripted = Claude::new(json!([look, look, look, look, look, look, { "text": "Done." }])).await;
    assert_eq!(scripted.run("look").await.end().outcome, RunOutcome::Succeeded);
    let requests = scripted.requests();
    for pair in requests.windows(2) {
        let (before, after) = (messages_text(&pair[0].body), unmarked(&pair[1].body));
        assert!(after.starts_with(&before));
    }
}

#[tokio::test]
async fn a_later_run_builds_the_same_bytes_from_the_transcript() {
    let scripted = Claude::new(json!([
        { "thinking": "Hm.", "text": "I look.", "calls": [{ "member": "screenshot" }, { "member": "cursor_position" }] },
        { "thinking": "I see.", "text": "A screen." },
        { "text": "You are welcome." },
    ]))
    .await;
    let first = scripted.run("look").await;
    let (items, images) = first.stored();
    let mut transcript = vec![user("look")];
    transcript.extend(items);
    transcript.push(user("thanks"));
    let mut next = request(&scripted.agent, transcript);
    next.images = images;
    let second = scripted.service.run(&next).await;
    scripted.assert_accepted();
    assert_eq!(second.end().outcome, RunOutcome::Succeeded);
    let requests = scripted.requests();
    assert!(unmarked(&requests[2].body).starts_with(&messages_text(&requests[1].body)));
}

#[tokio::test]
async fn breakpoints_are_on_the_system_prompt_and_the_latest_turns() {
    let look = json!({ "calls": [{ "member": "screenshot" }] });
    let scripted = Claude::new(json!([look, look, look, look, { "text": "Done." }])).await;
    scripted.run("look").await;
    let last = scripted.requests().pop().unwrap();
    assert_eq!(last.body.matches("cache_control").count(), 4);
    let sent = last.json();
    assert!(sent["system"][0].get("cache_control").is_some());
    let messages = sent["messages"].as_array().unwrap();
    let marked: Vec<usize> =
        (0..messages.len()).filter(|index| messages[*index].to_string().contains("cache_control")).collect();
    assert_eq!(marked, [messages.len() - 5, messages.len() - 3, messages.len() - 1]);
}
