//! Authentication, and errors in JSON.

use protocol::agent::{AgentError, AgentHealth};
use serde_json::json;

use crate::agent::{TestAgent, client};

#[tokio::test]
async fn everything_but_health_needs_the_token() {
    let agent = TestAgent::start();
    let calls = [
        ("POST", "/v1/actions"),
        ("GET", "/v1/screenshot"),
        ("POST", "/v1/shell"),
        ("GET", "/v1/files"),
        ("GET", "/v1/files/watch"),
        ("GET", "/v1/files/content/x"),
        ("PUT", "/v1/files/content/x"),
        ("GET", "/v1/windows"),
        ("GET", "/v1/live"),
        ("POST", "/v1/recordings"),
        ("GET", "/v1/recordings"),
        ("POST", "/v1/recordings/x/stop"),
        ("GET", "/v1/recordings/x/content"),
        ("DELETE", "/v1/recordings/x"),
        ("GET", "/nothing"),
        ("DELETE", "/v1/shell"),
    ];
    for (method, path) in calls {
        for http in [reqwest::Client::new(), client("wrong"), client(""), client("a token of the test")] {
            let method = method.parse().unwrap();
            let response = http.request(method, agent.url(path)).body("{}").send().await.unwrap();
            assert_eq!(response.status(), 401, "{path}");
            let error: AgentError = response.json().await.unwrap();
            assert_eq!(error.code, "unauthorized");
        }
    }
    let health: AgentHealth = reqwest::get(agent.url("/health")).await.unwrap().json().await.unwrap();
    assert_eq!(health.protocol, protocol::agent::VERSION);
    assert_eq!(health.screen, agent.ready.screen);
}

#[tokio::test]
async fn invalid_requests_are_answered_with_json() {
    let agent = TestAgent::start();
    let too_long = json!({ "command": "x".repeat(5 * 1024 * 1024), "timeout_ms": 5 }).to_string();
    for (path, body, status) in [
        ("/v1/actions", "{", 400),
        ("/v1/actions", "{}", 422),
        ("/v1/actions", r#"{"actions":[{"type":"dance"}],"capture":false}"#, 422),
        ("/v1/nothing", "{}", 404),
        ("/v1/shell", &*too_long, 413),
    ] {
        let request = agent.http.post(agent.url(path)).header("content-type", "application/json");
        let response = request.body(body.to_owned()).send().await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        let error: AgentError = response.json().await.unwrap();
        assert!(!error.code.is_empty() && !error.message.is_empty());
    }
}
