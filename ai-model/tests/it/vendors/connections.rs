//! Models that are reached by a connection of somebody's, not by the service's own configuration.

use ai_model::fakes::{ChatCompletionsRules, GeminiRules, MessagesApiFake, OpenAiRules};
use protocol::ids::ModelConnectionId;
use protocol::model_check::{ModelCheck, ModelCheckRequest};
use protocol::models::{ComputerUse, ConfiguredModels, ModelFacts};
use protocol::network::Network;
use protocol::run::{ModelConnection, ModelSettings};
use protocol::secret::Secret;
use serde_json::json;

use super::transcript;
use crate::harness::{Claude, NOWHERE, SCREEN, Scripted, Service, Vendor, config, user};

/// What reaches the fake by a connection.
pub(super) fn by_connection<V: Vendor>(scripted: &Scripted<V>, key: Option<&str>) -> ModelSettings {
    ModelSettings {
        provider: Some(V::PROVIDER.to_owned()),
        model: Some(V::MODEL.to_owned()),
        api_key: key.map(Secret::new),
        base_url: Some(scripted.base_url.parse().unwrap()),
        connection: Some(ModelConnection { id: ModelConnectionId::generate(), name: "Work".to_owned() }),
        ..ModelSettings::default()
    }
}

async fn check(service: &Service, model: ModelSettings) -> ModelCheck {
    let request = service.http.post(service.url("/v1/models/check")).json(&ModelCheckRequest { model });
    request.send().await.unwrap().json().await.unwrap()
}

async fn offered<V: Vendor>() -> Vec<ModelFacts> {
    let scripted = Scripted::<V>::new(json!([])).await;
    // No model has to be chosen to ask which there are.
    let settings = ModelSettings { model: None, ..by_connection(&scripted, Some("test-key")) };
    let check = check(&Service::demo().await, settings).await;
    assert_eq!(check.reason.map(|reason| reason.code), None, "{}", V::PROVIDER);
    check.models
}

fn ids(models: &[ModelFacts]) -> Vec<&str> {
    models.iter().map(|model| model.id.as_str()).collect()
}

#[tokio::test]
async fn a_check_lists_the_models_that_can_use_a_computer() {
    let claude = offered::<MessagesApiFake>().await;
    assert_eq!(ids(&claude), ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-4-5-20251001"]);
    let first = &claude[0];
    assert_eq!((first.name.as_deref(), first.computer), (Some("Claude Opus 5.5"), ComputerUse::Native));
    assert!(first.context.is_some() && first.price.is_some() && first.sees == Some(true), "{first:?}");

    let openai = offered::<OpenAiRules>().await;
    assert_eq!(ids(&openai), ["computer-use-preview", "gpt-5.4", "gpt-5.5", "gpt-6"]);
    assert!(openai.iter().all(|model| model.computer == ComputerUse::Native));
    // Nobody has told what it costs.
    assert_eq!(openai[3].price, None);

    let gemini = offered::<GeminiRules>().await;
    let expected = ["gemini-3.5-flash", "gemini-3-flash-preview", "gemini-2.5-computer-use-preview-10-2025"];
    assert_eq!(ids(&gemini), expected);
    assert_eq!((gemini[0].name.as_deref(), gemini[0].context), (Some("Gemini 3.5 Flash"), Some(1_048_576)));

    let server = offered::<ChatCompletionsRules>().await;
    assert_eq!(ids(&server), ["qwen-vl", "text-only", "no-tools", "pixtral", "reasoning"]);
    assert!(server.iter().all(|model| model.computer == ComputerUse::Functions && model.price.is_none()));
}

async fn expect_refused_key<V: Vendor>() {
    let scripted = Scripted::<V>::new(json!([{ "text": "Hello." }])).await;
    let demo = Service::demo().await;
    let settings = by_connection(&scripted, Some("sk-canary-of-a-person"));
    let reason = check(&demo, settings.clone()).await.reason.unwrap();
    let told = serde_json::to_string(&reason).unwrap();
    assert_eq!(reason.code, "api_key_refused", "{}", V::PROVIDER);
    assert!(told.contains(r#""setting":"connection""#) && !told.contains("canary"), "{told}");
    // A run ends with the same.
    let mut request = scripted.request("hi");
    request.model = settings;
    let outcome = demo.run(&request).await;
    assert_eq!(outcome.end().code, "api_key_refused", "{}", V::PROVIDER);
    assert!(outcome.facts().contains(r#""setting":"connection""#), "{}", outcome.facts());
    assert!(!format!("{:?}", outcome.events).contains("canary"));
}

#[tokio::test]
async fn a_refused_key_of_a_connection_names_no_variable() {
    expect_refused_key::<MessagesApiFake>().await;
    expect_refused_key::<OpenAiRules>().await;
    expect_refused_key::<GeminiRules>().await;
    expect_refused_key::<ChatCompletionsRules>().await;
}

#[tokio::test]
async fn a_server_that_cannot_be_asked_is_told_as_in_a_run() {
    let scripted = Scripted::<ChatCompletionsRules>::new(json!([])).await;
    let demo = Service::demo().await;
    let of = |settings: ModelSettings| check(&demo, settings);
    let reached = by_connection(&scripted, Some("test-key"));

    let nowhere = ModelSettings { base_url: Some(NOWHERE.parse().unwrap()), ..reached.clone() };
    let reason = of(nowhere).await.reason.unwrap();
    assert_eq!(reason.code, "network_unreachable");
    assert!(serde_json::to_string(&reason).unwrap().contains("refused"));

    let public = ModelSettings { network: Network::Public { allowed: Vec::new() }, ..reached.clone() };
    assert_eq!(of(public).await.reason.unwrap().code, "address_private");

    let unknown = ModelSettings { provider: Some("oracle".to_owned()), ..reached };
    assert_eq!(of(unknown).await.reason.unwrap().code, "unknown_provider");
    assert!(of(ModelSettings::default()).await.reason.is_none(), "the demo needs nothing");
}

#[tokio::test]
async fn the_configured_key_is_not_used_for_a_connection() {
    let scripted = Scripted::<OpenAiRules>::new(json!([])).await;
    // Even at the same address.
    let settings = by_connection(&scripted, None);
    let reason = check(&scripted.service, settings.clone()).await.reason.unwrap();
    assert_eq!(reason.code, "api_key_missing");
    let mut request = scripted.request("hi");
    request.model = settings;
    assert_eq!(scripted.service.run(&request).await.end().code, "api_key_missing");
    assert!(scripted.requests().is_empty());

    let open = Scripted::<ChatCompletionsRules>::without_key(json!([{ "text": "Hello." }])).await;
    let settings =
        ["--openai-compatible-api-key=our-own-key", "--openai-compatible-base-url", &open.base_url];
    let service = Service::start(config(NOWHERE, "", &settings)).await;
    let mut request = open.request("hi");
    request.model = by_connection(&open, None);
    assert_eq!(service.run(&request).await.answer(), "Hello.");
    assert!(open.requests()[0].headers.get("authorization").is_none());
}

/// Vendors bind what a model has thought to the account: a turn of another connection is handed over as one of another
/// model, even if the models are the same.
#[tokio::test]
async fn what_another_connection_wrote_is_not_continued_as_its_own() {
    let script = json!({ "other_keys": ["key-of-another-account"], "turns": [
        { "thinking": "What to do.", "text": "First." }, { "text": "Second." }, { "text": "Third." }
    ] });
    let claude = Claude::with(&script, SCREEN, &[]).await;
    let mut request = claude.request("Begin.");
    request.model = by_connection(&claude, Some("test-key"));
    let first = claude.service.run(&request).await;
    assert_eq!(first.turns()[0].connection, request.model.connection.as_ref().map(|of| of.id));

    request.transcript = transcript("Begin.", &first, 1);
    request.transcript.push(user("Go on."));
    assert_eq!(claude.service.run(&request).await.answer(), "Second.");
    request.model = by_connection(&claude, Some("key-of-another-account"));
    assert_eq!(claude.service.run(&request).await.answer(), "Third.");
    claude.assert_accepted();

    let has_thinking = |number: usize| claude.requests()[number].body.contains(r#""type":"thinking""#);
    assert!(has_thinking(1), "its own connection goes on with it");
    assert!(!has_thinking(2), "another one does not");
    assert!(claude.requests()[2].body.contains("First."));
}

#[tokio::test]
async fn the_configured_models_are_listed_without_asking_a_vendor() {
    let list = async |settings: &[&str]| -> ConfiguredModels {
        let service = Service::start(config(NOWHERE, "", settings)).await;
        service.http.get(service.url("/v1/models")).send().await.unwrap().json().await.unwrap()
    };
    let demo = list(&[]).await;
    assert_eq!((demo.default.as_str(), demo.providers.len()), ("demo", 1));
    assert_eq!(demo.providers[0].example_prompts.len(), 3);

    let configured = list(&["--openai-api-key=k", "--openai-model=gpt-of-tomorrow"]).await;
    assert_eq!(configured.default, "openai");
    let openai = &configured.providers[0];
    assert_eq!((openai.provider.as_str(), openai.assistant_name.as_str()), ("openai", "GPT"));
    // The configured model comes first, even if nothing is known about it.
    assert_eq!(openai.models[0].id, "gpt-of-tomorrow");
    assert!(openai.models.len() > 1);
    assert_eq!(configured.providers[1].provider, "demo");
}
