//! Models that people reach with keys of their own, against strict fakes of the vendors and on a real desktop.

mod choice;
mod command;
mod fallbacks;
mod keys;
mod platforms;
mod prices;
mod rules;
mod tampering;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::api::Api;
use crate::deskhand::ok;

const OWN: &str = "/users/me/model-connections";
const SITE: &str = "/admin/model-connections";
/// The model of most tests.
const MODEL: &str = "claude-opus-5-5";

/// A Deskhand whose people may connect to these servers, although they are on this machine.
async fn allowing(urls: &[&str]) -> Api {
    let servers: Vec<&str> = urls.iter().map(|url| server(url)).collect();
    Api::start_with(&[("DESKHAND_PRIVATE_MODEL_SERVERS", &servers.join(","))]).await
}

/// The host and the port of an address.
fn server(url: &str) -> &str {
    url.trim_start_matches("http://")
}

fn form(name: &str, url: &str, key: &str) -> Value {
    json!({ "name": name, "provider": "anthropic", "address": url, "key": key })
}

fn by(connection: &Value, model: &str) -> Value {
    json!({ "connection": connection["id"], "model": model })
}

fn path(connection: &Value) -> String {
    format!("{OWN}/{}", connection["id"].as_str().unwrap())
}

impl Api {
    fn as_user(&self, token: &str, method: Method, path: &str, body: &Value) -> RequestBuilder {
        self.deskhand.request(method, path).bearer_auth(token).json(body)
    }

    /// Begins a chat that uses a model, and waits for its run.
    async fn ask(&self, token: &str, choice: &Value, message: &str) -> Value {
        let body = json!({ "initial_message": message, "model_choice": choice });
        let request = self.as_user(token, Method::POST, "/chats", &body).header("prefer", "wait=60");
        ok(request).await
    }

    async fn change(&self, path: &str, body: &Value) -> Value {
        ok(self.request(Method::PATCH, path).json(body)).await
    }
}

/// The code of a refusal.
async fn refused(request: RequestBuilder) -> (StatusCode, String) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let problem: Value = answer.json().await.unwrap();
    (status, problem["code"].as_str().unwrap().to_owned())
}

/// How the run of a chat has ended.
fn end(chat: &Value) -> (&str, &str) {
    let text = |name: &str| chat["run"][name].as_str().unwrap_or_default();
    (text("state"), text("code"))
}
