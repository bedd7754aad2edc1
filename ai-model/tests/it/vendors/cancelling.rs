//! Closing the stream during a call.

use ai_model::fakes::{ChatCompletionsRules, GeminiRules, OpenAiRules};
use futures_util::StreamExt as _;
use protocol::action::Action;
use protocol::run::RunEvent;
use serde_json::{Value, json};

use super::{gemini, openai, openai_compatible};
use crate::fake_agent::HANGS;
use crate::harness::{Scripted, Vendor};

/// The run is cancelled while the turn's only call types a text that never ends.
async fn drops_the_call<V: Vendor>(turn: Value) {
    let scripted = Scripted::<V>::new(json!([turn])).await;
    let mut events = scripted.service.stream(&scripted.request("type")).await;
    while let Some(event) = events.next().await {
        if matches!(event, RunEvent::ToolStarted(_)) {
            break;
        }
    }
    scripted.agent.wait_for(&Action::Type { text: HANGS.to_owned() }).await;
    drop(events);
    scripted.agent.wait_for_drop().await;
}

#[tokio::test]
async fn a_cancelled_run_of_openais_drops_the_call_in_flight() {
    let call = openai::call(json!([{ "type": "type", "text": HANGS }]));
    drops_the_call::<OpenAiRules>(json!({ "blocks": [call] })).await;
}

#[tokio::test]
async fn a_cancelled_run_of_googles_drops_the_call_in_flight() {
    let call = gemini::call("type", json!({ "text": HANGS }));
    drops_the_call::<GeminiRules>(json!({ "calls": [call] })).await;
}

#[tokio::test]
async fn a_cancelled_run_of_any_other_model_drops_the_call_in_flight() {
    let call = openai_compatible::act("type", json!({ "text": HANGS }));
    drops_the_call::<ChatCompletionsRules>(json!({ "calls": [call] })).await;
}
