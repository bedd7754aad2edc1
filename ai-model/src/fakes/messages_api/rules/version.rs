//! The versions of the API, and what only some of them accept.

use axum::http::HeaderMap;
use serde_json::Value;

use super::{Rejection, invalid, text_of};
use crate::fakes::reading::list;
use crate::fakes::script::Script;

/// The versions, the oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Version {
    June2023,
    October2026,
}

/// The version that a request names.
pub(super) fn of(headers: &HeaderMap, script: &Script) -> Result<Version, Rejection> {
    match text_of(headers, "anthropic-version") {
        None => invalid("anthropic-version: header is required"),
        Some("2023-06-01") => Ok(Version::June2023),
        Some("2026-10-21") if !script.only_first_version => Ok(Version::October2026),
        Some(version) => invalid(format!("anthropic-version: '{version}' is not a valid version")),
    }
}

/// Checks a request by what its version accepts.
pub(super) fn check(request: &Value, version: Version) -> Result<(), Rejection> {
    if version < Version::October2026 {
        return Ok(());
    }
    if let Some(field) =
        ["temperature", "top_p", "top_k"].into_iter().find(|field| request.get(field).is_some())
    {
        return invalid(format!("{field}: Extra inputs are not permitted"));
    }
    for (index, message) in list(request, "messages").iter().enumerate() {
        for block in list(message, "content") {
            match (message["role"].as_str(), block["type"].as_str()) {
                (Some("assistant"), Some("document")) => {
                    return invalid(format!(
                        "messages.{index}.content: documents are not permitted in assistant messages"
                    ));
                }
                (Some("user"), Some("text")) if block.get("citations").is_some() => {
                    return invalid(format!(
                        "messages.{index}.content.text.citations: Extra inputs are not permitted"
                    ));
                }
                _ => {}
            }
        }
    }
    Ok(())
}
