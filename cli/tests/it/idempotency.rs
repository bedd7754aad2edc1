//! Repeated calls with the same `Idempotency-Key`.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::conversation::Conversation;

async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

#[tokio::test]
async fn twenty_concurrent_calls_with_one_key_post_one_message() {
    let talk = Conversation::begin("take a screenshot").await;
    let path = format!("{}/history", talk.chat);
    let post = |key: &str, text: &str| {
        let request = talk.api.request(Method::POST, &path);
        answer(request.header("idempotency-key", key).json(&json!({ "message": text })))
    };
    let answers =
        futures_util::future::join_all((0..20).map(|_| post("one", "run `echo once >> ~/did`"))).await;
    for (status, body) in &answers {
        assert_eq!((*status, body), (StatusCode::CREATED, &answers[0].1));
    }
    let (status, other) = post("one", "another").await;
    assert_eq!(
        (status, &other["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("idempotency_key_reused"))
    );
    let (status, longer) = post(&"x".repeat(256), "another").await;
    assert_eq!(
        (status, &longer["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("idempotency_key_invalid"))
    );
    let waited = talk.say(json!({ "message": "take a screenshot" }), Some("wait=60")).await;
    assert_eq!(waited["run"]["state"], "succeeded");
    // Long after the run has ended, the answer is the same.
    assert_eq!(post("one", "run `echo once >> ~/did`").await, answers[0]);
    let log = talk.replay(0).await;
    assert_eq!(log.iter().filter(|event| event["kind"] == "message").count(), 3);
    assert_eq!(std::fs::read_to_string(talk.api.home().join("did")).unwrap(), "once\n");
}

#[tokio::test]
async fn chats_uploads_and_forks_are_created_once_per_key_and_user() {
    let talk = Conversation::begin("take a screenshot").await;
    let request = |path: &str| {
        let request = talk.api.request(Method::POST, path);
        request.header("idempotency-key", path)
    };
    let log = talk.replay(0).await;
    let form = "--frame\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nmilk\r\n--frame--\r\n";
    let calls: [&dyn Fn() -> RequestBuilder; 3] = [
        &|| request("/chats").json(&json!({ "initial_message": "take a screenshot" })),
        &|| request(&format!("{}/fork", talk.chat)).json(&json!({ "message_id": log[0]["id"] })),
        &|| {
            let request = request("/files/upload").body(form);
            request.header("content-type", "multipart/form-data; boundary=frame")
        },
    ];
    for call in calls {
        let (first, again) = (answer(call()).await, answer(call()).await);
        assert_eq!(first.0, StatusCode::CREATED, "{first:?}");
        assert_eq!(first, again);
    }
    assert_eq!(talk.get("/chats").await.as_array().unwrap().len(), 3);
    assert_eq!(talk.get("/files").await.as_array().unwrap().len(), 1);
    // The same key of another user is a different key.
    let eve = talk.api.user("eve").await;
    let chats = talk.api.deskhand.request(Method::POST, "/chats").bearer_auth(&eve);
    let chats = chats.header("idempotency-key", "/chats");
    assert_eq!(answer(chats.json(&json!({}))).await.0, StatusCode::CREATED);
}
