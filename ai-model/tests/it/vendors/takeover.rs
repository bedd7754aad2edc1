//! A person takes control during a turn: the models of every vendor get a description of it, and a screenshot.

use ai_model::fakes::{ChatCompletionsRules, GeminiRules, OpenAiRules};
use protocol::run::RunOutcome;
use serde_json::{Value, json};

use crate::acknowledged::Acknowledging;
use crate::harness::{Scripted, Vendor};
use crate::takeover::preempted;

/// A turn of three calls, the first of which is executed before a person takes control. Returns the next request.
async fn request_after_takeover<V: Vendor>(turn: Value) -> Value {
    let scripted = Scripted::<V>::new(json!([turn, { "text": "I see." }])).await;
    let request = scripted.request("go");
    let next = preempted(&scripted.service, &request).await;
    let outcome = Acknowledging::start(&scripted.service, &next).await.until_finished().await;
    scripted.assert_accepted();
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{}", outcome.facts());
    assert_eq!(scripted.agent.actions().len(), 1, "the earlier plan is void");
    assert!(scripted.requests()[1].body.contains("Not executed: a person took control"));
    scripted.sent(1)
}

fn image_of(url: &Value) -> bool {
    url.as_str().is_some_and(|url| url.starts_with("data:image/") && url.len() > 1000)
}

#[tokio::test]
async fn openais_models_get_it_after_the_outputs() {
    let click = |x: u32| json!({ "type": "click", "button": "left", "x": x, "y": 2 });
    let call = json!({ "type": "computer_call", "actions": [click(1), click(2), click(3)] });
    let sent = request_after_takeover::<OpenAiRules>(json!({ "blocks": [call] })).await;
    let last = sent["input"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["role"], "user");
    let text = last["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("clicked at (412, 300); then typed 12 characters"), "{text}");
    assert_eq!(last["content"][1]["type"], "input_image");
    assert!(image_of(&last["content"][1]["image_url"]));
}

#[tokio::test]
async fn googles_models_get_it_in_their_own_coordinates() {
    let click = |x: u32| json!({ "member": "click", "input": { "x": x, "y": 2 } });
    let sent =
        request_after_takeover::<GeminiRules>(json!({ "calls": [click(1), click(2), click(3)] })).await;
    let parts = sent["contents"].as_array().unwrap().last().unwrap()["parts"].as_array().unwrap().clone();
    let (text, image) = (&parts[parts.len() - 2], &parts[parts.len() - 1]);
    let text = text["text"].as_str().unwrap();
    assert!(text.contains("clicked at (321, 375); then typed 12 characters"), "{text}");
    assert!(image["inlineData"]["data"].as_str().unwrap().len() > 1000);
    assert!(parts[0]["functionResponse"].is_object(), "answers come first");
}

#[tokio::test]
async fn all_other_models_get_it_after_the_results() {
    let click = |x: u32| json!({ "member": "left_click", "input": { "coordinate": [x, 2] } });
    let sent =
        request_after_takeover::<ChatCompletionsRules>(json!({ "calls": [click(1), click(2), click(3)] }))
            .await;
    let messages = sent["messages"].as_array().unwrap();
    let last = messages.last().unwrap();
    assert_eq!(last["role"], "user");
    let text = last["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("clicked at (412, 300); then typed 12 characters"), "{text}");
    assert!(image_of(&last["content"][1]["image_url"]["url"]));
}
