//! What has to be set for a platform, and what is told if it is not.

use protocol::platform::{Platform, PlatformName};
use protocol::run::ModelSettings;
use protocol::secret::Secret;

use super::by_connection;
use crate::fake_agent::FakeAgent;
use crate::harness::{NOWHERE, SCREEN, Service, config, request, user};

/// Sets nothing that the environment of the tests may have.
const NOTHING: [&str; 12] = [
    "--aws-region=",
    "--aws-default-region=",
    "--aws-access-key-id=",
    "--aws-secret-access-key=",
    "--aws-bearer-token-bedrock=",
    "--anthropic-aws-api-key=",
    "--google-application-credentials=",
    "--google-api-key=",
    "--anthropic-foundry-resource=",
    "--anthropic-foundry-api-key=",
    "--azure-openai-endpoint=",
    "--azure-openai-api-key=",
];

#[tokio::test]
async fn the_variable_that_is_missing_is_named() {
    let agent = FakeAgent::start(SCREEN).await;
    for (settings, expected) in [
        (vec!["--anthropic-platform=bedrock"], "AWS_BEARER_TOKEN_BEDROCK"),
        (vec!["--anthropic-platform=bedrock", "--aws-access-key-id=AKIA"], "AWS_SECRET_ACCESS_KEY"),
        (vec!["--anthropic-platform=bedrock", "--aws-bearer-token-bedrock=k"], "AWS_REGION"),
        (vec!["--anthropic-platform=aws"], "ANTHROPIC_AWS_API_KEY"),
        (
            vec!["--anthropic-platform=aws", "--anthropic-aws-api-key=k", "--aws-region=us-east-1"],
            "ANTHROPIC_AWS_WORKSPACE_ID",
        ),
        (vec!["--anthropic-platform=vertex"], "GOOGLE_APPLICATION_CREDENTIALS"),
        (vec!["--anthropic-platform=foundry"], "ANTHROPIC_FOUNDRY_API_KEY"),
        (vec!["--anthropic-platform=foundry", "--anthropic-foundry-api-key=k"], "ANTHROPIC_FOUNDRY_RESOURCE"),
        (vec!["--openai-platform=azure", "--ai-model-provider=openai"], "AZURE_OPENAI_API_KEY"),
        (
            vec!["--openai-platform=azure", "--azure-openai-api-key=k", "--ai-model-provider=openai"],
            "AZURE_OPENAI_ENDPOINT",
        ),
        (
            vec!["--gemini-platform=vertex", "--google-api-key=AIza1", "--ai-model-provider=gemini"],
            "GOOGLE_CLOUD_PROJECT",
        ),
    ] {
        let all: Vec<&str> = NOTHING.into_iter().chain(settings.clone()).collect();
        let service = Service::start(config(NOWHERE, "", &all)).await;
        let outcome = service.run(&request(&agent, vec![user("hi")])).await;
        assert_eq!(outcome.end().code, "model_setting_missing", "{settings:?}");
        assert!(outcome.facts().contains(expected), "{settings:?}: {}", outcome.facts());
    }
}

#[test]
fn secrets_of_platforms_are_hidden_and_kept_out_of_the_log() {
    let settings = [
        "--aws-secret-access-key=very-secret-1",
        "--aws-session-token=very-secret-2",
        "--aws-bearer-token-bedrock=very-secret-3",
        "--anthropic-aws-api-key=very-secret-4",
        "--google-api-key=very-secret-5",
        "--anthropic-foundry-api-key=very-secret-6",
        "--azure-openai-api-key=very-secret-7",
        "--azure-openai-ad-token=very-secret-8",
    ];
    let config = config(NOWHERE, "", &settings);
    assert!(!format!("{config:?}").contains("very-secret"));
    assert_eq!(config.secrets().filter(|secret| secret.expose().starts_with("very-secret-")).count(), 8);
}

#[tokio::test]
async fn parts_of_credentials_are_redacted_once_they_were_given() {
    let demo = Service::demo().await;
    let platform = Platform { region: Some("us-east-1".into()), ..Platform::new(PlatformName::Bedrock) };
    let key = r#"{"access_key_id":"AKIAIOSFODNN7EXAMPLE","secret_access_key":"canary/of+the+secret/part"}"#;
    let agent = FakeAgent::start(SCREEN).await;
    let mut run = request(&agent, vec![user("hi")]);
    run.model = ModelSettings {
        model: Some("claude-opus-5-5".into()),
        ..by_connection("anthropic", platform, NOWHERE, key)
    };
    demo.run(&run).await;
    let line = "it said canary/of+the+secret/part";
    assert!(!redact::process().redact(line).contains("canary"));
}

#[tokio::test]
async fn a_field_leads_to_no_other_host_and_a_platform_serves_only_its_models() {
    let demo = Service::demo().await;
    let agent = FakeAgent::start(SCREEN).await;
    let run = async |provider: &str, platform: Platform| {
        let mut run = request(&agent, vec![user("hi")]);
        run.model = ModelSettings {
            provider: Some(provider.to_owned()),
            model: Some("claude-opus-5-5".into()),
            platform: Some(platform),
            api_key: Some(Secret::new("key")),
            ..ModelSettings::default()
        };
        demo.run(&run).await.end().code.clone()
    };
    for region in ["evil.example/", "us.evil", "@evil", "a/b", ""] {
        let platform = Platform { region: Some(region.into()), ..Platform::new(PlatformName::Bedrock) };
        assert_eq!(run("anthropic", platform).await, "address_missing", "{region}");
    }
    assert_eq!(run("anthropic", Platform::new(PlatformName::Azure)).await, "unknown_provider");
}
