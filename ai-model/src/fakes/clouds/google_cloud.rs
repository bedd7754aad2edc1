//! Google Cloud: Vertex AI for Claude and for Gemini, and Claude on Google Cloud.

use serde_json::{Value, json};

use super::cloud::{Asked, CloudFake, CloudRules, Passed, refusal};
use super::google::Issued;
use super::{CloudComputer, CloudRefusal, PROJECT, REGION, WORKSPACE};
use crate::fakes::reading::header_of;
use crate::fakes::{GeminiFake, MessagesApiFake};

/// A strict fake of Vertex AI for Claude.
pub type ClaudeByVertexFake = CloudFake<ClaudeByVertex>;
/// A strict fake of Vertex AI for Gemini.
pub type GeminiByVertexFake = CloudFake<GeminiByVertex>;
/// A strict fake of Claude on Google Cloud.
pub type ClaudeOnGoogleCloudFake = CloudFake<ClaudeOnGoogleCloud>;

const REMOVED: &[&str] = &["authorization"];

fn error(code: u16, status: &str, message: &str) -> CloudRefusal {
    refusal(code, None, json!({ "error": { "code": code, "message": message, "status": status } }))
}

/// The model and the method of a path of a publisher.
fn method<'a>(path: &'a str, version: &str, publisher: &str) -> Option<(&'a str, &'a str)> {
    let models = format!("/{version}/projects/{PROJECT}/locations/{REGION}/publishers/{publisher}/models/");
    path.strip_prefix(&models)?.rsplit_once(':').filter(|(model, _)| !model.contains('/'))
}

/// The rules of Vertex AI for Claude.
#[derive(Debug)]
pub struct ClaudeByVertex;

impl CloudRules for ClaudeByVertex {
    type Vendor = MessagesApiFake;
    const COMPUTER: Option<CloudComputer> = None;

    fn admit(asked: Asked<'_>, issued: &mut Issued) -> Result<Passed, CloudRefusal> {
        issued.check(asked.headers)?;
        let mut body: Value = serde_json::from_slice(asked.body).unwrap_or_default();
        let version = match body["anthropic_version"].as_str() {
            Some("vertex-2023-10-16") => "2023-06-01",
            Some("2026-10-21") => "2026-10-21",
            _ => return Err(error(400, "INVALID_ARGUMENT", "anthropic_version: Field required")),
        };
        let model = match method(asked.uri.path(), "v1", "anthropic") {
            Some(("count-tokens", "rawPredict")) if body["model"].is_string() => {
                return Ok(Passed::Answered(json!({ "input_tokens": 9 })));
            }
            Some((model, "streamRawPredict")) if body["stream"] == true => model,
            _ => return Err(error(404, "NOT_FOUND", "Publisher Model was not found.")),
        };
        if body.get("model").is_some() {
            return Err(error(400, "INVALID_ARGUMENT", "model: Extra inputs are not permitted"));
        }
        body["model"] = model.into();
        if let Some(fields) = body.as_object_mut() {
            fields.remove("anthropic_version");
        }
        Ok(Passed::On {
            path: "/v1/messages".to_owned(),
            set: vec![("x-api-key", asked.key.to_owned()), ("anthropic-version", version.to_owned())],
            removed: REMOVED,
            body: body.to_string().into(),
        })
    }
}

/// The rules of Claude on Google Cloud.
#[derive(Debug)]
pub struct ClaudeOnGoogleCloud;

impl CloudRules for ClaudeOnGoogleCloud {
    type Vendor = MessagesApiFake;
    const COMPUTER: Option<CloudComputer> = None;

    fn admit(asked: Asked<'_>, issued: &mut Issued) -> Result<Passed, CloudRefusal> {
        issued.check(asked.headers)?;
        let workspace = format!("/v1/projects/{PROJECT}/locations/global/workspaces/{WORKSPACE}/invoke");
        let path = asked.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        let Some(path) = path.strip_prefix(&workspace) else {
            return Err(error(404, "NOT_FOUND", "The workspace was not found."));
        };
        let set = vec![("x-api-key", asked.key.to_owned())];
        Ok(Passed::On { path: path.to_owned(), set, removed: REMOVED, body: asked.body.to_vec().into() })
    }
}

/// The rules of Vertex AI for Gemini.
#[derive(Debug)]
pub struct GeminiByVertex;

impl CloudRules for GeminiByVertex {
    type Vendor = GeminiFake;
    const COMPUTER: Option<CloudComputer> = None;

    fn admit(asked: Asked<'_>, issued: &mut Issued) -> Result<Passed, CloudRefusal> {
        match header_of(asked.headers, "x-goog-api-key") {
            Some(key) if key == asked.key => {}
            Some(_) => {
                let message = "API key not valid. Please pass a valid API key.";
                return Err(error(400, "INVALID_ARGUMENT", message));
            }
            None => issued.check(asked.headers)?,
        }
        let model = match method(asked.uri.path(), "v1beta1", "google") {
            Some((_, "countTokens")) => return Ok(Passed::Answered(json!({ "totalTokens": 2 }))),
            Some((model, "streamGenerateContent")) => model,
            _ => return Err(error(404, "NOT_FOUND", "Publisher Model was not found.")),
        };
        Ok(Passed::On {
            path: format!("/v1beta/models/{model}:streamGenerateContent?alt=sse"),
            set: vec![("x-goog-api-key", asked.key.to_owned())],
            removed: REMOVED,
            body: asked.body.to_vec().into(),
        })
    }
}
