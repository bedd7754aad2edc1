//! Collects the responses of one route and compares them with a snapshot.

use std::path::{Path, PathBuf};

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use super::Api;
use crate::redact::{redact, redact_text};

/// The headers that a route sets itself. Those of every response have a snapshot of their own.
const HEADERS: [&str; 7] =
    ["cache-control", "content-disposition", "content-type", "link", "location", "retry-after", "set-cookie"];
/// An id that does not exist.
const NO_ID: &str = "00000000-0000-7000-8000-000000000000";

/// A route and its responses so far.
pub(crate) struct Route {
    name: String,
    cases: Vec<Value>,
}

impl Route {
    /// A route that needs no login.
    pub(crate) fn open(operation: &str) -> Self {
        Self { name: snapshot_name(operation), cases: Vec::new() }
    }

    /// A route that needs a login. Records its responses without one, and for ids that do not exist.
    pub(crate) async fn of(api: &Api, operation: &str) -> Self {
        let mut route = Self::open(operation);
        let (method, path) = operation.split_once(' ').unwrap();
        let path = [
            "{chat_id}",
            "{run_id}",
            "{file_id}",
            "{user_id}",
            "{invitation_id}",
            "{session_id}",
            "{token_id}",
            "{identity_id}",
            "{connection_id}",
            "{provider}",
            "{sha256}",
        ]
        .iter()
        .fold(path.to_owned(), |path, parameter| path.replace(parameter, NO_ID));
        let method: Method = method.parse().unwrap();
        route.case("nobody is logged in", api.deskhand.request(method.clone(), &path)).await;
        if path.contains(NO_ID) {
            route.case("there is no such thing", api.request(method, &path)).await;
        }
        route
    }

    /// Sends a request, records the response, and returns its JSON, or null.
    pub(crate) async fn case(&mut self, case: &str, request: RequestBuilder) -> Value {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), headers(response.headers()));
        let (shown, body) = body(response).await;
        self.cases.push(json!({ "case": case, "status": status, "headers": headers, "body": shown }));
        body
    }

    /// Records the events of a stream.
    pub(crate) fn stream(&mut self, case: &str, events: Vec<Value>) {
        self.cases.push(json!({ "case": case, "events": redact(events.into()) }));
    }

    /// Bodies that are not JSON, are JSON of the wrong shape, or have another media type.
    pub(crate) async fn unreadable(&mut self, request: impl Fn() -> RequestBuilder) {
        let json = |body: &'static str| request().header("content-type", "application/json").body(body);
        self.case("malformed JSON", json("{\"a\": ")).await;
        self.case("JSON of another shape", json("[7]")).await;
        self.case("another media type", request().header("content-type", "text/plain").body("hi")).await;
    }

    #[track_caller]
    pub(crate) fn compare(self) {
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_json_snapshot!(self.name, self.cases);
        });
    }
}

/// Makes the request a WebSocket handshake.
pub(crate) fn websocket(request: RequestBuilder) -> RequestBuilder {
    request
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
}

fn headers(headers: &HeaderMap) -> Value {
    let decided = HEADERS.iter().filter_map(|name| {
        let value = redact_text(headers.get(*name)?.to_str().unwrap());
        let value = if *name == "set-cookie" { cookie(&value) } else { value };
        Some(((*name).to_owned(), Value::String(value)))
    });
    decided.collect()
}

/// A cookie's attributes, without the session id and its expiry.
fn cookie(value: &str) -> String {
    let parts = value.split("; ").map(|part| match part.split_once('=') {
        Some((name @ ("Expires" | "Max-Age"), _)) => format!("{name}=[time]"),
        Some((name @ ("deskhand_session" | "deskhand_provider_login"), _)) => format!("{name}=[session]"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// The body as shown in the snapshot, and the body as JSON.
async fn body(response: Response) -> (Value, Value) {
    if response.status().as_u16() == 101 {
        return (Value::Null, Value::Null);
    }
    let bytes = response.bytes().await.unwrap();
    if let Ok(json) = serde_json::from_slice::<Value>(&bytes) {
        return (redact(json.clone()), json);
    }
    let shown = match std::str::from_utf8(&bytes) {
        Ok("") => Value::Null,
        Ok(text) => redact_text(text).into(),
        Err(_) => "[bytes]".into(),
    };
    (shown, Value::Null)
}

/// `POST /chats/{chat_id}/fork` becomes `post-chats-chat_id-fork`.
pub(crate) fn snapshot_name(operation: &str) -> String {
    let words = operation.split([' ', '/', '{', '}']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

/// The folder with the snapshots of all routes.
pub(crate) fn snapshots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/api/snapshots")
}
