//! The main use case with Claude, on a strict fake of the Messages API.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::deskhand::{Deskhand, ok};
use crate::main_job::{PROMPT, proof};
use crate::vendor::Vendor;

/// The script of the fake.
fn main_job() -> Value {
    serde_json::from_str(include_str!("../../../ai-model/tests/scripts/proof.json")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn claude_does_the_main_job() {
    let vendor = Vendor::start(main_job()).await;
    let data = tempfile::tempdir().unwrap();
    let environment =
        [("ANTHROPIC_BASE_URL", vendor.url.as_str()), ("ANTHROPIC_API_KEY", vendor.key.as_str())];
    let deskhand = Deskhand::up_with(data.path(), &environment).await;
    let token = deskhand.first_administrator().await;
    let installation = ok(deskhand.request(Method::GET, "/config").bearer_auth(&token)).await;
    assert_eq!(installation["assistant_name"], "Claude", "with a key Claude is the default");
    let chat = deskhand.chat(&token, PROMPT).await;
    let rejections: Vec<String> =
        vendor.requests().into_iter().map(|request| request.summary.rejection).collect();
    assert_eq!(chat["run"]["state"], "succeeded", "{chat} {rejections:?}");
    proof(&deskhand, &token, &chat).await;
    assert!(rejections.iter().all(String::is_empty), "{rejections:?}");
    assert!(rejections.len() > 1, "the results went back to the model");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_key_is_explained_and_never_shown() {
    const KEY: &str = "sk-ant-not-the-right-one";
    let vendor = Vendor::start(main_job()).await;
    let data = tempfile::tempdir().unwrap();
    let environment = [("ANTHROPIC_BASE_URL", vendor.url.as_str()), ("ANTHROPIC_API_KEY", KEY)];
    let deskhand = Deskhand::up_with(data.path(), &environment).await;
    let token = deskhand.first_administrator().await;
    let chat = deskhand.chat(&token, PROMPT).await;
    let run: &Value = &chat["run"];
    assert_eq!(
        (run["state"].as_str(), run["code"].as_str()),
        (Some("failed"), Some("api_key_refused")),
        "{chat}"
    );
    assert!(run["message"].as_str().unwrap().contains("Check ANTHROPIC_API_KEY"), "{run}");
    assert!(!chat.to_string().contains(KEY));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_once_as_much_is_spent_as_may_be() {
    // At any list price, a million tokens of output cost more than a dollar.
    let costly = 1_000_000;
    let vendor = Vendor::start(json!({ "turns": [
        { "text": "done", "output_tokens": 10 },
        { "calls": [{ "bash": "touch ~/one" }], "output_tokens": 10 },
        { "calls": [{ "bash": "touch ~/two" }], "output_tokens": costly },
        { "text": "not asked for" },
    ] }))
    .await;
    let data = tempfile::tempdir().unwrap();
    let environment = [
        ("ANTHROPIC_BASE_URL", vendor.url.as_str()),
        ("ANTHROPIC_API_KEY", vendor.key.as_str()),
        ("DESKHAND_DOLLARS_PER_PERSON", "1"),
    ];
    let deskhand = Deskhand::up_with(data.path(), &environment).await;
    let token = deskhand.first_administrator().await;
    let cheap = deskhand.chat(&token, "hello").await;
    assert_eq!(cheap["run"]["state"], "succeeded", "{cheap}");
    let chat = deskhand.chat(&token, "make two files").await;
    let run = &chat["run"];
    assert_eq!(
        (&run["state"], &run["code"]),
        (&json!("limit_reached"), &json!("spending_limit_reached")),
        "{run}"
    );
    assert!(run["message"].as_str().unwrap().contains("this month; the limit is $1."), "{run}");
    assert_eq!(vendor.requests().len(), 3);
    let homes = data.path().join("desktops");
    let made = |name: &str| {
        std::fs::read_dir(&homes)
            .unwrap()
            .any(|desktop| desktop.unwrap().path().join("home").join(name).exists())
    };
    assert_eq!((made("one"), made("two")), (true, false));
    let usage = ok(deskhand.request(Method::GET, "/admin/usage").bearer_auth(&token)).await;
    assert_eq!(
        (&usage["total"]["turns"], &usage["total"]["output_tokens"]),
        (&json!(3), &json!(costly + 20)),
        "{usage}"
    );
    assert_eq!(usage["people"][0]["microdollars"], usage["models"][0]["microdollars"]);
    assert!(usage["models"][0]["microdollars"].as_i64().unwrap() > 1_000_000, "{usage}");
    let path = format!("/chats/{}/history", chat["id"].as_str().unwrap());
    let again = deskhand.request(Method::POST, &path).bearer_auth(&token);
    let again = again.json(&json!({ "message": "go on" })).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_completes_the_work_may_cost_more_than_is_left() {
    let vendor = Vendor::start(json!({ "turns": [{ "text": "done", "output_tokens": 1_000_000 }] })).await;
    let data = tempfile::tempdir().unwrap();
    let environment = [
        ("ANTHROPIC_BASE_URL", vendor.url.as_str()),
        ("ANTHROPIC_API_KEY", vendor.key.as_str()),
        ("DESKHAND_DOLLARS_PER_PERSON", "1"),
    ];
    let deskhand = Deskhand::up_with(data.path(), &environment).await;
    let token = deskhand.first_administrator().await;
    let chat = deskhand.chat(&token, "hello").await;
    assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
}
