//! Vertex AI for Claude and Gemini, and Claude on Google Cloud.

use ai_model::fakes::Fake;
use ai_model::fakes::clouds::{
    ClaudeByVertexFake, ClaudeOnGoogleCloudFake, GeminiByVertexFake, PROJECT, REGION, WORKSPACE,
    service_account,
};
use protocol::platform::{Platform, PlatformName};
use protocol::run::ModelSettings;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::{Cloud, by_connection, check, looks};
use crate::harness::Service;

type Claude = Cloud<ClaudeByVertexFake>;

/// The key file of the fake's account.
fn key_file<F: Fake>(cloud: &Cloud<F>) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), service_account(&cloud.address)).unwrap();
    file
}

fn setting(name: &str, value: impl std::fmt::Display) -> String {
    format!("--{name}={value}")
}

fn claude_settings(cloud: &Claude, file: &NamedTempFile) -> Vec<String> {
    vec![
        setting("anthropic-platform", "vertex"),
        setting("cloud-ml-region", REGION),
        setting("anthropic-vertex-project-id", PROJECT),
        setting("anthropic-vertex-base-url", &cloud.address),
        setting("google-application-credentials", file.path().display()),
    ]
}

async fn run_claude(cloud: &Claude) -> crate::harness::Outcome {
    let file = key_file(cloud);
    cloud.run(&claude_settings(cloud, &file)).await
}

fn vertex() -> Platform {
    let (region, project) = (Some(REGION.to_owned()), Some(PROJECT.to_owned()));
    Platform { region, project, ..Platform::new(PlatformName::Vertex) }
}

#[tokio::test]
async fn claude_on_vertex_is_asked_with_a_token_of_a_service_account() {
    let cloud = Claude::new(looks()).await;
    let outcome = run_claude(&cloud).await;
    assert_eq!((outcome.answer().as_str(), outcome.calls().len()), ("Done.", 1));
    assert_eq!((cloud.rejections(), cloud.fake.tokens()), (vec![], 1));
    let (uri, headers) = &cloud.fake.seen()[1];
    let path = format!(
        "/v1/projects/{PROJECT}/locations/{REGION}/publishers/anthropic/models/claude-opus-5-5:streamRawPredict"
    );
    assert_eq!((uri.path(), headers.get("anthropic-version")), (path.as_str(), None));
    // Google Cloud takes the toolset.
    assert_eq!(cloud.fake.requests()[0].json()["tools"][0]["type"], "computer_toolset_20260801");
}

#[tokio::test]
async fn an_expired_token_is_replaced_once() {
    let script = json!({ "cloud": { "token_uses": 1 }, "turns": looks() });
    let cloud = Claude::with(script).await;
    let outcome = run_claude(&cloud).await;
    assert_eq!((outcome.answer().as_str(), outcome.retry_delays()), ("Done.", vec![]));
    assert_eq!((cloud.fake.tokens(), cloud.rejections().len()), (2, 1));

    let never = Claude::with(json!({ "cloud": { "token_uses": 0 }, "turns": looks() })).await;
    assert_eq!(run_claude(&never).await.end().code, "api_key_refused");
    assert_eq!((never.fake.tokens(), never.rejections().len()), (2, 2));
}

#[tokio::test]
async fn a_token_is_replaced_before_it_expires() {
    let cloud = Claude::with(json!({ "cloud": { "token_seconds": 200 }, "turns": looks() })).await;
    assert_eq!(run_claude(&cloud).await.answer(), "Done.");
    assert_eq!((cloud.fake.tokens(), cloud.rejections()), (2, vec![]));
}

#[tokio::test]
async fn a_wrong_clock_is_told() {
    for clock_ahead in [7200, -7200] {
        let cloud = Claude::with(json!({ "cloud": { "clock_ahead": clock_ahead }, "turns": looks() })).await;
        assert_eq!(run_claude(&cloud).await.end().code, "clock_skewed", "{clock_ahead}");
    }
}

#[tokio::test]
async fn a_wrong_account_is_told_and_its_key_is_not() {
    let cloud = Claude::new(looks()).await;
    let mut account: Value = serde_json::from_str(&service_account(&cloud.address)).unwrap();
    account["client_email"] = "another@desk-project.iam.gserviceaccount.com".into();
    let demo = Service::demo().await;
    let model = by_connection("anthropic", vertex(), &cloud.address, &account.to_string());
    let reason = check(&demo, model.clone()).await.reason.unwrap();
    assert_eq!(reason.code, "api_key_refused");
    let outcome = cloud.run_by(&demo, ModelSettings { model: Some("claude-opus-5-5".into()), ..model }).await;
    let key = account["private_key"].as_str().unwrap().lines().nth(3).unwrap().to_owned();
    assert_eq!(outcome.end().code, "api_key_refused");
    assert!(!format!("{:?}", outcome.events).contains(&key));

    let no_account = by_connection("anthropic", vertex(), &cloud.address, r#"{"type":"authorized_user"}"#);
    assert_eq!(check(&demo, no_account).await.reason.unwrap().code, "model_credentials_unreadable");
}

#[tokio::test]
async fn vertex_is_asked_again_when_it_is_busy() {
    let busy = |code: u16, status: &str| {
        let error = json!({ "code": code, "message": "Resource exhausted. Please try again later.", "status": status });
        json!({ "status": code, "body": [{ "error": error }] })
    };
    let refusals = [busy(429, "RESOURCE_EXHAUSTED"), busy(503, "UNAVAILABLE")];
    let cloud = Claude::with(json!({ "cloud": { "refusals": refusals }, "turns": looks() })).await;
    let outcome = run_claude(&cloud).await;
    assert_eq!((outcome.answer().as_str(), outcome.retry_delays().len()), ("Done.", 2));
}

#[tokio::test]
async fn vertex_that_knows_no_toolset_gets_the_beta_tool() {
    let cloud = Claude::with(json!({ "cloud": { "computer": "beta" }, "turns": looks() })).await;
    assert_eq!(run_claude(&cloud).await.answer(), "Done.");
    let tool = |number: usize| cloud.fake.requests()[number].json()["tools"][0]["type"].clone();
    assert_eq!((tool(0), tool(1)), ("computer_toolset_20260801".into(), "computer_20251124".into()));
}

#[tokio::test]
async fn a_connection_to_vertex_is_checked_and_asked() {
    let cloud = Claude::new(looks()).await;
    let demo = Service::demo().await;
    // The account tells its project.
    let platform = Platform { project: None, ..vertex() };
    let model = by_connection("anthropic", platform, &cloud.address, &service_account(&cloud.address));
    let found = check(&demo, model.clone()).await;
    assert!(found.models.iter().any(|model| model.id == "claude-opus-5-5"), "{found:?}");
    let model = ModelSettings { model: Some("claude-opus-5-5".into()), ..model };
    assert_eq!(cloud.run_by(&demo, model.clone()).await.answer(), "Done.");
    assert_eq!(cloud.fake.tokens(), 1, "one account, one token");
    let other = ModelSettings { model: Some("../../../../../x".into()), ..model };
    assert_eq!(cloud.run_by(&demo, other).await.end().code, "model_not_found");
}

#[tokio::test]
async fn the_content_of_a_key_file_may_be_given_in_its_place() {
    let cloud = Claude::new(looks()).await;
    let file = key_file(&cloud);
    let mut settings = claude_settings(&cloud, &file);
    settings.push(setting("google-application-credentials", service_account(&cloud.address)));
    assert_eq!(cloud.run(&settings).await.answer(), "Done.");
}

#[tokio::test]
async fn claude_on_google_cloud_is_asked_in_its_workspace() {
    let cloud = Cloud::<ClaudeOnGoogleCloudFake>::new(looks()).await;
    let file = key_file(&cloud);
    let workspace = format!("/v1/projects/{PROJECT}/locations/global/workspaces/{WORKSPACE}/invoke");
    let settings = [
        setting("anthropic-platform", "google-cloud"),
        setting("anthropic-google-cloud-workspace-id", WORKSPACE),
        setting("anthropic-google-cloud-base-url", format!("{}{workspace}", cloud.address)),
        setting("google-application-credentials", file.path().display()),
    ];
    assert_eq!(cloud.run(&settings).await.answer(), "Done.");
    assert_eq!(cloud.rejections(), Vec::<String>::new());
}

#[tokio::test]
async fn gemini_on_vertex_is_asked_with_an_account_or_a_key() {
    let turns = || json!([{ "calls": [{ "member": "take_screenshot" }] }, { "text": "Done." }]);
    let demo = Service::demo().await;
    for with_account in [true, false] {
        let cloud = Cloud::<GeminiByVertexFake>::new(turns()).await;
        let credential =
            if with_account { service_account(&cloud.address) } else { "AIza-of-vertex".to_owned() };
        let cloud = if with_account {
            cloud
        } else {
            Cloud::<GeminiByVertexFake>::with(json!({ "api_key": credential, "turns": turns() })).await
        };
        let credential = if with_account { service_account(&cloud.address) } else { credential };
        let model = by_connection("gemini", vertex(), &cloud.address, &credential);
        let found = check(&demo, model.clone()).await;
        assert!(found.models.iter().any(|model| model.id == "gemini-3.5-flash"), "{found:?}");
        let outcome =
            cloud.run_by(&demo, ModelSettings { model: Some("gemini-3.5-flash".into()), ..model }).await;
        assert_eq!((outcome.answer().as_str(), outcome.calls().len()), ("Done.", 1));
        assert_eq!((cloud.rejections(), cloud.fake.tokens()), (vec![], usize::from(with_account)));
    }
}

#[tokio::test]
async fn a_wrong_key_of_gemini_on_vertex_is_told() {
    let cloud = Cloud::<GeminiByVertexFake>::new(json!([])).await;
    let model = by_connection("gemini", vertex(), &cloud.address, "AIza-canary-of-vertex");
    let reason = check(&Service::demo().await, model).await.reason.unwrap();
    assert_eq!(reason.code, "api_key_refused");
}
