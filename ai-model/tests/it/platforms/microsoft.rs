//! Microsoft Foundry, and Azure OpenAI.

use ai_model::fakes::Fake as _;
use ai_model::fakes::clouds::{AzureFake, ENTRA_TOKEN, FoundryFake};
use protocol::platform::{Platform, PlatformName};
use protocol::run::ModelSettings;
use serde_json::json;

use super::{Cloud, by_connection, check, looks, refusal};
use crate::harness::Service;

type Foundry = Cloud<FoundryFake>;
type Azure = Cloud<AzureFake>;

fn foundry_settings(cloud: &Foundry, key: &str) -> [String; 3] {
    [
        "--anthropic-platform=foundry".to_owned(),
        format!("--anthropic-foundry-base-url={}/anthropic/", cloud.address),
        format!("--anthropic-foundry-api-key={key}"),
    ]
}

fn azure_settings(cloud: &Azure, more: &[&str]) -> Vec<String> {
    let usual = ["--openai-platform=azure".to_owned(), format!("--azure-openai-endpoint={}/", cloud.address)];
    usual
        .into_iter()
        .chain(more.iter().map(|it| (*it).to_owned()))
        .chain(["--ai-model-provider=openai".to_owned()])
        .collect()
}

#[tokio::test]
async fn foundry_is_asked_with_a_key_or_a_token() {
    for key in ["test-key", ENTRA_TOKEN] {
        let cloud = Foundry::new(looks()).await;
        let outcome = cloud.run(&foundry_settings(&cloud, key)).await;
        assert_eq!((outcome.answer().as_str(), outcome.calls().len()), ("Done.", 1));
        assert_eq!(cloud.rejections(), Vec::<String>::new());
        assert_eq!(cloud.fake.requests()[0].json()["tools"][0]["type"], "computer_20251124");
        let headers = &cloud.fake.seen()[0].1;
        assert_eq!(headers.contains_key("authorization"), key == ENTRA_TOKEN);
        assert_eq!(headers.contains_key("api-key"), key == "test-key");
    }
}

#[tokio::test]
async fn a_wrong_key_of_foundry_is_told() {
    let cloud = Foundry::new(looks()).await;
    let outcome = cloud.run(&foundry_settings(&cloud, "canary-of-foundry")).await;
    assert_eq!(outcome.end().code, "api_key_refused");
    assert!(outcome.facts().contains("ANTHROPIC_FOUNDRY_API_KEY"), "{}", outcome.facts());
    assert!(!format!("{:?}", outcome.events).contains("canary"));
}

#[tokio::test]
async fn foundry_is_asked_again_when_it_is_busy_and_an_unknown_deployment_is_told() {
    let busy = json!({ "error": { "code": "429", "message": "Requests have exceeded call rate limit. Please retry after 6 seconds." } });
    let script = json!({ "cloud": { "refusals": [{ "status": 429, "body": busy }] }, "turns": looks() });
    let cloud = Foundry::with(script).await;
    let outcome = cloud.run(&foundry_settings(&cloud, "test-key")).await;
    assert_eq!((outcome.answer().as_str(), outcome.retry_delays().len()), ("Done.", 1));

    let message = "The API deployment for this resource does not exist.";
    let absent = refusal(404, "", &json!({ "error": { "code": "DeploymentNotFound", "message": message } }));
    let cloud = Foundry::with(json!({ "cloud": { "refusals": [absent] }, "turns": looks() })).await;
    assert_eq!(cloud.run(&foundry_settings(&cloud, "test-key")).await.end().code, "model_not_found");
}

#[tokio::test]
async fn a_connection_to_foundry_is_checked_whatever_its_deployments_are_called() {
    let absent = refusal(
        404,
        "",
        &json!({ "error": { "code": "DeploymentNotFound", "message": "It does not exist." } }),
    );
    let cloud = Foundry::with(json!({ "cloud": { "refusals": [absent] }, "turns": [] })).await;
    let address = format!("{}/anthropic", cloud.address);
    let demo = Service::demo().await;
    let model = |key: &str| by_connection("anthropic", Platform::new(PlatformName::Foundry), &address, key);
    let found = check(&demo, model("test-key")).await;
    assert!(found.reason.is_none() && !found.models.is_empty(), "{found:?}");
    assert_eq!(check(&demo, model("wrong")).await.reason.unwrap().code, "api_key_refused");
}

#[tokio::test]
async fn azure_is_asked_at_either_kind_of_address() {
    let turns = || json!([{ "calls": [{ "member": "screenshot" }] }, { "text": "Done." }]);
    for (more, path) in [
        (vec!["--azure-openai-api-key=test-key"], "/openai/v1/responses"),
        (
            vec!["--azure-openai-api-key=test-key", "--openai-api-version=2026-08-01"],
            "/openai/responses?api-version=2026-08-01",
        ),
        (vec![&*format!("--azure-openai-ad-token={ENTRA_TOKEN}")], "/openai/v1/responses"),
    ] {
        let cloud = Azure::new(turns()).await;
        let outcome = cloud.run(&azure_settings(&cloud, &more)).await;
        assert_eq!((outcome.answer().as_str(), outcome.calls().len()), ("Done.", 1), "{more:?}");
        assert_eq!(cloud.rejections(), Vec::<String>::new());
        assert_eq!(cloud.fake.seen()[0].0.to_string(), path);
    }
}

#[tokio::test]
async fn a_wrong_key_of_azure_is_told() {
    let cloud = Azure::new(json!([])).await;
    let outcome = cloud.run(&azure_settings(&cloud, &["--azure-openai-api-key=canary-of-azure"])).await;
    assert_eq!(outcome.end().code, "api_key_refused");
    assert!(outcome.facts().contains("AZURE_OPENAI_API_KEY"), "{}", outcome.facts());
    assert!(!format!("{:?}", outcome.events).contains("canary"));
}

#[tokio::test]
async fn a_connection_to_azure_takes_the_address_of_a_deployment() {
    let cloud = Azure::new(json!([{ "text": "Done." }])).await;
    let address = format!("{}/openai/deployments/gpt-5.5/responses", cloud.address);
    let model = by_connection("openai", Platform::new(PlatformName::Azure), &address, "test-key");
    let demo = Service::demo().await;
    assert!(check(&demo, model.clone()).await.models.iter().any(|model| model.id == "gpt-5.5"));
    let outcome = cloud.run_by(&demo, ModelSettings { model: Some("gpt-5.5".into()), ..model }).await;
    assert_eq!(outcome.answer(), "Done.");
}
