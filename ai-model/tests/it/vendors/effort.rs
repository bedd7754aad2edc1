//! How much a model thinks.

use ai_model::fakes::{ChatCompletionsRules, GeminiRules, MessagesApiFake, OpenAiRules};
use protocol::models::Effort;
use serde_json::{Value, json};

use crate::harness::{Scripted, Vendor};

/// What a model is sent for each effort, the least first.
async fn sent<V: Vendor>(model: &str, place: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for effort in Effort::ALL {
        let scripted = Scripted::<V>::with_model(model, json!([{ "text": "Hello." }])).await;
        let mut request = scripted.request("hi");
        request.model.effort = Some(effort);
        assert_eq!(scripted.service.run(&request).await.answer(), "Hello.", "{model} {effort:?}");
        let sent = scripted.requests().pop().unwrap().json();
        found.push(sent.pointer(place).cloned().unwrap_or_default());
    }
    found
}

#[tokio::test]
async fn each_vendor_is_told_the_effort_in_its_own_words() {
    let claude = "/output_config/effort";
    let newest = sent::<MessagesApiFake>("claude-opus-5-5", claude).await;
    assert_eq!(newest, ["low", "medium", "high", "xhigh", "max"]);
    // An effort that a model lacks becomes the next lower one.
    let older = sent::<MessagesApiFake>("claude-sonnet-4-6", claude).await;
    assert_eq!(older, ["low", "medium", "high", "high", "max"]);
    let none = sent::<MessagesApiFake>("claude-haiku-4-5", claude).await;
    assert_eq!(none, [const { Value::Null }; 5]);
    let openai = sent::<OpenAiRules>("gpt-5.5", "/reasoning/effort").await;
    assert_eq!(openai, ["low", "medium", "high", "xhigh", "xhigh"]);
    let level = "/generationConfig/thinkingConfig/thinkingLevel";
    assert_eq!(
        sent::<GeminiRules>("gemini-3.5-flash", level).await,
        ["LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]
    );
    let before = sent::<GeminiRules>("gemini-2.5-computer-use-preview-10-2025", level).await;
    assert_eq!(before, [const { Value::Null }; 5]);
    let server = sent::<ChatCompletionsRules>("qwen-vl", "/reasoning_effort").await;
    assert_eq!(server, ["low", "medium", "high", "high", "high"]);
}

#[tokio::test]
async fn a_server_that_knows_no_effort_is_asked_without() {
    let turns = json!([{ "text": "Hello." }, { "text": "Again." }]);
    let scripted = Scripted::<ChatCompletionsRules>::with_model("pixtral", turns).await;
    let mut request = scripted.request("hi");
    request.model.effort = Some(Effort::High);
    assert_eq!(scripted.service.run(&request).await.answer(), "Hello.");
    assert_eq!(scripted.service.run(&request).await.answer(), "Again.");
    let sent: Vec<bool> =
        scripted.requests().iter().map(|it| it.json().get("reasoning_effort").is_some()).collect();
    // It is remembered, and so are the token counts that the server does not know either.
    assert_eq!(sent, [true, true, false, false]);
}

#[tokio::test]
async fn nothing_is_sent_unless_an_effort_is_chosen() {
    let claude = Scripted::<MessagesApiFake>::new(json!([{ "text": "Hello." }])).await;
    claude.run("hi").await;
    assert!(!claude.requests()[0].body.contains("effort"));
    let openai = Scripted::<OpenAiRules>::new(json!([{ "text": "Hello." }])).await;
    openai.run("hi").await;
    assert_eq!(openai.sent(0)["reasoning"], json!({ "summary": "auto" }));
}
