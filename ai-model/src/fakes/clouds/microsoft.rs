//! Microsoft's clouds.

use serde_json::json;

use super::cloud::{Asked, CloudFake, CloudRules, Passed, refusal};
use super::google::Issued;
use super::{CloudComputer, CloudRefusal};
use crate::fakes::reading::header_of;
use crate::fakes::{MessagesApiFake, OpenAiFake};

/// A strict fake of Microsoft Foundry.
pub type FoundryFake = CloudFake<Foundry>;
/// A strict fake of Azure OpenAI.
pub type AzureFake = CloudFake<Azure>;

/// The only accepted token of Entra.
pub const ENTRA_TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJhdWQiOiJmYWtlIn0.c2lnbmF0dXJlLW9mLWVudHJh";

/// The rules of Microsoft Foundry.
#[derive(Debug)]
pub struct Foundry;

impl CloudRules for Foundry {
    type Vendor = MessagesApiFake;
    const COMPUTER: Option<CloudComputer> = Some(CloudComputer::Beta);

    fn admit(asked: Asked<'_>, _: &mut Issued) -> Result<Passed, CloudRefusal> {
        check_caller(asked, &["x-api-key", "api-key"])?;
        match asked.uri.path() {
            "/anthropic/v1/messages" => Ok(Passed::On {
                path: "/v1/messages".to_owned(),
                set: vec![("x-api-key", asked.key.to_owned())],
                removed: &["authorization", "api-key"],
                body: asked.body.to_vec().into(),
            }),
            "/anthropic/v1/messages/count_tokens" => Ok(Passed::Answered(json!({ "input_tokens": 9 }))),
            _ => Err(unknown()),
        }
    }
}

/// The rules of Azure OpenAI.
#[derive(Debug)]
pub struct Azure;

impl CloudRules for Azure {
    type Vendor = OpenAiFake;
    const COMPUTER: Option<CloudComputer> = None;

    fn admit(asked: Asked<'_>, _: &mut Issued) -> Result<Passed, CloudRefusal> {
        check_caller(asked, &["api-key"])?;
        let path = asked.uri.path().strip_prefix("/openai").unwrap_or_default();
        let is_dated = asked.uri.query() == Some("api-version=2026-08-01");
        let path = match path.strip_prefix("/v1") {
            Some(undated) if asked.uri.query().is_none() => undated,
            None if is_dated => path,
            _ => return Err(unknown()),
        };
        Ok(Passed::On {
            path: format!("/v1{path}"),
            set: vec![("authorization", format!("Bearer {}", asked.key))],
            removed: &["api-key"],
            body: asked.body.to_vec().into(),
        })
    }
}

fn unknown() -> CloudRefusal {
    refusal(404, None, json!({ "error": { "code": "404", "message": "Resource not found" } }))
}

/// A key in all of these headers, or a token.
fn check_caller(asked: Asked<'_>, headers: &[&str]) -> Result<(), CloudRefusal> {
    let token = header_of(asked.headers, "authorization").and_then(|value| value.strip_prefix("Bearer "));
    let has_key = headers.iter().all(|name| header_of(asked.headers, name) == Some(asked.key));
    if has_key || token == Some(ENTRA_TOKEN) {
        return Ok(());
    }
    let message = "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.";
    Err(refusal(401, None, json!({ "error": { "code": "401", "message": message } })))
}
