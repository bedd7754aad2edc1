//! Plain chat.

use serde_json::{Value, json};

use crate::harness::{Claude, Service};

async fn send(service: &Service, body: &Value) -> (u16, Value) {
    let response = service.http.post(service.url("/send_message")).json(body).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn the_demo_answers_in_the_documented_format() {
    let service = Service::demo().await;
    let (status, body) = send(&service, &json!({ "messages": [{ "role": "user", "content": "hi" }] })).await;
    assert_eq!(status, 200);
    assert_eq!(body["response"].as_array().unwrap().len(), 1);
    assert_eq!(body["response"][0]["role"], "assistant");
    let text = body["response"][0]["content"].as_str().unwrap();
    assert!(text.contains("not an AI") && text.contains("ANTHROPIC_API_KEY"), "{text}");
}

#[tokio::test]
async fn a_slash_at_the_end_of_the_path_changes_nothing() {
    let service = Service::demo().await;
    let body = json!({ "messages": [{ "role": "user", "content": "hi" }] });
    let post = |path: &str| service.http.post(service.url(path)).json(&body).send();
    assert_eq!(post("/send_message/").await.unwrap().status(), 200);
    assert_eq!(post("/send_message/x/").await.unwrap().status(), 404);
    let docs = service.http.get(service.url("/docs/")).send().await.unwrap();
    assert_eq!(docs.status(), 200);
    let document: Value =
        service.http.get(service.url("/openapi.json")).send().await.unwrap().json().await.unwrap();
    assert_eq!(document["paths"]["/send_message"]["post"]["operationId"], "send_message");
}

#[tokio::test]
async fn the_demo_says_that_it_has_no_desktop_here() {
    let service = Service::demo().await;
    let body = json!({ "messages": [{ "role": "user", "content": "open the terminal" }] });
    let (_, body) = send(&service, &body).await;
    assert!(body["response"][0]["content"].as_str().unwrap().contains("I did nothing"));
}

#[tokio::test]
async fn claude_gets_the_whole_conversation() {
    let scripted = Claude::new(json!([{ "thinking": "Hm.", "text": "Regression and trees." }])).await;
    let body = json!({ "messages": [
        { "role": "system", "content": "You are a helpful assistant." },
        { "role": "user", "content": "What is machine learning?" },
        { "role": "assistant", "content": "A branch of AI." },
        { "role": "user", "content": "What are common algorithms?" },
    ]});
    let (status, answer) = send(&scripted.service, &body).await;
    scripted.assert_accepted();
    assert_eq!(status, 200);
    assert_eq!(answer["response"], json!([{ "role": "assistant", "content": "Regression and trees." }]));
    let sent = scripted.requests()[0].json();
    assert_eq!(sent["system"][0]["text"], "You are a helpful assistant.");
    assert_eq!(sent["messages"].as_array().unwrap().len(), 3);
    assert_eq!(sent["messages"][2]["content"][0]["text"], "What are common algorithms?");
    assert!(sent.get("tools").is_none());
}

#[tokio::test]
async fn invalid_conversations_are_rejected_with_an_explanation() {
    let service = Service::demo().await;
    let cases = [
        (json!({ "messages": [] }), "no_message"),
        (json!({ "messages": [{ "role": "system", "content": "Be kind." }] }), "no_message"),
        (json!({ "messages": [{ "role": "assistant", "content": "Hello" }] }), "first_message"),
        (
            json!({ "messages": [{ "role": "user", "content": "Hi" }, { "role": "assistant", "content": "Hello" }] }),
            "last_message",
        ),
        (json!({ "messages": [{ "role": "user", "content": " " }] }), "empty_message"),
        (json!({ "messages": [{ "role": "robot", "content": "Hi" }] }), "unreadable_body"),
    ];
    for (body, code) in cases {
        let (status, problem) = send(&service, &body).await;
        assert_eq!((status, problem["code"].as_str().unwrap()), (422, code));
    }
}

#[tokio::test]
async fn a_rejected_key_is_a_problem_that_says_what_to_do() {
    let scripted = Claude::new(json!([{ "error": {
        "status": 401, "type": "authentication_error", "message": "invalid x-api-key" } }]))
    .await;
    let body = json!({ "messages": [{ "role": "user", "content": "hi" }] });
    let (status, problem) = send(&scripted.service, &body).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (502, "api_key_refused"));
    assert!(problem["detail"].as_str().unwrap().contains("ANTHROPIC_API_KEY"));
}
