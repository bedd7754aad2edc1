//! Kinds of files that an administrator refuses.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{TestApp, files_below, ok, problem};

const PATH: &str = "/api/v1/admin/file-rules";

async fn put(app: &TestApp, token: &str, rules: &Value) -> Value {
    ok(app.request(Method::PUT, PATH).json(rules).bearer_auth(token)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_none_until_an_administrator_makes_some() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.superuser("ada").await, app.user("bob").await);
    assert_eq!(
        ok(app.get(PATH).bearer_auth(&ada)).await,
        json!({ "extensions": [], "patterns": [], "types": [] })
    );
    app.upload(&bob, "setup.exe", "MZ").await;
    for method in [Method::GET, Method::PUT] {
        let request = app.request(method, PATH).json(&json!({})).bearer_auth(&bob);
        problem(request, StatusCode::FORBIDDEN, "superuser_required").await;
    }
    let rules =
        json!({ "extensions": ["exe"], "patterns": ["*secret*"], "types": ["application/pdf", "image/*"] });
    assert_eq!(put(&app, &ada, &rules).await, rules);
    assert_eq!(ok(app.get(PATH).bearer_auth(&ada)).await, rules);

    let blobs = || files_below(&app.data.path().join("blobs")).len();
    let before = blobs();
    for (name, bytes) in [
        ("setup.EXE", &b"MZ"[..]),
        ("My Secret.txt", b"words"),
        ("harmless.txt", b"%PDF-1.7\n"),
        ("harmless.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    ] {
        let refused = app.post_file(name, bytes.to_vec()).bearer_auth(&bob);
        let detail = problem(refused, StatusCode::UNPROCESSABLE_ENTITY, "file_kind_refused").await;
        assert!(detail.contains("an administrator's rule refuses"), "{detail}");
    }
    assert_eq!(blobs(), before, "a refused file leaves nothing");
    app.upload(&bob, "notes.txt", "words").await;
    put(&app, &ada, &json!({})).await;
    app.upload(&bob, "setup.exe", "MZ").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_can_apply_to_nothing_are_refused() {
    let app = TestApp::start().await;
    let ada = app.superuser("ada").await;
    for (rules, told) in [
        (json!({ "extensions": ["*.exe"] }), "`*.exe` is no extension"),
        (json!({ "patterns": ["[a"] }), "`[a` is no pattern"),
        (json!({ "types": ["pdf"] }), "`pdf` is no media type"),
        (json!({ "types": vec!["a/b"; 201] }), "200 entries"),
    ] {
        let request = app.request(Method::PUT, PATH).json(&rules).bearer_auth(&ada);
        let detail = problem(request, StatusCode::UNPROCESSABLE_ENTITY, "file_rules_invalid").await;
        assert!(detail.contains(told), "{detail}");
    }
    let unknown = app.request(Method::PUT, PATH).json(&json!({ "extension": ["exe"] })).bearer_auth(&ada);
    problem(unknown, StatusCode::UNPROCESSABLE_ENTITY, "unreadable_request").await;
    app.stop().await;
}
