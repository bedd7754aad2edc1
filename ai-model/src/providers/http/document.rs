//! Asks for a JSON document, such as a list of models.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::failure::{Failure, Remedy};
use super::rejection::rejection;
use crate::providers::{Endpoint, ModelError};

/// The largest document, in bytes.
const LONGEST: usize = 8 << 20;
/// How long a document may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Asks for a document, once for each form that the server's address may have, and again with what a refusal has changed.
pub(crate) async fn document<T: DeserializeOwned>(
    endpoint: &Endpoint,
    request: impl Fn() -> Result<RequestBuilder, ModelError>,
    refused: impl Fn(StatusCode, &HeaderMap, &str) -> Failure,
) -> Result<T, ModelError> {
    let mut tried = 1;
    loop {
        let address = endpoint.address();
        let found = timeout(TIMEOUT, once(endpoint, &request, &refused)).await;
        let failure = match found.unwrap_or_else(|_| Err(Failure::silent(endpoint))) {
            Ok(document) => return Ok(document),
            Err(failure) => failure,
        };
        if failure.remedy == Remedy::Immediately {
            continue;
        }
        if failure.remedy != Remedy::OtherAddress || endpoint.pass_over(address) <= tried {
            return Err(endpoint.explain(failure.error));
        }
        tried += 1;
    }
}

async fn once<T: DeserializeOwned>(
    endpoint: &Endpoint,
    request: impl Fn() -> Result<RequestBuilder, ModelError>,
    refused: impl Fn(StatusCode, &HeaderMap, &str) -> Failure,
) -> Result<T, Failure> {
    endpoint.prepare().await?;
    let request = request().map_err(|error| Failure::new(error, Remedy::None))?;
    let response = endpoint.send(request).await;
    let mut response = response.map_err(|error| Failure::network(endpoint, &error))?;
    let status = response.status();
    if !status.is_success() {
        let mut failure = rejection(endpoint, response, |headers, body| refused(status, headers, body)).await;
        if status == StatusCode::UNAUTHORIZED && endpoint.renew() {
            failure.remedy = Remedy::Immediately;
        }
        return Err(failure);
    }
    endpoint.accepted();
    let url = response.url().clone();
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|_| Failure::broken_stream())? {
        body.extend_from_slice(&piece);
        if body.len() > LONGEST {
            return Err(Failure::broken_stream());
        }
    }
    let text = || String::from_utf8_lossy(&body).into_owned();
    serde_json::from_slice(&body).map_err(|_| Failure::not_a_model_api(endpoint, &url, &title_of(&text())))
}

/// What a body says that is no such document.
fn title_of(body: &str) -> String {
    super::page::title(body).unwrap_or_else(|| super::whole_answer::said(body))
}
