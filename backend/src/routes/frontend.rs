//! Serves the built frontend at every path outside the API.

use axum::body::Body;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::http::problem::ApiError;

/// The output of `npm run build`. Debug builds read the files from the folder on each request.
#[derive(RustEmbed)]
#[folder = "../frontend/dist"]
struct Built;

/// The first segments of the paths of the frontend's pages (`frontend/src/router.tsx`).
const PAGES: [&str; 5] = ["", "login", "setup", "chats", "settings"];
/// For files with a hash in their name, which never change.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Serves a file of the frontend, or its page, whose router interprets the path.
pub(super) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") || path == "api" || !matches!(method, Method::GET | Method::HEAD) {
        return ApiError::NoRoute.into_response();
    }
    if let Some(file) = Built::get(path) {
        let caching = if path.starts_with("assets/") { IMMUTABLE } else { "no-cache" };
        return respond(&file, &headers, caching);
    }
    let first = path.split('/').next().unwrap_or_default();
    if !PAGES.contains(&first) && !wants_page(&headers) {
        return ApiError::NoRoute.into_response();
    }
    let Some(page) = Built::get("index.html") else {
        return (StatusCode::NOT_FOUND, "The frontend is not built. Run `make build`.\n").into_response();
    };
    let mut response = respond(&page, &headers, "no-cache");
    if !PAGES.contains(&first) {
        // The page says so to a person.
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// Whether the client is a browser that opens a page, and not one that loads an image or a script, or a program.
fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|accepted| accepted.as_bytes().starts_with(b"text/html"))
}

/// The path exists, but not with this method.
pub(super) async fn method_not_allowed() -> ApiError {
    ApiError::MethodNotAllowed
}

fn respond(file: &rust_embed::EmbeddedFile, headers: &HeaderMap, caching: &str) -> Response {
    let tag = format!("\"{}\"", hex::encode(file.metadata.sha256_hash()));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == tag.as_str()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, file.metadata.mimetype().to_owned()),
        (header::CACHE_CONTROL, caching.to_owned()),
        (header::ETAG, tag),
    ];
    (headers, Body::from(file.data.to_vec())).into_response()
}
