//! Transcripts with turns of other models, and with attachments.

use protocol::run::RunOutcome;
use protocol::transcript::TranscriptItem;
use serde_json::json;

use crate::harness::{Claude, request, user};

#[tokio::test]
async fn turns_of_the_demo_are_encoded_for_claude() {
    let scripted = Claude::new(json!([{ "text": "I see what was done." }])).await;
    let mut demo = scripted.request("open the terminal, press Return");
    demo.model.provider = Some("demo".to_owned());
    let before = scripted.service.run(&demo).await;
    let (items, images) = before.stored();
    let mut transcript = demo.transcript;
    transcript.extend(items);
    transcript.push(user("and now you"));
    let mut next = request(&scripted.agent, transcript);
    next.images = images;
    let after = scripted.service.run(&next).await;
    scripted.assert_accepted();
    assert_eq!(after.end().outcome, RunOutcome::Succeeded);
    let sent = scripted.requests()[0].json();
    let spoken = &sent["messages"][1]["content"];
    assert_eq!(spoken[1]["name"], "bash");
    assert!(spoken[1]["input"]["command"].as_str().unwrap().contains("xterm"));
    assert_eq!(spoken[2]["name"], "key");
    assert_eq!(spoken[2]["toolset_name"], "computer");
}

#[tokio::test]
async fn turns_of_another_model_lose_their_thinking_and_change_their_dialect() {
    let turns = json!([
        { "thinking": "Hm.", "text": "I look.", "calls": [{ "member": "screenshot" }] },
        { "text": "A screen." },
        { "text": "Still a screen." },
    ]);
    let scripted = Claude::new(turns).await;
    let first = scripted.run("look").await;
    let (items, images) = first.stored();
    let mut transcript = vec![user("look")];
    transcript.extend(items);
    transcript.push(user("again"));
    let mut next = request(&scripted.agent, transcript);
    next.images = images;
    next.model.model = Some("claude-opus-4-7".to_owned());
    let second = scripted.service.run(&next).await;
    scripted.assert_accepted();
    assert_eq!(second.end().outcome, RunOutcome::Succeeded);
    let sent = scripted.requests().pop().unwrap().json();
    let spoken = &sent["messages"][1]["content"];
    assert_eq!(spoken[0]["type"], "text");
    assert_eq!(spoken[1]["input"]["action"], "screenshot");
}

#[tokio::test]
async fn attachments_are_named_in_the_message() {
    let scripted = Claude::new(json!([{ "text": "I see it." }])).await;
    let mut request = scripted.request("read this");
    if let TranscriptItem::UserMessage(message) = &mut request.transcript[0] {
        message.attachments.push("Uploads/report.pdf".to_owned());
    }
    scripted.service.run(&request).await;
    let sent = scripted.requests()[0].json();
    let text = sent["messages"][0]["content"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("read this") && text.contains("~/Uploads/report.pdf"), "{text}");
}
