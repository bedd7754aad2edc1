//! Amazon's clouds.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::cloud::{Asked, CloudFake, CloudRules, Passed, refusal};
use super::google::Issued;
use super::{CloudComputer, CloudRefusal, WORKSPACE, sigv4};
use crate::fakes::MessagesApiFake;
use crate::fakes::reading::header_of;

/// A strict fake of Amazon Bedrock.
pub type BedrockFake = CloudFake<Bedrock>;
/// A strict fake of Claude Platform on AWS.
pub type ClaudeOnAwsFake = CloudFake<ClaudeOnAws>;

const REMOVED: &[&str] = &["authorization"];

/// The rules of Amazon Bedrock.
#[derive(Debug)]
pub struct Bedrock;

impl CloudRules for Bedrock {
    type Vendor = MessagesApiFake;
    const COMPUTER: Option<CloudComputer> = Some(CloudComputer::Beta);

    fn admit(asked: Asked<'_>, _: &mut Issued) -> Result<Passed, CloudRefusal> {
        let path = asked.uri.path().strip_prefix("/anthropic/v1/").unwrap_or_default();
        if !matches!(path, "messages" | "messages/count_tokens") || asked.method != "POST" {
            return Err(unknown_operation());
        }
        check_caller(asked, "bedrock-mantle")?;
        let mut body: Value = serde_json::from_slice(asked.body).unwrap_or_default();
        let model = body["model"].as_str().unwrap_or_default().to_owned();
        let Some(plain) = model.strip_prefix("anthropic.") else {
            let message = format!("The model '{model}' does not exist");
            let error = json!({ "type": "not_found_error", "message": message });
            return Err(refusal(404, None, json!({ "type": "error", "error": error })));
        };
        if path == "messages/count_tokens" {
            return Ok(Passed::Answered(json!({ "input_tokens": 9 })));
        }
        body["model"] = plain.into();
        Ok(Passed::On {
            path: "/v1/messages".to_owned(),
            set: vec![("x-api-key", asked.key.to_owned())],
            removed: REMOVED,
            body: body.to_string().into(),
        })
    }
}

/// The rules of Claude Platform on AWS.
#[derive(Debug)]
pub struct ClaudeOnAws;

impl CloudRules for ClaudeOnAws {
    type Vendor = MessagesApiFake;
    const COMPUTER: Option<CloudComputer> = None;

    fn admit(asked: Asked<'_>, _: &mut Issued) -> Result<Passed, CloudRefusal> {
        check_caller(asked, "aws-external-anthropic")?;
        if header_of(asked.headers, "anthropic-workspace-id") != Some(WORKSPACE) {
            let error =
                json!({ "type": "invalid_request_error", "message": "anthropic-workspace-id: not found" });
            return Err(refusal(400, None, json!({ "type": "error", "error": error })));
        }
        let path = asked.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        let set = vec![("x-api-key", asked.key.to_owned())];
        Ok(Passed::On { path, set, removed: REMOVED, body: asked.body.to_vec().into() })
    }
}

fn unknown_operation() -> CloudRefusal {
    refusal(404, Some("UnknownOperationException"), json!({ "message": "no route matched" }))
}

/// An API key, or a signature.
fn check_caller(asked: Asked<'_>, service: &str) -> Result<(), CloudRefusal> {
    if is_bearer(asked.headers, asked.key) {
        return Ok(());
    }
    if header_of(asked.headers, "authorization").is_some_and(|value| value.starts_with("Bearer ")) {
        let body = json!({ "message": "Authentication failed: Please make sure your API Key is valid." });
        return Err(refusal(403, Some("UnrecognizedClientException"), body));
    }
    sigv4::check(asked, service)
}

fn is_bearer(headers: &HeaderMap, key: &str) -> bool {
    header_of(headers, "authorization").and_then(|value| value.strip_prefix("Bearer ")) == Some(key)
}
