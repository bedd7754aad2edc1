//! Classifies responses with an error status, also those of whatever answers in place of an API.

use reqwest::Response;
use reqwest::header::HeaderMap;

use super::address::is_unknown_path;
use super::failure::Failure;
use super::page;
use super::whole_answer::{is_page, said};
use crate::providers::Endpoint;

/// As much of an error response is read, in bytes.
const LONGEST_ERROR: usize = 64 << 10;

/// What a response with an error status means. `refused` classifies what the API itself says.
pub(crate) async fn rejection(
    endpoint: &Endpoint,
    response: Response,
    refused: impl FnOnce(&HeaderMap, &str) -> Failure,
) -> Failure {
    let (status, url, headers) = (response.status(), response.url().clone(), response.headers().clone());
    let body = beginning(response).await;
    let title = (is_page(&headers) || body.trim_start().starts_with('<'))
        .then(|| page::title(&body).unwrap_or_else(|| status.to_string()));
    // Gateways in front of an API have pages of their own for what passes.
    let passes = status.is_server_error() || matches!(status.as_u16(), 408 | 429);
    match title {
        Some(title) if passes => refused(&headers, &title),
        Some(title) => Failure::not_a_model_api(endpoint, &url, &title),
        None if status.is_redirection() => Failure::not_a_model_api(endpoint, &url, &status.to_string()),
        None if is_unknown_path(status.as_u16(), &said(&body)) => {
            Failure::not_a_model_api(endpoint, &url, &said(&body))
        }
        None => refused(&headers, &body),
    }
}

/// The beginning of an error response; a server of anybody's may send any amount.
async fn beginning(mut response: Response) -> String {
    let mut body = Vec::new();
    while body.len() < LONGEST_ERROR
        && let Ok(Some(piece)) = response.chunk().await
    {
        body.extend_from_slice(&piece);
    }
    body.truncate(LONGEST_ERROR);
    String::from_utf8_lossy(&body).into_owned()
}
