//! Serves the built frontend at every path outside the API.

use axum::Extension;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::http::client::BasePath;
use crate::http::problem::ApiError;
use crate::words::BackendReason;

/// The output of `npm run build`. Debug builds read the files from the folder on each request.
#[derive(RustEmbed)]
#[folder = "../frontend/dist"]
struct Built;

/// The first segments of the paths of the frontend's pages (`frontend/src/router.tsx`).
const PAGES: [&str; 9] =
    ["", "login", "setup", "register", "password", "chats", "settings", "account", "admin"];
/// The page, which is the same for all of them.
const PAGE: &str = "index.html";
/// Encodings by preference, and the extensions of the files that the build wrote in them.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];
/// For files with a hash in their name, which never change.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// What there is without the frontend.
pub(super) const MISSING: &str = "The frontend is not built. Run `make build`.";

/// Whether the frontend is built.
pub(super) fn is_built() -> bool {
    Built::get(PAGE).is_some()
}

/// Serves a file of the frontend, or its page, whose router interprets the path.
pub(super) async fn serve(
    method: Method,
    uri: Uri,
    Extension(BasePath(base_path)): Extension<BasePath>,
    headers: HeaderMap,
) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") || path == "api" || !matches!(method, Method::GET | Method::HEAD) {
        return ApiError::not_found(BackendReason::NoRoute).into_response();
    }
    let is_page = PAGES.contains(&path.split('/').next().unwrap_or_default()) || path == PAGE;
    let caching = if path.starts_with("assets/") { IMMUTABLE } else { "no-cache" };
    if let Some(file) = file(path, &headers, caching).filter(|_| path != PAGE) {
        return file;
    }
    if !is_page && !wants_page(&headers) {
        return ApiError::not_found(BackendReason::NoRoute).into_response();
    }
    let Some(mut page) = page(&base_path, &headers) else {
        return (StatusCode::NOT_FOUND, format!("{MISSING}\n")).into_response();
    };
    if !is_page && page.status() == StatusCode::OK {
        // The page says so to a person.
        *page.status_mut() = StatusCode::NOT_FOUND;
    }
    page
}

/// The page, if the frontend is built. Its addresses are relative to the base path, and its own path may be a longer one.
fn page(base_path: &str, headers: &HeaderMap) -> Option<Response> {
    let file = Built::get(PAGE)?;
    let html = String::from_utf8_lossy(&file.data).replace("=\"./", &format!("=\"{base_path}"));
    let tag = format!("\"{}{base_path}\"", hex::encode(file.metadata.sha256_hash()));
    Some(answer(PAGE, html.into_bytes(), tag, headers, "no-cache"))
}

/// Whether the client is a browser that opens a page, and not one that loads an image or a script, or a program.
fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|accepted| accepted.as_bytes().starts_with(b"text/html"))
}

/// The path exists, but not with this method.
pub(super) async fn method_not_allowed() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, BackendReason::MethodNotAllowed)
}

/// A file of the build, if there is one, in the best encoding that the client accepts.
fn file(path: &str, headers: &HeaderMap, caching: &str) -> Option<Response> {
    let encoded = ENCODINGS.iter().filter(|(encoding, _)| accepts(headers, encoding)).find_map(
        |(encoding, extension)| Some((Built::get(&format!("{path}.{extension}"))?, Some(*encoding))),
    );
    let (file, encoding) = encoded.or_else(|| Some((Built::get(path)?, None)))?;
    let tag = format!("\"{}\"", hex::encode(file.metadata.sha256_hash()));
    let mut answer = answer(path, file.data.into_owned(), tag, headers, caching);
    if let Some(encoding) = encoding.filter(|_| answer.status() == StatusCode::OK) {
        answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(answer)
}

/// Some content, unless the client has it.
fn answer(name: &str, content: Vec<u8>, tag: String, headers: &HeaderMap, caching: &str) -> Response {
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == tag.as_str()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, mime_guess::from_path(name).first_or_octet_stream().to_string()),
        (header::CACHE_CONTROL, caching.to_owned()),
        (header::VARY, "accept-encoding".to_owned()),
        (header::ETAG, tag),
    ];
    (headers, Body::from(content)).into_response()
}

/// Whether a client accepts an encoding (RFC 9110, 12.5.3).
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, ""));
        let weight = weight.trim().trim_start_matches("q=").parse::<f32>().unwrap_or(1.0);
        name.trim().eq_ignore_ascii_case(encoding) && weight > 0.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::proxy::OWN_PATHS;

    #[test]
    fn every_page_of_the_router_is_a_page() {
        let router = include_str!("../../../frontend/src/router.tsx");
        let paths: Vec<_> =
            router.split("path: '/").skip(1).filter_map(|rest| rest.split(['/', '\'']).next()).collect();
        assert!(paths.len() > 5, "{paths:?}");
        for first in &paths {
            assert!(PAGES.contains(first), "/{first} is answered with 404");
        }
        for page in PAGES {
            assert!(paths.contains(&page), "/{page} is none of the router's");
        }
    }

    #[test]
    fn no_base_path_begins_like_a_page() {
        for page in PAGES.iter().filter(|page| !page.is_empty()) {
            assert!(OWN_PATHS.contains(page), "{page}");
        }
    }

    #[test]
    fn an_encoding_is_accepted_unless_it_is_not_named_or_refused() {
        let accepts_br = |list: &'static str| {
            accepts(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, list.parse().unwrap())]), "br")
        };
        for list in ["br", "gzip, deflate, br, zstd", "gzip;q=0.5, BR;q=0.1", "br;q=1.0"] {
            assert!(accepts_br(list), "{list}");
        }
        for list in ["", "gzip", "br;q=0", "br;q=0.0", "brotli", "*;q=0"] {
            assert!(!accepts_br(list), "{list}");
        }
        assert!(!accepts(&HeaderMap::new(), "br"));
    }
}
