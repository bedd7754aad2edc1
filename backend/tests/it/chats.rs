//! Chats without runs: creating, renaming, deleting, and invalid input.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::{PASSWORD, TestApp, ok, problem};

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_chat_is_created_renamed_and_deleted() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let chat = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(&ada)).await;
    let path = format!("/api/v1/chats/{}", chat["id"].as_str().unwrap());
    let renamed =
        ok(app.request(Method::PATCH, &path).json(&json!({ "title": " Plans " })).bearer_auth(&ada)).await;
    assert_eq!(renamed["title"], "Plans");
    assert_eq!(ok(app.get(&path).bearer_auth(&ada)).await["messages"], json!([]));
    for method in [Method::GET, Method::DELETE] {
        problem(app.request(method, &path).bearer_auth(&eve), StatusCode::NOT_FOUND, "not_found").await;
    }
    let deleted = app.request(Method::DELETE, &path).bearer_auth(&ada).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    problem(app.get(&path).bearer_auth(&ada), StatusCode::NOT_FOUND, "not_found").await;
    assert_eq!(ok(app.get("/api/v1/chats").bearer_auth(&ada)).await, json!([]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_input_is_refused_and_leaves_nothing() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let chats = || app.request(Method::POST, "/api/v1/chats/").bearer_auth(&ada);
    let json_type = ("content-type", "application/json");
    for text in ["", " \n\t"] {
        let empty = chats().json(&json!({ "initial_message": text, "initial_role": "user" }));
        let detail = problem(empty, StatusCode::UNPROCESSABLE_ENTITY, "message_empty").await;
        assert_eq!(detail, "Write what you want done: the message is empty.");
    }
    let malformed = chats().header(json_type.0, json_type.1).body("{\"initial_message\": ");
    let detail = problem(malformed, StatusCode::BAD_REQUEST, "unreadable_request").await;
    assert!(detail.contains("line 1 column"), "{detail}");
    let shape = chats().json(&json!({ "initial_message": 7 }));
    problem(shape, StatusCode::UNPROCESSABLE_ENTITY, "unreadable_request").await;
    let no_json = chats().header("content-type", "text/plain").body("hi");
    problem(no_json, StatusCode::UNSUPPORTED_MEDIA_TYPE, "unreadable_request").await;
    let role = chats().json(&json!({ "initial_message": "hi", "initial_role": "assistant" }));
    problem(role, StatusCode::UNPROCESSABLE_ENTITY, "role_invalid").await;
    let long = chats().json(&json!({ "initial_message": "x".repeat(200_001) }));
    problem(long, StatusCode::UNPROCESSABLE_ENTITY, "message_too_long").await;
    for id in ["b5c3b2aa-0945-4ee8-9d17-0ffe388d3529", "no-id"] {
        let unknown = app.get(&format!("/api/v1/chats/{id}")).bearer_auth(&ada);
        assert_eq!(problem(unknown, StatusCode::NOT_FOUND, "not_found").await, "There is no such chat.");
    }
    problem(app.get("/api/v1/nothing").bearer_auth(&ada), StatusCode::NOT_FOUND, "no_route").await;
    problem(app.request(Method::PUT, "/api/v1/chats"), StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
        .await;
    assert_eq!(ok(app.get("/api/v1/chats").bearer_auth(&ada)).await, json!([]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_without_a_model_service_fails_with_advice() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let body = json!({ "initial_message": "hello", "initial_role": "user" });
    let chat = ok(app.post("/api/v1/chats/", &body).header("prefer", "wait=60").bearer_auth(&ada)).await;
    assert_eq!(chat["run"]["state"], "failed", "{chat}");
    assert_eq!(chat["run"]["code"], "model_service_unreachable");
    assert!(chat["run"]["message"].as_str().unwrap().contains("See that it runs"), "{chat}");
    assert_eq!(chat["title"], "hello");
    assert_eq!(chat["messages"][0]["message"], "hello");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_with_an_unknown_field_or_another_shape_changes_nothing() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let chat = ok(app.post("/api/v1/chats/", &json!({ "title": "Plans" })).bearer_auth(&ada)).await;
    let path = format!("/api/v1/chats/{}", chat["id"].as_str().unwrap());
    let internet = format!("{path}/internet");
    let none = json!({ "policy": { "mode": "none" } });
    for (method, path, body) in [
        (Method::PATCH, "/api/v1/users/me", json!({ "password": PASSWORD })),
        (Method::PATCH, "/api/v1/users/me", json!({ "approval": null, "is_superuser": true })),
        (Method::PATCH, &path, json!({ "name": "Other plans" })),
        (Method::PATCH, &path, json!(["Other plans"])),
        (Method::PUT, &internet, json!({ "internet": { "mode": "none" } })),
        (Method::PUT, &internet, json!({})),
        (Method::PUT, &internet, json!({ "policy": ["none"] })),
        (Method::PATCH, "/api/v1/users/me", json!({ "approval": ["nothing"] })),
        (Method::PATCH, &path, json!({ "approval": ["everything"] })),
        (Method::PUT, &internet, json!([{ "mode": "none" }])),
        (Method::POST, "/api/v1/auth/login", json!(["ada", PASSWORD])),
        (Method::POST, "/api/v1/chats/", json!(null)),
        (Method::POST, "/api/v1/chats/", json!([[]])),
    ] {
        let request = app.request(method, path).json(&body).bearer_auth(&ada);
        problem(request, StatusCode::UNPROCESSABLE_ENTITY, "unreadable_request").await;
    }
    assert_eq!(ok(app.get(&path).bearer_auth(&ada)).await["title"], chat["title"]);
    assert_eq!(ok(app.get("/api/v1/chats").bearer_auth(&ada)).await.as_array().unwrap().len(), 1);
    // White space around the object is no other shape.
    let spaced = app.request(Method::PUT, &internet).body(format!("\r\n {none} \n"));
    let answered = spaced.header("content-type", "application/json").bearer_auth(&ada).send().await.unwrap();
    assert_eq!(answered.status(), StatusCode::OK);
    app.stop().await;
}
