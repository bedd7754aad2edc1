//! Which vendor is asked, with which key, and how health reports it.

use ai_model::fakes::{ChatCompletionsRules, OpenAiRules};
use ai_model::providers::ProviderName;
use protocol::run::{ModelHealth, ModelSettings};
use protocol::secret::Secret;
use serde_json::json;

use crate::harness::{NOWHERE, Scripted, Service, config};

#[test]
fn the_first_vendor_with_a_key_or_an_address_is_the_default() {
    let of = |settings: &[&str]| config(NOWHERE, "", settings).default_provider();
    assert_eq!(of(&["--openai-api-key=k"]), ProviderName::OpenAi);
    assert_eq!(of(&["--gemini-api-key=k"]), ProviderName::Gemini);
    assert_eq!(of(&["--gemini-api-key=k", "--openai-api-key=k"]), ProviderName::OpenAi);
    assert_eq!(of(&["--openai-compatible-base-url=http://localhost/v1"]), ProviderName::OpenAiCompatible);
    assert_eq!(of(&["--openai-compatible-api-key=k"]), ProviderName::Demo);
    assert_eq!(of(&["--openai-api-key=k", "--ai-model-provider=gemini"]), ProviderName::Gemini);
    assert_eq!(of(&["--ai-model-provider=openai-compatible"]), ProviderName::OpenAiCompatible);
    assert_eq!(config(NOWHERE, "k", &["--openai-api-key=k"]).default_provider(), ProviderName::Anthropic);
}

#[test]
fn keys_are_hidden_in_debug_output() {
    let settings = [
        "--openai-api-key=very-secret",
        "--gemini-api-key=very-secret",
        "--openai-compatible-api-key=very-secret",
    ];
    assert!(!format!("{:?}", config(NOWHERE, "very-secret", &settings)).contains("very-secret"));
}

#[test]
fn empty_settings_mean_the_defaults() {
    let config = config("", "", &[]);
    assert_eq!(config.openai.base_url.as_str(), "https://api.openai.com/v1");
    assert_eq!(config.gemini.base_url.as_str(), "https://generativelanguage.googleapis.com/");
    assert_eq!((config.openai.model.as_str(), config.gemini.model.as_str()), ("gpt-5.5", "gemini-3.5-flash"));
    assert_eq!(config.openai_compatible.base_url, None);
}

#[tokio::test]
async fn health_reports_each_vendor() {
    let cases = [
        (vec!["--openai-api-key=k"], "openai", "GPT", "gpt-5.5"),
        (vec!["--gemini-api-key=k"], "gemini", "Gemini", "gemini-3.5-flash"),
        (
            vec!["--openai-compatible-base-url=http://localhost/v1", "--openai-compatible-model=qwen3-vl"],
            "openai-compatible",
            "Assistant",
            "qwen3-vl",
        ),
    ];
    for (settings, provider, name, model) in cases {
        let service = Service::start(config(NOWHERE, "", &settings)).await;
        let health: ModelHealth =
            service.http.get(service.url("/health")).send().await.unwrap().json().await.unwrap();
        assert_eq!(
            (health.provider.as_str(), health.assistant_name.as_str(), health.model.as_str()),
            (provider, name, model)
        );
        assert_eq!(health.example_prompts.len(), 3);
    }
}

#[tokio::test]
async fn a_missing_setting_is_named() {
    let scripted = Scripted::<OpenAiRules>::new(json!([])).await;
    let service = Service::demo().await;
    let cases = [
        ("openai", "api_key_missing", "OPENAI_API_KEY"),
        ("gemini", "api_key_missing", "GEMINI_API_KEY"),
        ("openai-compatible", "address_missing", "OPENAI_COMPATIBLE_BASE_URL"),
        ("oracle", "unknown_provider", "'openai-compatible'"),
    ];
    for (provider, code, expected) in cases {
        let mut request = scripted.request("hi");
        request.model.provider = Some(provider.to_owned());
        let outcome = service.run(&request).await;
        assert_eq!(outcome.end().code, code);
        assert!(outcome.facts().contains(expected), "{}", outcome.facts());
    }
    let address = ["--openai-compatible-base-url=http://127.0.0.1:9/v1"];
    let service = Service::start(config(NOWHERE, "", &address)).await;
    let outcome = service.run(&scripted.request("hi")).await;
    assert_eq!(outcome.end().code, "model_missing");
}

#[tokio::test]
async fn a_request_may_name_its_own_provider_model_key_and_address() {
    let scripted = Scripted::<ChatCompletionsRules>::new(json!([{ "text": "Hello." }])).await;
    let own = &scripted.service;
    let health: ModelHealth = own.http.get(own.url("/health")).send().await.unwrap().json().await.unwrap();
    assert_eq!(health.provider, "openai-compatible");
    let base_url = scripted.base_url.clone();
    let demo = Service::demo().await;
    let mut request = scripted.request("hi");
    request.model = ModelSettings {
        provider: Some("openai-compatible".to_owned()),
        model: Some("qwen-vl".to_owned()),
        api_key: Some(Secret::new("test-key")),
        base_url: Some(base_url.parse().unwrap()),
        ..ModelSettings::default()
    };
    let outcome = demo.run(&request).await;
    scripted.assert_accepted();
    assert_eq!(outcome.answer(), "Hello.");
}

#[tokio::test]
async fn the_configured_key_is_only_sent_to_the_configured_address() {
    let scripted = Scripted::<ChatCompletionsRules>::without_key(json!([{ "text": "Hello." }])).await;
    let base_url = scripted.base_url.clone();
    let settings = [
        "--openai-compatible-base-url=http://127.0.0.1:9/v1",
        "--openai-compatible-api-key=our-own-key",
        "--openai-compatible-model=qwen-vl",
    ];
    let service = Service::start(config(NOWHERE, "", &settings)).await;
    let mut request = scripted.request("hi");
    request.model.base_url = Some(base_url.parse().unwrap());
    assert_eq!(service.run(&request).await.answer(), "Hello.");
    assert!(scripted.requests()[0].headers.get("authorization").is_none());
    // A vendor that requires a key is not asked without one.
    request.model.provider = Some("openai".to_owned());
    let service = Service::start(config(NOWHERE, "", &["--openai-api-key=our-own-key"])).await;
    assert_eq!(service.run(&request).await.end().code, "api_key_missing");
    assert_eq!(scripted.requests().len(), 1);
}
