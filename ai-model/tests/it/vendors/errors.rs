//! The errors of the other vendors: the same tests for each, with each one's error format.

use std::convert::Infallible;

use ai_model::fakes::{ChatCompletionsRules, GeminiRules, OpenAiRules};
use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use futures_util::stream;
use protocol::run::RunOutcome;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::harness::{NOWHERE, Scripted, Service, Vendor, config, with_key};

fn error(status: u16, kind: &str, message: &str) -> Value {
    json!({ "error": { "status": status, "type": kind, "message": message } })
}

fn hello() -> Value {
    json!({ "text": "Grüße aus 東京." })
}

async fn expect_key_advice<V: Vendor>(expected: &str) {
    let scripted = Scripted::<V>::new(json!([hello()])).await;
    for key in ["a-wrong-key", "a\nkey"] {
        let mut request = scripted.request("hi");
        request.model = with_key(key);
        let outcome = scripted.service.run(&request).await;
        assert_eq!(outcome.end().code, "api_key_refused");
        assert!(outcome.facts().contains(expected), "{}", outcome.facts());
        assert!(!format!("{:?}", outcome.events).contains(key), "the key is exposed");
    }
    assert_eq!(scripted.requests().len(), 1);
}

#[tokio::test]
async fn a_rejected_key_tells_the_person_what_to_do() {
    expect_key_advice::<OpenAiRules>("OPENAI_API_KEY").await;
    expect_key_advice::<GeminiRules>("GEMINI_API_KEY").await;
    expect_key_advice::<ChatCompletionsRules>("OPENAI_COMPATIBLE_API_KEY").await;
}

async fn expect_model_advice<V: Vendor>(expected: &str) {
    let scripted = Scripted::<V>::with_model("oracle-9", json!([hello()])).await;
    let outcome = scripted.try_run("hi").await;
    assert_eq!(outcome.end().code, "model_not_found");
    assert!(outcome.facts().contains("oracle-9"), "{}", outcome.facts());
    assert!(outcome.facts().contains(expected), "{}", outcome.facts());
}

#[tokio::test]
async fn an_unknown_model_tells_the_person_what_to_do() {
    expect_model_advice::<OpenAiRules>("OPENAI_MODEL").await;
    expect_model_advice::<GeminiRules>("GEMINI_MODEL").await;
    expect_model_advice::<ChatCompletionsRules>("OPENAI_COMPATIBLE_MODEL").await;
}

async fn expect_no_retry<V: Vendor>(cases: &[(u16, &str, &str, &str)]) {
    for (status, kind, message, code) in cases {
        let scripted = Scripted::<V>::new(json!([error(*status, kind, message), hello()])).await;
        let outcome = scripted.run("hi").await;
        assert_eq!((outcome.end().outcome, outcome.end().code.as_str()), (RunOutcome::Failed, *code));
        assert_eq!(outcome.retry_delays(), Vec::<u64>::new(), "{code}");
    }
}

#[tokio::test]
async fn permanent_errors_are_not_retried() {
    expect_no_retry::<OpenAiRules>(&[
        (400, "", "nonsense", "request_rejected"),
        (400, "context_length_exceeded", "too long", "context_window_exceeded"),
        (403, "", "no", "permission_denied"),
        (413, "", "too large", "request_too_large"),
        (429, "insufficient_quota", "You exceeded your current quota", "spend_limit"),
    ])
    .await;
    expect_no_retry::<GeminiRules>(&[
        (400, "INVALID_ARGUMENT", "nonsense", "request_rejected"),
        (
            400,
            "INVALID_ARGUMENT",
            "The input token count (2) exceeds the maximum number of tokens allowed (1).",
            "context_window_exceeded",
        ),
        (403, "PERMISSION_DENIED", "no", "permission_denied"),
        (429, "RESOURCE_EXHAUSTED PerDay", "You exceeded your current quota", "spend_limit"),
    ])
    .await;
    expect_no_retry::<ChatCompletionsRules>(&[
        (400, "BadRequestError", "nonsense", "request_rejected"),
        (
            400,
            "BadRequestError",
            "This model's maximum context length is 8192 tokens.",
            "context_window_exceeded",
        ),
        (402, "billing", "pay", "billing"),
        (403, "forbidden", "no", "permission_denied"),
        (500, "api_error", "this model is missing data required for image input", "no_vision"),
    ])
    .await;
}

async fn expect_retry<V: Vendor>(errors: &[(u16, &str)]) {
    let mut turns: Vec<Value> = errors.iter().map(|(status, kind)| error(*status, kind, "oops")).collect();
    turns.push(hello());
    let scripted = Scripted::<V>::new(Value::Array(turns)).await;
    let outcome = scripted.run("hi").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(outcome.retry_delays().len(), errors.len());
    assert_eq!(outcome.answer(), "Grüße aus 東京.");
}

#[tokio::test]
async fn transient_errors_are_retried() {
    expect_retry::<OpenAiRules>(&[(500, "server_error"), (503, ""), (429, "rate_limit_exceeded"), (409, "")])
        .await;
    expect_retry::<GeminiRules>(&[
        (500, "INTERNAL"),
        (503, "UNAVAILABLE"),
        (429, "RESOURCE_EXHAUSTED"),
        (504, ""),
    ])
    .await;
    expect_retry::<ChatCompletionsRules>(&[(500, "x"), (503, "x"), (429, "x"), (502, "x")]).await;
}

async fn expect_limited_retries<V: Vendor>() {
    let scripted = Scripted::<V>::new(Value::Array(vec![error(503, "UNAVAILABLE", "busy"); 6])).await;
    let outcome = scripted.run("hi").await;
    assert_eq!(outcome.end().code, "overloaded");
    assert_eq!(outcome.retry_delays().len(), 4);
}

#[tokio::test]
async fn retries_are_limited() {
    expect_limited_retries::<OpenAiRules>().await;
    expect_limited_retries::<GeminiRules>().await;
    expect_limited_retries::<ChatCompletionsRules>().await;
}

#[tokio::test]
async fn retry_after_is_honoured() {
    async fn expect_delay<V: Vendor>(error: Value) {
        let outcome = Scripted::<V>::new(json!([error, hello()])).await.run("hi").await;
        assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
        assert!(outcome.retry_delays()[0] >= 200, "{:?}", outcome.retry_delays());
    }
    let in_header =
        json!({ "error": { "status": 429, "type": "x", "message": "wait", "retry_after": "0.2" } });
    expect_delay::<OpenAiRules>(in_header.clone()).await;
    expect_delay::<ChatCompletionsRules>(in_header).await;
    expect_delay::<GeminiRules>(error(429, "RESOURCE_EXHAUSTED 0.2s", "wait")).await;
}

#[tokio::test]
async fn a_retry_after_of_too_long_ends_the_run() {
    let scripted =
        Scripted::<GeminiRules>::new(json!([error(429, "RESOURCE_EXHAUSTED 3600s", "wait"), hello()])).await;
    assert_eq!(scripted.run("hi").await.end().code, "rate_limited");
}

async fn expect_recovery<V: Vendor>(faults: Value) {
    let mut turn = hello();
    turn["faults"] = faults.clone();
    let scripted = Scripted::<V>::new(json!([turn, hello()])).await;
    let outcome = scripted.run("hi").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{faults}");
    assert_eq!(outcome.answer(), "Grüße aus 東京.");
    let broken = faults.get("break_after").or_else(|| faults.get("error")).is_some();
    assert_eq!(outcome.retry_delays().len(), usize::from(broken), "{faults}");
}

#[tokio::test]
async fn streams_may_be_split_noisy_or_broken() {
    for faults in [json!({ "split": true, "noise": true }), json!({ "break_after": 2 })] {
        expect_recovery::<OpenAiRules>(faults.clone()).await;
        expect_recovery::<GeminiRules>(faults.clone()).await;
        expect_recovery::<ChatCompletionsRules>(faults).await;
    }
    expect_recovery::<OpenAiRules>(json!({ "error": "server_error", "error_after": 3 })).await;
    expect_recovery::<GeminiRules>(json!({ "error": "UNAVAILABLE", "error_after": 1 })).await;
    expect_recovery::<ChatCompletionsRules>(json!({ "error": "internal", "error_after": 2 })).await;
}

#[tokio::test]
async fn a_permanent_error_within_the_stream_ends_the_run() {
    async fn expect_end<V: Vendor>(kind: &str) {
        let mut turn = hello();
        turn["faults"] = json!({ "error": kind, "error_after": 1 });
        let outcome = Scripted::<V>::new(json!([turn])).await.run("hi").await;
        assert_eq!(outcome.end().code, "request_rejected");
    }
    expect_end::<OpenAiRules>("invalid_prompt").await;
    expect_end::<GeminiRules>("INVALID_ARGUMENT").await;
}

#[tokio::test]
async fn an_unreachable_vendor_is_reported() {
    let scripted = Scripted::<OpenAiRules>::new(json!([])).await;
    for (provider, setting) in [
        ("openai", "OPENAI_BASE_URL"),
        ("gemini", "GEMINI_BASE_URL"),
        ("openai-compatible", "OPENAI_COMPATIBLE_BASE_URL"),
    ] {
        let settings = [
            format!("--{provider}-base-url={NOWHERE}"),
            format!("--{provider}-api-key=test-key"),
            format!("--{provider}-model=some"),
        ];
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let service = Service::start(config(NOWHERE, "", &settings)).await;
        let outcome = service.run(&scripted.request("hi")).await;
        assert_eq!(outcome.end().code, "network_unreachable");
        assert!(outcome.facts().contains(setting), "{}", outcome.facts());
        assert_eq!(outcome.retry_delays().len(), 4);
    }
}

#[tokio::test]
async fn a_key_in_an_error_message_is_removed() {
    async fn expect_hidden_key<V: Vendor>(kind_in_stream: &str) {
        let message = "Your key test-key may not do this.";
        let faults = json!({ "error": kind_in_stream, "error_message": message });
        let in_stream = json!({ "text": "Well", "faults": faults });
        for turn in [error(400, "invalid", message), in_stream] {
            // A failing server is asked five times.
            let outcome = Scripted::<V>::new(json!(vec![turn; 5])).await.run("hi").await;
            assert_eq!(outcome.end().outcome, RunOutcome::Failed);
            let told = format!("{:?}", outcome.events);
            assert!(!told.contains("test-key") && told.contains("Your key"), "{told}");
        }
    }
    expect_hidden_key::<OpenAiRules>("invalid_prompt").await;
    expect_hidden_key::<GeminiRules>("INVALID_ARGUMENT").await;
    expect_hidden_key::<ChatCompletionsRules>("invalid").await;
}

/// A server of anybody's may answer with an error that has no end.
#[tokio::test]
async fn only_the_beginning_of_an_error_is_read() {
    let endless = || async {
        let body = stream::repeat_with(|| Ok::<_, Infallible>(vec![b'x'; 4 << 10]));
        (StatusCode::BAD_REQUEST, Body::from_stream(body))
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut server = JoinSet::new();
    server.spawn(axum::serve(listener, Router::new().fallback(endless)).into_future());
    let settings = [
        format!("--openai-compatible-base-url=http://{address}/v1"),
        "--openai-compatible-model=some".to_owned(),
    ];
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let service = Service::start(config(NOWHERE, "", &settings)).await;
    let mut request = Scripted::<ChatCompletionsRules>::new(json!([])).await.request("hi");
    request.model.provider = Some("openai-compatible".to_owned());
    assert_eq!(service.run(&request).await.end().code, "request_rejected");
}
