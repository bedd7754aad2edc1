//! Callers that keep the images of a conversation for themselves, and send those that the model is shown.

use std::collections::BTreeMap;

use ai_model::fakes::{ChatCompletionsRules, GeminiRules, MessagesApiFake, OpenAiRules};
use protocol::action::Action;
use protocol::run::{RequestLine, RunEvent, RunOutcome, RunRequest, SentImage};
use protocol::transcript::TranscriptItem;
use serde_json::{Value, json};

use super::{gemini, openai, openai_compatible};
use crate::acknowledged::Acknowledging;
use crate::harness::{Outcome, Scripted, Vendor, user};

/// The number of screenshots in the conversation.
const LOOKS: usize = 17;

/// A conversation in which each screenshot is another image, and the images.
pub(super) fn conversation(earlier: &Outcome) -> (Vec<TranscriptItem>, BTreeMap<String, String>) {
    let (mut items, taken) = earlier.stored();
    let mut images = BTreeMap::new();
    for (number, item) in items.iter_mut().enumerate() {
        if let TranscriptItem::ToolResult(result) = item
            && let Some(screenshot) = &mut result.screenshot
        {
            let sha256 = format!("{number:064x}");
            let taken = taken[&std::mem::replace(&mut screenshot.sha256, sha256.clone())].clone();
            images.insert(sha256, taken);
        }
    }
    items.insert(0, user("look"));
    items.push(user("and now?"));
    (items, images)
}

/// Runs a request as a caller that sends images when asked; `lost` of them it has lost. Returns those that were wanted.
async fn run_and_send<V: Vendor>(
    scripted: &Scripted<V>,
    request: &RunRequest,
    images: &BTreeMap<String, String>,
    lost: usize,
) -> Vec<String> {
    let mut run = Acknowledging::start(&scripted.service, request).await;
    let wanted = loop {
        if let RunEvent::ImagesWanted { sha256 } = run.next().await {
            break sha256;
        }
    };
    for (number, sha256) in wanted.iter().enumerate() {
        let data = (number >= lost).then(|| images[sha256].clone());
        run.send(&RequestLine::Image(SentImage { sha256: sha256.clone(), data }));
    }
    assert_eq!(run.until_finished().await.end().outcome, RunOutcome::Succeeded);
    wanted
}

/// The vendor gets the same request whether the caller sends all images with its request or only those that are wanted.
async fn the_request_is_the_same<V: Vendor>(look: impl Fn(usize) -> Value) {
    let mut turns: Vec<Value> = (0..LOOKS).map(look).collect();
    turns.extend(["Done.", "All.", "All.", "All."].map(|text| json!({ "text": text })));
    let scripted = Scripted::<V>::new(Value::Array(turns)).await;
    let earlier = scripted.run("look").await;
    let (transcript, images) = conversation(&earlier);
    assert_eq!(images.len(), LOOKS);
    let mut request = scripted.request("");
    request.transcript = transcript;

    let with_all = RunRequest { images: images.clone(), ..request.clone() };
    assert_eq!(scripted.service.run(&with_all).await.end().outcome, RunOutcome::Succeeded);
    let sizes = images.iter().map(|(sha256, data)| (sha256.clone(), data.len())).collect();
    let with_sizes = RunRequest { image_sizes: sizes, ..request };
    let wanted = run_and_send(&scripted, &with_sizes, &images, 0).await;
    scripted.assert_accepted();
    let [.., all, kept] = &scripted.requests()[..] else { panic!("too few requests") };
    assert_eq!(kept.body, all.body);
    let shown: usize = wanted.iter().filter(|sha256| images.contains_key(*sha256)).count();
    assert_eq!(shown, wanted.len());
    assert!((1..=LOOKS).contains(&shown), "{shown}");

    // A lost image is no reason to fail.
    run_and_send(&scripted, &with_sizes, &images, wanted.len()).await;
    scripted.assert_accepted();
    assert!(scripted.requests().last().unwrap().body.len() < all.body.len());
    let moves =
        scripted.agent.actions().into_iter().filter(|action| matches!(action, Action::MouseMove { .. }));
    assert_eq!(moves.count(), LOOKS, "nothing was executed again");
}

#[tokio::test]
async fn anthropic_is_sent_the_same_request() {
    let look = |x| json!({ "calls": [{ "member": "mouse_move", "input": { "coordinate": [x, 1] } }] });
    the_request_is_the_same::<MessagesApiFake>(look).await;
}

#[tokio::test]
async fn openai_is_sent_the_same_request() {
    let look = |x| json!({ "blocks": [openai::call(json!([{ "type": "move", "x": x, "y": 1 }]))] });
    the_request_is_the_same::<OpenAiRules>(look).await;
}

#[tokio::test]
async fn google_is_sent_the_same_request() {
    let look = |x| json!({ "calls": [gemini::call("move", json!({ "x": x, "y": 1 }))] });
    the_request_is_the_same::<GeminiRules>(look).await;
}

#[tokio::test]
async fn compatible_servers_are_sent_the_same_request() {
    let look =
        |x| json!({ "calls": [openai_compatible::act("mouse_move", json!({ "coordinate": [x, 1] }))] });
    the_request_is_the_same::<ChatCompletionsRules>(look).await;
}

#[tokio::test]
async fn a_caller_that_cannot_be_asked_is_not_waited_for() {
    let scripted = Scripted::<MessagesApiFake>::new(json!([{ "text": "Hi." }])).await;
    let mut request = scripted.request("hello");
    request.image_sizes.insert("0".repeat(64), 100);
    assert_eq!(scripted.service.run(&request).await.answer(), "Hi.");
}
