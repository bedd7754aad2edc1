//! The API document of the product that Deskhand's API comes from. Its example requests are sent as they stand.

mod request;

use std::process::Stdio;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::process::Child;

use crate::deskhand::{Deskhand, program};
use crate::installation::{free_port, until};
use request::{Example, examples};

/// The API part of the document, verbatim.
const DOCUMENT: &str = include_str!("document.md");
/// How the document creates its user, after the name of the program.
const CREATE_USER: &str = "--username shakir --email shakir@gmail.com --password shakir123 --first-name shakir --last-name fattani --superuser";
/// The file that the document's upload includes.
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// A Deskhand with the document's user, and what stands for the document's placeholders so far.
struct Service {
    deskhand: Deskhand,
    model_url: String,
    _model: Child,
    _data: tempfile::TempDir,
    http: Client,
    token: String,
    chat_id: String,
    file_id: String,
}

impl Service {
    async fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut create = program();
        create.arg("create-user").args(CREATE_USER.split(' ')).arg("--data-dir").arg(data.path());
        assert!(create.stdout(Stdio::null()).status().await.unwrap().success());
        let deskhand = Deskhand::up_with(data.path(), &[("DESKHAND_DESKTOP_POOL", "0")]).await;
        let model_url = format!("http://127.0.0.1:{}", free_port());
        let address = model_url.trim_start_matches("http://");
        let mut command = program();
        command.args(["serve", "ai-model", "--without-token", "--listen", address]);
        let model = command.spawn().unwrap();
        let http = Client::new();
        let health = format!("{model_url}/health");
        until("the model service answers", async || http.get(&health).send().await.is_ok()).await;
        let [token, chat_id, file_id] = [const { String::new() }; 3];
        Self { deskhand, model_url, _model: model, _data: data, http, token, chat_id, file_id }
    }

    /// Sends a request of the document, with or without a slash at the end of its path.
    async fn send(&self, example: &Example, path: &str) -> (StatusCode, Value) {
        let base = if example.is_for_model() { &self.model_url } else { &self.deskhand.url };
        let path = path
            .replace("b5c3b2aa-0945-4ee8-9d17-0ffe388d3529", &self.chat_id)
            .replace("cee387d1-c4f5-4dbe-84d6-f61bdd2780b4", &self.file_id);
        let mut request = self.http.request(example.method.clone(), format!("{base}{path}"));
        for (name, value) in &example.headers {
            request =
                request.header(name, value.replace("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...", &self.token));
        }
        let response = request.body(example.body(PDF)).send().await.unwrap();
        let status = response.status();
        let media_type = response.headers().get("content-type");
        let is_json = media_type.is_some_and(|media_type| media_type.as_bytes().ends_with(b"json"));
        let bytes = response.bytes().await.unwrap();
        if is_json {
            return (status, serde_json::from_slice(&bytes).unwrap());
        }
        (status, Value::String(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Sends a request in the form of the document, and then in the other form; both have to give an answer of one status.
    async fn send_in_both_forms(&self, example: &Example, expected: StatusCode) -> Value {
        let (status, answer) = self.send(example, &example.path).await;
        assert_eq!(status, expected, "{} {}: {answer}", example.method, example.path);
        let (status, other) = self.send(example, &example.other_form()).await;
        assert_eq!(status, expected, "{} {}: {other}", example.method, example.other_form());
        answer
    }

    /// Sends an example, and checks its answer against what the document says.
    async fn example(&mut self, example: &Example) {
        let ok = StatusCode::OK;
        let created = StatusCode::CREATED;
        match example.name().as_str() {
            "POST /send_message" => {
                let answer = self.send_in_both_forms(example, ok).await;
                let messages = answer["response"].as_array().unwrap();
                assert!(messages.iter().all(|message| message["role"] == "assistant"), "{answer}");
                assert!(messages.iter().all(|message| message["content"].is_string()), "{answer}");
            }
            "POST /auth/login" => {
                let answer = self.send_in_both_forms(example, ok).await;
                assert_eq!(answer["token_type"], "bearer");
                assert!(answer["expires_in"].as_u64().unwrap() > 0);
                answer["access_token"].as_str().unwrap().clone_into(&mut self.token);
                assert!(self.token.starts_with("eyJ"), "a JWT");
            }
            "GET /users" => {
                let answer = self.send_in_both_forms(example, ok).await;
                assert_eq!(answer[0]["username"], "shakir");
                assert_eq!(answer.as_array().unwrap().len(), 1);
            }
            "GET /files" => {
                let answer = self.send_in_both_forms(example, ok).await;
                assert!(answer.is_array(), "{answer}");
            }
            "POST /files/upload" => {
                let answer = self.send_in_both_forms(example, created).await;
                assert_eq!(
                    (&answer["name"], &answer["media_type"]),
                    (&json!("example.pdf"), &json!("application/pdf"))
                );
                assert_eq!(answer["size"], PDF.len());
                answer["id"].as_str().unwrap().clone_into(&mut self.file_id);
            }
            "GET /files/{id}" => {
                let answer = self.send_in_both_forms(example, ok).await;
                assert_eq!(answer.as_str().unwrap().as_bytes(), PDF, "the file itself");
            }
            "POST /chats" => {
                let answer = self.send_in_both_forms(example, created).await;
                assert_eq!(answer["messages"][0]["message"], "Hello, I need help analyzing some data");
                answer["id"].as_str().unwrap().clone_into(&mut self.chat_id);
            }
            "GET /chats" => {
                let answer = self.send_in_both_forms(example, ok).await;
                assert_eq!(answer.as_array().unwrap().len(), 2, "one of each form: {answer}");
            }
            "GET /chats/{id}" => {
                let answer = self.send_in_both_forms(example, ok).await;
                assert_eq!(
                    (&answer["id"], &answer["messages"][0]["role"]),
                    (&json!(self.chat_id), &json!("user"))
                );
            }
            "POST /chats/{id}/history" => {
                let answer = self.send_in_both_forms(example, created).await;
                assert_eq!(answer["message"]["message"], "Can you open excel files?");
                assert_eq!(answer["message"]["extra_data"], json!({}));
                self.replies(example).await;
            }
            "DELETE /files/{id}" | "DELETE /chats/{id}" => {
                let (status, answer) = self.send(example, &example.path).await;
                assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
                let (status, answer) = self.send(example, &example.other_form()).await;
                assert_eq!(
                    (status, &answer["code"]),
                    (StatusCode::NOT_FOUND, &json!("not_found")),
                    "it is gone"
                );
            }
            other => panic!("the document has another request: {other}"),
        }
    }

    /// With `?wait=`, the answer has the model's reply, as the document's own service gave it.
    async fn replies(&self, example: &Example) {
        let (status, answer) = self.send(example, &format!("{}?wait=60", example.path)).await;
        assert_eq!((status, &answer["run"]["state"]), (StatusCode::CREATED, &json!("succeeded")), "{answer}");
        let roles: Vec<_> =
            answer["messages"].as_array().unwrap().iter().map(|message| &message["role"]).collect();
        assert_eq!((roles[0], roles[roles.len() - 1]), (&json!("user"), &json!("assistant")), "{answer}");
        let (status, answer) = self.send(example, &format!("{}?wait=61", example.path)).await;
        assert_eq!((status, &answer["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("wait_invalid")));
    }
}

#[tokio::test]
async fn its_examples_work_as_they_stand() {
    let examples = examples(DOCUMENT);
    let of_model = examples.iter().filter(|example| example.is_for_model()).count();
    assert_eq!((examples.len() - of_model, of_model), (11, 2));
    let mut service = Service::start().await;
    // Chats and files are read before they are deleted.
    let (deleting, others): (Vec<_>, Vec<_>) =
        examples.iter().partition(|example| example.method == "DELETE");
    for example in others.into_iter().chain(deleting) {
        service.example(example).await;
    }
}

#[tokio::test]
async fn a_form_logs_in_too() {
    let service = Service::start().await;
    let login = |username, password| {
        let form = format!("username={username}&password={password}&grant_type=password");
        let request = service.http.post(format!("{}/api/v1/auth/login/", service.deskhand.url));
        request.header("content-type", "application/x-www-form-urlencoded; charset=utf-8").body(form).send()
    };
    let answer: Value = login("shakir", "shakir123").await.unwrap().json().await.unwrap();
    assert_eq!(answer["token_type"], "bearer", "{answer}");
    let refused = login("shakir", "wrong").await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
}
