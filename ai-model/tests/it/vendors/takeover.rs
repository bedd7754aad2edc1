//! A person takes control in the middle of a turn: every vendor's models are told of it, and shown the screen.

use ai_model::fakes::{ChatCompletionsRules, GeminiRules, OpenAiRules};
use protocol::run::RunOutcome;
use serde_json::{Value, json};

use super::{Stage, Vendor};
use crate::acknowledged::Acknowledging;
use crate::takeover::made_way;

/// Three calls of one turn, of which the first is done before a person takes control. Gives what the model is sent next.
async fn told<V: Vendor>(turn: Value) -> Value {
    let stage = Stage::<V>::new(json!([turn, { "text": "I see." }])).await;
    let request = stage.request(vec![crate::harness::user("go")]);
    let next = made_way(&stage.service, &request).await;
    let outcome = Acknowledging::start(&stage.service, &next).await.until_the_end().await;
    stage.assert_accepted();
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{}", outcome.end().message);
    assert_eq!(stage.agent.actions().len(), 1, "what was planned before is not done");
    assert!(stage.requests()[1].body.contains("Not executed: a person took control"));
    stage.sent(1)
}

fn image_of(url: &Value) -> bool {
    url.as_str().is_some_and(|url| url.starts_with("data:image/") && url.len() > 1000)
}

#[tokio::test]
async fn openais_models_are_told_behind_the_outputs() {
    let click = |x: u32| json!({ "type": "click", "button": "left", "x": x, "y": 2 });
    let call = json!({ "type": "computer_call", "actions": [click(1), click(2), click(3)] });
    let sent = told::<OpenAiRules>(json!({ "blocks": [call] })).await;
    let last = sent["input"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["role"], "user");
    let said = last["content"][0]["text"].as_str().unwrap();
    assert!(said.contains("clicked at (412, 300); then typed 12 characters"), "{said}");
    assert_eq!(last["content"][1]["type"], "input_image");
    assert!(image_of(&last["content"][1]["image_url"]));
}

#[tokio::test]
async fn googles_models_are_told_in_their_own_coordinates() {
    let click = |x: u32| json!({ "member": "click", "input": { "x": x, "y": 2 } });
    let sent = told::<GeminiRules>(json!({ "calls": [click(1), click(2), click(3)] })).await;
    let parts = sent["contents"].as_array().unwrap().last().unwrap()["parts"].as_array().unwrap().clone();
    let (said, image) = (&parts[parts.len() - 2], &parts[parts.len() - 1]);
    let said = said["text"].as_str().unwrap();
    assert!(said.contains("clicked at (321, 375); then typed 12 characters"), "{said}");
    assert!(image["inlineData"]["data"].as_str().unwrap().len() > 1000);
    assert!(parts[0]["functionResponse"].is_object(), "answers come first");
}

#[tokio::test]
async fn all_other_models_are_told_behind_the_answers() {
    let click = |x: u32| json!({ "member": "left_click", "input": { "coordinate": [x, 2] } });
    let sent = told::<ChatCompletionsRules>(json!({ "calls": [click(1), click(2), click(3)] })).await;
    let messages = sent["messages"].as_array().unwrap();
    let last = messages.last().unwrap();
    assert_eq!(last["role"], "user");
    let said = last["content"][0]["text"].as_str().unwrap();
    assert!(said.contains("clicked at (412, 300); then typed 12 characters"), "{said}");
    assert!(image_of(&last["content"][1]["image_url"]["url"]));
}
