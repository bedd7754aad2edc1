//! The header `Accept` (RFC 9110, 12.5.1), as far as it decides between JSON and a file's bytes.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT;
use axum::http::request::Parts;

/// Whether the client names JSON among the media types that it accepts. `*/*` names nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamesJson(pub bool);

impl<S: Sync> FromRequestParts<S> for NamesJson {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let headers = parts.headers.get_all(ACCEPT).iter().filter_map(|header| header.to_str().ok());
        Ok(Self(headers.flat_map(|header| header.split(',')).any(is_json)))
    }
}

/// Whether a media range is that of JSON, and not refused by a weight of zero.
fn is_json(range: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let named = parts.next().is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/json"));
    let is_refused = |parameter: &str| {
        let weight = parameter.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
        weight.is_some_and(|(_, weight)| weight.trim().parse() == Ok(0.0))
    };
    named && !parts.any(is_refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_to_be_named() {
        for json in ["application/json", " Application/JSON ; charset=utf-8", "application/json;q=0.5"] {
            assert!(is_json(json), "{json}");
        }
        for other in
            ["*/*", "application/*", "text/plain", "", "application/json;q=0", "application/json; Q=0.000"]
        {
            assert!(!is_json(other), "{other}");
        }
    }
}
