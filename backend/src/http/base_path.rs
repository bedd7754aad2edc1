//! The path of the public address, such as `/desk/` of `https://example.org/desk/`. Some proxies strip it from the paths of
//! requests and others pass it on, so this service answers at its root and below that path.

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;

/// An extension of requests that had the base path.
#[derive(Debug, Clone, Copy)]
pub struct BelowBasePath;

/// Removes the base path, which begins and ends with a slash, from a request that has it.
#[must_use]
pub fn without_base_path(mut request: Request, base_path: &str) -> Request {
    if let Some(uri) = rest(request.uri().path(), base_path).and_then(|rest| with_path(request.uri(), rest)) {
        *request.uri_mut() = uri;
        request.extensions_mut().insert(BelowBasePath);
    }
    request
}

/// What follows the base path. It begins with a slash.
fn rest<'a>(path: &'a str, base_path: &str) -> Option<&'a str> {
    let base = base_path.trim_end_matches('/');
    match path.strip_prefix(base) {
        _ if base.is_empty() => None,
        Some("") => Some("/"),
        rest => rest.filter(|rest| rest.starts_with('/')),
    }
}

/// The same address with another path.
#[must_use]
pub fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let path_and_query = match uri.query() {
        Some(query) => PathAndQuery::try_from(format!("{path}?{query}")),
        None => PathAndQuery::try_from(path),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path_and_query.ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    /// The address that is served, and whether the request had the base path.
    fn served(uri: &str, base_path: &str) -> (String, bool) {
        let request = Request::builder().uri(uri).body(Body::empty()).unwrap();
        let request = without_base_path(request, base_path);
        (request.uri().to_string(), request.extensions().get::<BelowBasePath>().is_some())
    }

    #[test]
    fn the_base_path_is_removed_once_and_only_where_it_is_whole() {
        for (uri, rest) in [
            ("/desk", "/"),
            ("/desk/", "/"),
            ("/desk?a=/desk/", "/?a=/desk/"),
            ("/desk/api/v1/chats/?limit=5", "/api/v1/chats/?limit=5"),
            ("/desk/desk/", "/desk/"),
            ("/desk//example.org/", "//example.org/"),
            ("http://example.org/desk/docs", "http://example.org/docs"),
        ] {
            assert_eq!(served(uri, "/desk/"), (rest.to_owned(), true), "{uri}");
        }
        for uri in ["/", "/desks/", "/desk.html", "/Desk/", "/api/v1/desk/", "/?a=/desk/", "//desk/"] {
            assert_eq!(served(uri, "/desk/"), (uri.to_owned(), false), "{uri}");
        }
        assert_eq!(served("/a/b/chats/1", "/a/b/"), ("/chats/1".to_owned(), true));
        assert_eq!(served("/a/chats/1", "/a/b/"), ("/a/chats/1".to_owned(), false));
    }

    #[test]
    fn without_a_base_path_nothing_is_removed() {
        for uri in ["/", "/desk/", "//desk"] {
            assert_eq!(served(uri, "/"), (uri.to_owned(), false), "{uri}");
        }
    }
}
