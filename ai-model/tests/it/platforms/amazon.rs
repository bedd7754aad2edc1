//! Amazon Bedrock, and Claude Platform on AWS.

use ai_model::fakes::Fake as _;
use ai_model::fakes::clouds::{
    ACCESS_KEY_ID, BedrockFake, ClaudeOnAwsFake, REGION, SECRET_ACCESS_KEY, SESSION_TOKEN, WORKSPACE,
};
use protocol::platform::{Platform, PlatformName};
use protocol::run::RunOutcome;
use serde_json::{Value, json};

use super::{Cloud, by_connection, check, looks, refusal};
use crate::harness::Service;

type Bedrock = Cloud<BedrockFake>;

impl Bedrock {
    fn address(&self) -> String {
        format!("{}/anthropic", self.address)
    }

    fn settings(&self, more: &[&str]) -> Vec<String> {
        let usual = [
            "--anthropic-platform=bedrock".to_owned(),
            format!("--aws-region={REGION}"),
            format!("--anthropic-bedrock-mantle-base-url={}", self.address()),
        ];
        usual.into_iter().chain(more.iter().map(|it| (*it).to_owned())).collect()
    }

    fn by_api_key(&self) -> Vec<String> {
        self.settings(&["--aws-bearer-token-bedrock=test-key"])
    }

    fn signing(&self) -> Vec<String> {
        self.settings(&[
            &format!("--aws-access-key-id={ACCESS_KEY_ID}"),
            &format!("--aws-secret-access-key={SECRET_ACCESS_KEY}"),
        ])
    }
}

fn bedrock() -> Platform {
    Platform { region: Some(REGION.to_owned()), ..Platform::new(PlatformName::Bedrock) }
}

#[tokio::test]
async fn bedrock_is_asked_with_an_api_key() {
    let cloud = Bedrock::new(looks()).await;
    let outcome = cloud.run(&cloud.by_api_key()).await;
    assert_eq!((outcome.answer().as_str(), outcome.calls().len()), ("Done.", 1));
    assert_eq!(cloud.rejections(), Vec::<String>::new());
    let (uri, headers) = &cloud.fake.seen()[0];
    assert_eq!(uri.path(), "/anthropic/v1/messages");
    assert_eq!(headers["anthropic-version"], "2026-10-21");
    assert!(headers.get("x-api-key").is_none());
}

#[tokio::test]
async fn requests_to_bedrock_are_signed() {
    let cloud = Bedrock::new(looks()).await;
    assert_eq!(cloud.run(&cloud.signing()).await.answer(), "Done.");
    assert_eq!(cloud.rejections(), Vec::<String>::new());

    let session = format!("--aws-session-token={SESSION_TOKEN}");
    let cloud = Bedrock::new(looks()).await;
    let settings: Vec<String> = cloud.signing().into_iter().chain([session]).collect();
    assert_eq!(cloud.run(&settings).await.answer(), "Done.");
    assert_eq!(cloud.fake.seen()[0].1["x-amz-security-token"], SESSION_TOKEN);
}

#[tokio::test]
async fn a_wrong_key_of_aws_is_told() {
    let cloud = Bedrock::new(looks()).await;
    let wrong_secret =
        ["--aws-access-key-id=AKIAIOSFODNN7EXAMPLE", "--aws-secret-access-key=canary-of-aws-secret"];
    let wrong_id = ["--aws-access-key-id=AKIDOFANOTHER", "--aws-secret-access-key=canary-of-aws-secret"];
    for wrong in [&wrong_secret[..], &wrong_id, &["--aws-bearer-token-bedrock=canary-of-aws-secret"]] {
        let outcome = cloud.run(&cloud.settings(wrong)).await;
        assert_eq!(outcome.end().code, "api_key_refused", "{wrong:?}");
        assert!(outcome.facts().contains(r#""vendor":"bedrock""#), "{}", outcome.facts());
        assert!(!format!("{:?}", outcome.events).contains("canary"));
    }
    let secret: Value =
        json!({ "access_key_id": ACCESS_KEY_ID, "secret_access_key": "canary-of-aws-secret" });
    let model = by_connection("anthropic", bedrock(), &cloud.address(), &secret.to_string());
    let reason = check(&Service::demo().await, model).await.reason.unwrap();
    assert_eq!(reason.code, "api_key_refused");
    assert!(serde_json::to_string(&reason).unwrap().contains(r#""setting":"connection""#));
}

#[tokio::test]
async fn a_wrong_clock_is_told() {
    for clock_ahead in [3600, -3600] {
        let cloud = Bedrock::with(json!({ "cloud": { "clock_ahead": clock_ahead }, "turns": looks() })).await;
        let outcome = cloud.run(&cloud.signing()).await;
        assert_eq!(outcome.end().code, "clock_skewed", "{clock_ahead}");
        assert_eq!(outcome.retry_delays(), Vec::<u64>::new());
    }
    let near = Bedrock::with(json!({ "cloud": { "clock_ahead": 200 }, "turns": looks() })).await;
    assert_eq!(near.run(&near.signing()).await.answer(), "Done.");
}

#[tokio::test]
async fn bedrock_is_asked_again_when_it_is_busy() {
    let busy = [
        refusal(
            429,
            "ThrottlingException",
            &json!({ "message": "Too many requests, please wait before trying again." }),
        ),
        refusal(
            503,
            "ServiceUnavailableException",
            &json!({ "message": "Bedrock is unable to process your request." }),
        ),
        refusal(
            500,
            "InternalServerException",
            &json!({ "message": "The system encountered an unexpected error." }),
        ),
    ];
    let cloud = Bedrock::with(json!({ "cloud": { "refusals": busy }, "turns": looks() })).await;
    let outcome = cloud.run(&cloud.by_api_key()).await;
    assert_eq!((outcome.answer().as_str(), outcome.retry_delays().len()), ("Done.", 3));
}

#[tokio::test]
async fn what_bedrock_denies_is_told() {
    for (status, kind, code) in [
        (403, "AccessDeniedException", "permission_denied"),
        (404, "ResourceNotFoundException", "model_not_found"),
        (403, "ExpiredTokenException", "api_key_refused"),
    ] {
        let denied = refusal(status, kind, &json!({ "message": "You don't have access to the model." }));
        let cloud = Bedrock::with(json!({ "cloud": { "refusals": [denied] }, "turns": looks() })).await;
        let outcome = cloud.run(&cloud.by_api_key()).await;
        assert_eq!((outcome.end().outcome, outcome.end().code.as_str()), (RunOutcome::Failed, code));
    }
}

/// The types of the first tool of each request.
fn computers(cloud: &Bedrock) -> Vec<String> {
    let of = |body: &Value| body["tools"][0]["type"].as_str().unwrap().to_owned();
    cloud.fake.requests().iter().map(|request| of(&request.json())).collect()
}

#[tokio::test]
async fn bedrock_stays_on_the_beta_tool_and_otherwise_gets_the_toolset() {
    let cloud = Bedrock::new(looks()).await;
    cloud.run(&cloud.by_api_key()).await;
    assert_eq!(computers(&cloud), ["computer_20251124"; 2]);

    let script = json!({ "cloud": { "computer": "toolset" }, "turns": looks() });
    let cloud = Bedrock::with(script).await;
    let outcome = cloud.run(&cloud.by_api_key()).await;
    assert_eq!((outcome.answer().as_str(), outcome.retry_delays()), ("Done.", vec![]));
    let toolset = "computer_toolset_20260801";
    assert_eq!(computers(&cloud), ["computer_20251124", toolset, toolset]);
}

#[tokio::test]
async fn bedrock_knows_only_the_first_version_and_no_newest_beta() {
    let script = json!({ "only_first_version": true, "turns": looks() });
    let cloud = Bedrock::with(script).await;
    let more = [
        "--aws-bearer-token-bedrock=test-key",
        "--anthropic-fallbacks=default",
        "--anthropic-cache-diagnostics=true",
    ];
    assert_eq!(cloud.run(&cloud.settings(&more)).await.answer(), "Done.");
    let bodies = cloud.fake.requests();
    assert!(
        bodies
            .iter()
            .all(|it| it.json().get("fallbacks").is_none() && it.json().get("diagnostics").is_none())
    );
}

#[tokio::test]
async fn a_connection_to_bedrock_is_checked_and_asked() {
    let cloud = Bedrock::new(looks()).await;
    let demo = Service::demo().await;
    let key = json!({ "access_key_id": ACCESS_KEY_ID, "secret_access_key": SECRET_ACCESS_KEY }).to_string();
    let model = by_connection("anthropic", bedrock(), &cloud.address(), &key);
    let found = check(&demo, model.clone()).await;
    assert!(found.reason.is_none(), "{:?}", found.reason);
    assert!(found.models.iter().any(|model| model.id == "anthropic.claude-opus-5-5"), "{:?}", found.models);
    let chosen = Some("anthropic.claude-opus-5-5".to_owned());
    let outcome = cloud.run_by(&demo, protocol::run::ModelSettings { model: chosen, ..model }).await;
    assert_eq!(outcome.answer(), "Done.");
}

#[tokio::test]
async fn claude_platform_on_aws_is_told_its_workspace() {
    for credential in [
        vec!["--anthropic-aws-api-key=test-key".to_owned()],
        vec![
            format!("--aws-access-key-id={ACCESS_KEY_ID}"),
            format!("--aws-secret-access-key={SECRET_ACCESS_KEY}"),
        ],
    ] {
        let cloud = Cloud::<ClaudeOnAwsFake>::new(looks()).await;
        let usual = [
            "--anthropic-platform=aws".to_owned(),
            format!("--aws-default-region={REGION}"),
            format!("--anthropic-aws-workspace-id={WORKSPACE}"),
            format!("--anthropic-aws-base-url={}", cloud.address),
        ];
        let settings: Vec<String> = usual.into_iter().chain(credential).collect();
        assert_eq!(cloud.run(&settings).await.answer(), "Done.");
        assert_eq!(cloud.rejections(), Vec::<String>::new());
        assert_eq!(cloud.fake.requests()[0].json()["tools"][0]["type"], "computer_toolset_20260801");
    }
}

#[tokio::test]
async fn claude_platform_on_aws_lists_its_models_to_whoever_signs() {
    let cloud = Cloud::<ClaudeOnAwsFake>::new(json!([])).await;
    let key = json!({ "AccessKeyId": ACCESS_KEY_ID, "SecretAccessKey": SECRET_ACCESS_KEY }).to_string();
    let platform = Platform {
        region: Some(REGION.to_owned()),
        workspace: Some(WORKSPACE.to_owned()),
        ..Platform::new(PlatformName::Aws)
    };
    let found =
        check(&Service::demo().await, by_connection("anthropic", platform, &cloud.address, &key)).await;
    assert_eq!(found.models.len(), 3, "{:?}", found.reason);
}
