//! A client of the API, for a logged-in user.

use std::path::PathBuf;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::deskhand::{Deskhand, ok};
use crate::installation::until;

/// A Deskhand and a logged-in user.
pub(crate) struct Api {
    pub(crate) deskhand: Deskhand,
    pub(crate) token: String,
    pub(crate) data: tempfile::TempDir,
}

impl Api {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Like [`Api::start`], with environment variables.
    pub(crate) async fn start_with(environment: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let environment = [&[("DESKHAND_DESKTOP_POOL", "0")], environment].concat();
        let deskhand = Deskhand::up_with(data.path(), &environment).await;
        let token = deskhand.first_administrator().await;
        Self { deskhand, token, data }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.deskhand.request(method, path).bearer_auth(&self.token)
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.request(Method::POST, path).json(body)
    }

    /// Creates another user and returns a bearer token.
    pub(crate) async fn user(&self, username: &str) -> String {
        let form = json!({
            "username": username, "email": format!("{username}@example.com"), "password": crate::deskhand::PASSWORD,
        });
        ok(self.post("/users", &form)).await;
        self.deskhand.login(username).await
    }

    /// Creates a chat, waits for the run of its message, and returns the chat's path.
    pub(crate) async fn chat(&self, message: Option<&str>) -> String {
        let chat = ok(self.begin(message)).await;
        format!("/chats/{}", chat["id"].as_str().unwrap())
    }

    /// Creates a chat, and waits for the run of its message.
    pub(crate) fn begin(&self, message: Option<&str>) -> RequestBuilder {
        self.post("/chats", &json!({ "initial_message": message })).header("prefer", "wait=60")
    }

    /// Posts a message and waits until its run has ended or waits for a person.
    pub(crate) async fn say(&self, chat: &str, message: &str) -> Value {
        let body = json!({ "message": message });
        ok(self.post(&format!("{chat}/history"), &body).header("prefer", "wait=60")).await
    }

    pub(crate) async fn run(&self, run: &Value) -> Value {
        ok(self.get(&run_path(run))).await
    }

    pub(crate) async fn until(&self, run: &Value, state: &str) {
        until(state, async || self.run(run).await["state"] == state).await;
    }

    /// The home folder of the only desktop.
    pub(crate) fn home(&self) -> PathBuf {
        let desktops = std::fs::read_dir(self.data.path().join("desktops")).unwrap();
        desktops.map(|entry| entry.unwrap().path()).next().unwrap().join("home")
    }

    pub(crate) fn upload(&self, name: &str, content: &str) -> RequestBuilder {
        let disposition = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"");
        self.form(&format!("--frame\r\n{disposition}\r\n\r\n{content}\r\n--frame--\r\n"))
    }

    pub(crate) fn form(&self, body: &str) -> RequestBuilder {
        self.request(Method::POST, "/files/upload")
            .header("content-type", "multipart/form-data; boundary=frame")
            .body(body.to_owned())
    }
}

pub(crate) fn run_path(run: &Value) -> String {
    format!("/runs/{}", run["id"].as_str().unwrap())
}
