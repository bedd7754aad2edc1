//! Anthropic's news.

use ai_model::fakes::RecordedRequest;
use serde_json::{Value, json};

use crate::harness::{Claude, SCREEN};

/// The versions of the API that the requests named.
fn versions(requests: &[RecordedRequest]) -> Vec<&str> {
    requests.iter().map(|request| request.headers["anthropic-version"].to_str().unwrap()).collect()
}

fn looks() -> Value {
    json!({ "calls": [{ "member": "screenshot" }] })
}

#[tokio::test]
async fn the_api_version_of_october_2026_is_sent() {
    let scripted = Claude::new(json!([looks(), { "text": "Done." }])).await;
    assert_eq!(scripted.run("look").await.answer(), "Done.");
    assert_eq!(versions(&scripted.requests()), ["2026-10-21"; 2]);
    let body = scripted.sent(1);
    assert!(["temperature", "top_p", "top_k"].into_iter().all(|field| body.get(field).is_none()));
}

#[tokio::test]
async fn a_server_that_knows_only_the_first_version_gets_it_and_is_remembered() {
    let script = json!({ "only_first_version": true, "turns": [looks(), { "text": "Done." }, { "text": "Again." }] });
    let scripted = Claude::with(&script, SCREEN, &[]).await;
    let outcome = scripted.try_run("look").await;
    assert_eq!((outcome.answer().as_str(), outcome.retry_delays()), ("Done.", vec![]));
    assert_eq!(scripted.try_run("hi").await.answer(), "Again.");
    let requests = scripted.requests();
    assert_eq!(versions(&requests), ["2026-10-21", "2023-06-01", "2023-06-01", "2023-06-01"]);
    assert!(requests[0].summary.rejection.contains("anthropic-version"));
}
