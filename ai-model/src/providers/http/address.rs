//! Addresses of APIs. People give them in many forms: with or without the version, with the whole path of a request, or with
//! that of a neighbouring API.

use url::Url;

use crate::providers::shared::learned::Learned;
use crate::providers::shared::vendor::ApiPaths;

/// Which of its candidates an address turned out to be, by the vendor's id and the address.
pub type LearnedAddresses = Learned<(&'static str, Url), usize>;

/// The URLs that a request to `path` may have to be sent to, the likeliest first; at least one.
pub(crate) fn candidates(base: &Url, api: &ApiPaths, path: &str) -> Vec<Url> {
    let base = with_scheme(base);
    let mut urls: Vec<Url> = Vec::new();
    for root in roots(base.path(), api) {
        let mut url = base.clone();
        url.set_path(&[root.as_str(), path].join("/"));
        url.set_fragment(None);
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    urls
}

/// `localhost:11434` parses as an address whose scheme is `localhost`.
fn with_scheme(base: &Url) -> Url {
    let completed = base.cannot_be_a_base().then(|| format!("http://{base}").parse().ok());
    completed.flatten().unwrap_or_else(|| base.clone())
}

/// The paths that the API may be below, the likeliest first.
fn roots(path: &str, api: &ApiPaths) -> Vec<String> {
    let mut given: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    // A method of a model, such as `models/gemini-3.5-flash:generateContent`.
    if given.last().is_some_and(|last| last.contains(':')) {
        given.pop();
    }
    let end = api.ends.iter().position(|end| given.ends_with(&end.split('/').collect::<Vec<_>>()));
    let parts = end.and_then(|end| api.ends.get(end)).map_or(0, |end| end.split('/').count());
    given.truncate(given.len() - parts);
    let plain = given.join("/");
    let versioned = [given.as_slice(), &[api.version]].concat().join("/");
    match given.split_last() {
        Some((last, before)) if is_version(last) => {
            if api.is_always_versioned {
                vec![plain]
            } else {
                vec![plain, before.join("/")]
            }
        }
        _ if api.is_always_versioned => vec![versioned],
        // Ollama has an API of its own there, and this one beside it.
        Some((&"api", before)) => {
            vec![plain, versioned, [before, &[api.version]].concat().join("/")]
        }
        None if end != Some(0) => vec![versioned, plain],
        _ => vec![plain, versioned],
    }
}

fn is_version(segment: &str) -> bool {
    let rest = segment.strip_prefix('v').unwrap_or_default();
    rest.starts_with(|c: char| c.is_ascii_digit()) && rest.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Whether a server says that it has no such path. What is said about a model is something else.
pub(crate) fn is_unknown_path(status: u16, message: &str) -> bool {
    let words = message.to_lowercase();
    let words = words.trim().trim_end_matches(['.', '!']);
    let known = ["not found", "404 page not found", "file not found", "resource not found", "404 not found"];
    match status {
        405 => true,
        404 if words.is_empty() || known.contains(&words) => true,
        200 | 404 => UNKNOWN_PATH.iter().any(|phrase| words.contains(phrase)),
        _ => false,
    }
}

const UNKNOWN_PATH: [&str; 7] = [
    "unexpected endpoint or method",
    "invalid url (",
    "unrecognized request url",
    "unknown request url",
    "no route matched",
    "no routes matched",
    "cannot post /",
];

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: ApiPaths = ApiPaths {
        version: "v1",
        is_always_versioned: false,
        ends: &["chat/completions", "responses", "api/chat"],
    };
    const GEMINI: ApiPaths = ApiPaths { version: "v1beta", is_always_versioned: true, ends: &["models"] };

    fn paths(base: &str, api: &ApiPaths, path: &str) -> Vec<String> {
        let urls = candidates(&base.parse().unwrap(), api, path);
        urls.iter().map(|url| url.as_str().trim_start_matches("http://host").to_owned()).collect()
    }

    #[test]
    fn every_form_of_an_address_is_understood() {
        let (v1, plain) = ("/v1/chat/completions", "/chat/completions");
        for (base, expected) in [
            ("http://host", vec![v1, plain]),
            ("http://host/", vec![v1, plain]),
            ("http://host/v1", vec![v1, plain]),
            ("http://host/v1//", vec![v1, plain]),
            ("http://host/v1/chat/completions", vec![v1, plain]),
            ("http://host/v1/chat/completions/", vec![v1, plain]),
            ("http://host/v1/responses", vec![v1, plain]),
            ("http://host/chat/completions", vec![plain, v1]),
            ("http://host/api/chat", vec![v1, plain]),
            ("http://host/api", vec!["/api/chat/completions", "/api/v1/chat/completions", v1]),
            ("http://host/api/v4", vec!["/api/v4/chat/completions", "/api/chat/completions"]),
            (
                "http://host/v1beta/openai",
                vec!["/v1beta/openai/chat/completions", "/v1beta/openai/v1/chat/completions"],
            ),
            (
                "http://host/models?api-version=1#top",
                vec!["/models/chat/completions?api-version=1", "/models/v1/chat/completions?api-version=1"],
            ),
            (
                "localhost:11434",
                vec!["http://localhost:11434/v1/chat/completions", "http://localhost:11434/chat/completions"],
            ),
        ] {
            assert_eq!(paths(base, &CHAT, "chat/completions"), expected, "{base}");
        }
        let path = "models/g:streamGenerateContent";
        for base in ["http://host", "http://host/v1beta/", "http://host/v1beta/models/x:generateContent"] {
            assert_eq!(paths(base, &GEMINI, path), ["/v1beta/models/g:streamGenerateContent"], "{base}");
        }
        assert_eq!(paths("http://host/v1", &GEMINI, path), ["/v1/models/g:streamGenerateContent"]);
    }

    #[test]
    fn an_unknown_path_is_no_unknown_model() {
        for (status, message) in [
            (404, "404 page not found"),
            (404, "Not Found"),
            (404, "Invalid URL (POST /responses)"),
            (404, ""),
            (405, "anything"),
            (200, "Unexpected endpoint or method. (POST /chat/completions)"),
        ] {
            assert!(is_unknown_path(status, message), "{status} {message}");
        }
        for (status, message) in [
            (404, "model \"qwen\" not found, try pulling it first"),
            (404, "The API deployment for this resource does not exist."),
            (404, "No endpoints found that support image input"),
            (400, "Not Found"),
            (200, "not found"),
        ] {
            assert!(!is_unknown_path(status, message), "{status} {message}");
        }
    }
}
