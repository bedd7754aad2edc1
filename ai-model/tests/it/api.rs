//! The HTTP API.

use ai_model::{Access, Config};
use protocol::run::ModelHealth;
use protocol::secret::Secret;
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
    assert_eq!((health.status.as_str(), health.protocol), ("ok", protocol::run::VERSION));
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
    assert_eq!(paths, ["/health", "/metrics", "/send_message", "/v1/models", "/v1/models/check", "/v1/runs"]);
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

#[tokio::test]
async fn callers_without_the_token_are_refused_before_their_body_is_read() {
    let access = Access::Token(Secret::new("secret"));
    let service = Service::start_for(config(NOWHERE, "", &[]), access).await;
    let message = json!({ "messages": [{ "role": "user", "content": "hello" }] });
    let chat = || service.http.post(service.url("/send_message")).json(&message);
    let metrics = || service.http.get(service.url("/metrics"));
    let calls = [
        chat(),
        chat().bearer_auth("guess"),
        service.http.post(service.url("/v1/runs")).body("{"),
        service.http.get(service.url("/v1/models")),
        service.http.post(service.url("/v1/models/check")).body("{"),
        metrics(),
    ];
    for call in calls {
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.json::<Value>().await.unwrap()["code"], "unauthorized");
    }
    assert_eq!(chat().bearer_auth("secret").send().await.unwrap().status(), 200);
    let told = metrics().bearer_auth("secret").send().await.unwrap().text().await.unwrap();
    let refused =
        r#"deskhand_ai_model_http_requests_total{method="POST",route="/send_message",status="4xx"} 2"#;
    assert!(told.contains(refused), "{told}");
    for open in ["/health", "/openapi.json", "/docs/"] {
        assert_eq!(service.http.get(service.url(open)).send().await.unwrap().status(), 200, "{open}");
    }
    for (token, accepts_caller) in [(None, false), (Some("guess"), false), (Some("secret"), true)] {
        let mut call = service.http.get(service.url("/health"));
        if let Some(token) = token {
            call = call.bearer_auth(token);
        }
        let health: ModelHealth = call.send().await.unwrap().json().await.unwrap();
        assert_eq!(health.accepts_caller, accepts_caller, "{token:?}");
    }
}

#[tokio::test]
async fn without_a_token_a_page_whose_name_leads_here_is_refused() {
    let service = Service::demo().await;
    let message = json!({ "messages": [{ "role": "user", "content": "hello" }] });
    let call = service.http.post(service.url("/send_message")).header("host", "evil.example").json(&message);
    let answer = call.send().await.unwrap();
    assert_eq!(answer.status(), 403);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "host_refused");
}
