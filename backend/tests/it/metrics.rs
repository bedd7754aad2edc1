//! What each backend counts for itself.

use std::net::Ipv4Addr;

use reqwest::StatusCode;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::app::{TestApp, ok, problem};

/// The value of a series, which is 0 if there is none.
fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map_or(0.0, |value| value.parse().unwrap())
}

async fn exposition(app: &TestApp) -> String {
    app.state.monitoring.exposition().await.as_str().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_backends_in_one_process_count_for_themselves() {
    let (one, other) = (TestApp::start().await, TestApp::start().await);
    for _ in 0..3 {
        ok(one.get("/api/v1/health")).await;
    }
    let series = r#"deskhand_http_requests_total{method="GET",route="/api/v1/health",status="2xx"}"#;
    assert_eq!(value(&exposition(&one).await, series), 3.0);
    assert_eq!(value(&exposition(&other).await, series), 0.0);
    one.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_choose_makes_no_label() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let chat = ok(app.post("/api/v1/chats", &json!({})).bearer_auth(&ada)).await;
    let id = chat["id"].as_str().unwrap();
    for path in
        [format!("/api/v1/chats/{id}"), "/api/v1/chats/x".into(), "/api/v1/secret".into(), "/secret".into()]
    {
        app.get(&path).bearer_auth(&ada).send().await.unwrap();
    }
    app.request("SECRET".parse().unwrap(), "/api/v1/chats").send().await.unwrap();
    let text = exposition(&app).await;
    let route = r#"deskhand_http_requests_total{method="GET",route="/api/v1/chats/{chat_id}""#;
    assert_eq!(value(&text, &format!(r#"{route},status="2xx"}}"#)), 1.0, "{text}");
    assert_eq!(value(&text, &format!(r#"{route},status="4xx"}}"#)), 1.0, "{text}");
    for chosen in [id, "secret", "SECRET"] {
        assert!(!text.contains(chosen), "{chosen}: {text}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_the_rest_is_told() {
    let app = TestApp::start().await;
    ok(app.get("/api/v1/health")).await;
    let text = exposition(&app).await;
    assert_eq!(value(&text, "deskhand_database_up"), 1.0);
    app.state.database.close();
    let text = exposition(&app).await;
    assert_eq!(value(&text, "deskhand_database_up"), 0.0);
    assert!(!text.contains("deskhand_desktops{") && text.contains("deskhand_http_requests_total"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_for_superusers_and_for_tokens_with_their_scope() {
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let token = async |login: &str, scope: &str| {
        let form = json!({ "name": "prometheus", "scopes": [scope] });
        let made = ok(app.post("/api/v1/users/me/tokens", &form).bearer_auth(login)).await;
        made["token"].as_str().unwrap().to_owned()
    };
    problem(app.get("/metrics"), StatusCode::UNAUTHORIZED, "unauthorized").await;
    problem(app.get("/metrics").bearer_auth(&ada), StatusCode::FORBIDDEN, "superuser_required").await;
    let of_ada = token(&ada, "metrics").await;
    problem(app.get("/metrics").bearer_auth(&of_ada), StatusCode::FORBIDDEN, "superuser_required").await;
    let other = token(&root, "chats:read").await;
    problem(app.get("/metrics").bearer_auth(&other), StatusCode::FORBIDDEN, "scope_missing").await;
    for reader in [token(&root, "metrics").await, root.clone()] {
        let answer = app.get("/metrics").bearer_auth(&reader).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(answer.text().await.unwrap().ends_with("# EOF\n"));
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listener_of_its_own_asks_for_no_login_and_ends_with_the_backend() {
    let app = TestApp::start().await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}/metrics", listener.local_addr().unwrap());
    let mut serving = JoinSet::new();
    serving.spawn(backend::serve_metrics(listener, app.state.clone()));
    let text = reqwest::get(&url).await.unwrap().text().await.unwrap();
    assert!(text.contains("deskhand_build_info"), "{text}");
    app.stop().await;
    assert!(serving.join_next().await.unwrap().is_ok());
    assert!(reqwest::get(&url).await.is_err());
}
