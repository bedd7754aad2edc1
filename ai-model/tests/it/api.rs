//! The HTTP API.

use ai_model::Config;
use protocol::PROTOCOL_VERSION;
use protocol::run::ModelHealth;
use serde_json::{Value, json};

use crate::fake_agent::FakeAgent;
use crate::harness::{NOWHERE, SCREEN, Service, config, request};

async fn health(config: Config) -> ModelHealth {
    let service = Service::start(config).await;
    service.http.get(service.url("/health")).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn health_reports_the_demo() {
    let health = health(config(NOWHERE, "", &[])).await;
    assert_eq!((health.status.as_str(), health.protocol), ("ok", PROTOCOL_VERSION));
    assert_eq!((health.provider.as_str(), health.assistant_name.as_str()), ("demo", "Demo"));
    assert_eq!(health.example_prompts.len(), 3);
    for prompt in &health.example_prompts {
        assert!(ai_model::providers::demo::parse(prompt).is_ok(), "{prompt}");
    }
}

#[tokio::test]
async fn health_reports_claude() {
    let model = ["--anthropic-model", "claude-sonnet-5-5"];
    let health = health(config(NOWHERE, "sk-1", &model)).await;
    assert_eq!((health.provider.as_str(), health.assistant_name.as_str()), ("anthropic", "Claude"));
    assert_eq!(health.model, "claude-sonnet-5-5");
    assert_eq!(health.example_prompts.len(), 3);
}

#[tokio::test]
async fn the_openapi_document_is_served() {
    let service = Service::demo().await;
    let document: Value =
        service.http.get(service.url("/openapi.json")).send().await.unwrap().json().await.unwrap();
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/health", "/send_message", "/v1/runs"]);
    let page = service.http.get(service.url("/docs/")).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(page.contains("swagger-ui") && !page.contains("https://"), "{page}");
}

#[tokio::test]
async fn errors_are_problem_documents_with_the_request_id() {
    let service = Service::demo().await;
    let malformed = service.http.post(service.url("/v1/runs")).header("content-type", "application/json");
    let cases = [
        (service.http.get(service.url("/nowhere")), 404, "not_found"),
        (service.http.get(service.url("/v1/runs")), 405, "method_not_allowed"),
        (malformed.body("{"), 400, "unreadable_body"),
        (service.http.post(service.url("/v1/runs")).body("{}"), 415, "unreadable_body"),
        (service.http.post(service.url("/v1/runs")).json(&json!({})), 422, "unreadable_body"),
    ];
    for (call, status, code) in cases {
        let response = call.send().await.unwrap();
        assert_eq!(response.status(), status, "{code}");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let problem: Value = response.json().await.unwrap();
        assert_eq!(problem["code"], code);
        assert_eq!(problem["status"], status);
        assert_eq!(problem["request_id"], id.as_str());
        assert!(!problem["detail"].as_str().unwrap().is_empty());
    }
}

#[tokio::test]
async fn an_empty_transcript_is_rejected() {
    let service = Service::demo().await;
    let agent = FakeAgent::start(SCREEN).await;
    let call = service.http.post(service.url("/v1/runs")).json(&request(&agent, Vec::new()));
    let response = call.send().await.unwrap();
    assert_eq!(response.status(), 422);
    assert_eq!(response.json::<Value>().await.unwrap()["code"], "empty_transcript");
}
