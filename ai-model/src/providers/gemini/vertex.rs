//! What is different where Vertex AI serves Gemini: the paths, and that models are not listed.

use protocol::models::ModelFacts;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::IgnoredAny;
use serde_json::json;

use super::Gemini;
use super::models;
use super::settings::DEFAULT_MODEL;
use crate::providers::ModelError;
use crate::providers::http::document::document;

impl Gemini {
    /// The path of a model's method.
    pub(super) fn path(&self, model: &str, method: &str) -> String {
        let call = format!("models/{model}:{method}");
        let Some(platform) = &self.platform else { return call };
        let project = platform.project.as_deref().unwrap_or_default();
        let region = platform.region.as_deref().unwrap_or_default();
        format!("projects/{project}/locations/{region}/publishers/google/{call}")
    }

    /// The known models, once Vertex AI has taken the credential. Counting tokens costs nothing.
    pub(super) async fn known_if_reached(&self) -> Result<Vec<ModelFacts>, ModelError> {
        let endpoint = &self.endpoint;
        let model = if self.model.is_empty() { DEFAULT_MODEL } else { &self.model };
        let body = json!({ "contents": [{ "role": "user", "parts": [{ "text": "Hello." }] }] });
        let request = || {
            let url = endpoint.url(&self.path(model, "countTokens"));
            endpoint.with_key(endpoint.http.post(url).json(&body), "x-goog-api-key", "")
        };
        let refused =
            |status: StatusCode, headers: &HeaderMap, body: &str| self.refused(status, headers, body);
        let counted: Result<IgnoredAny, ModelError> = document(endpoint, request, refused).await;
        match counted {
            // Whoever is told that a model is not there has been let in.
            Ok(_) | Err(ModelError::ModelNotFound { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(models::names().map(|name| models::facts(name.to_owned(), None, None)).collect())
    }
}
