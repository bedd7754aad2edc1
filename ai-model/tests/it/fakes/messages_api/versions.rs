//! The versions of the API.

use serde_json::json;

use super::{Client, NOVEMBER, broken, expect_rejections, set, single, with};

const FIRST: (&str, &str) = ("anthropic-version", "2023-06-01");
const NEWEST: (&str, &str) = ("anthropic-version", "2026-10-21");

#[tokio::test]
async fn the_newest_version_rejects_sampling_parameters_of_every_model() {
    let older = |field: &str| set(single("claude-sonnet-4-6", "computer_20251124"), field, json!(1));
    let cases = ["/temperature", "/top_p", "/top_k"].map(older);
    let rejected = cases.clone().map(|body| broken(body, "Extra inputs").under(NEWEST).under(NOVEMBER));
    expect_rejections(rejected.into()).await;
    let client = Client::new(json!([{ "text": "1" }, { "text": "2" }, { "text": "3" }])).await;
    for body in cases {
        assert_eq!(client.send(&body, &[FIRST, NOVEMBER]).await.0, 200);
    }
}

#[tokio::test]
async fn the_newest_version_rejects_documents_of_the_assistant_and_citations_of_the_person() {
    let document = json!([{ "type": "document", "source": { "type": "text", "media_type": "text/plain", "data": "So." } }]);
    let mut said = with("/messages/0/content/0/citations", json!([]));
    expect_rejections(vec![
        broken(said.clone(), "citations: Extra inputs").under(NEWEST),
        broken(with("/messages/1/content", document), "documents are not permitted").under(NEWEST),
    ])
    .await;
    let client = Client::new(json!([{ "text": "1" }, { "text": "2" }])).await;
    assert_eq!(client.send(&said, &[FIRST]).await.0, 200);
    said["messages"][0]["content"][0].as_object_mut().unwrap().remove("citations");
    assert_eq!(client.send(&said, &[NEWEST]).await.0, 200);
}
