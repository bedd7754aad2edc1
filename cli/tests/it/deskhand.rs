//! Runs `deskhand up` as a person would.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use crate::processes::kill_and_wait;

/// How long anything may take before a test fails.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);
/// The password of every test account.
pub(crate) const PASSWORD: &str = "correct horse";

/// A running Deskhand.
pub(crate) struct Deskhand {
    pub(crate) url: String,
    /// The token of the one-time link, if no account exists.
    pub(crate) setup_link: Option<String>,
    /// What it printed before it was ready.
    pub(crate) printed: Vec<String>,
    child: Child,
    // Kept open, because closing it would make later output fail.
    _stdout: Lines<BufReader<ChildStdout>>,
    http: Client,
}

/// The program with a clean environment: no key and no database of whoever runs the tests.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deskhand"));
    let theirs = [
        "ANTHROPIC_",
        "OPENAI_",
        "GEMINI_",
        "AI_MODEL_",
        "DATABASE_URL",
        "ENCRYPTION_KEY",
        "JWT_",
        "ACCESS_TOKEN_",
        "REFRESH_TOKEN_",
        "OTEL_",
        "DESKHAND_TRACES_",
    ];
    for (variable, _) in std::env::vars_os() {
        if theirs.iter().any(|start| variable.to_string_lossy().starts_with(start)) {
            command.env_remove(variable);
        }
    }
    // Tests send more requests than a person.
    command.env("DESKHAND_REQUESTS_PER_MINUTE", "0");
    command.env("DESKHAND_DESKTOPS", "local").env("DESKHAND_TIME_ZONE", "UTC").env("LANG", "C.UTF-8");
    command.kill_on_drop(true);
    command
}

impl Deskhand {
    /// Starts it with a data folder, on any free port.
    pub(crate) async fn up(data: &Path) -> Self {
        Self::up_with(data, &[]).await
    }

    /// Like [`Deskhand::up`], with environment variables.
    pub(crate) async fn up_with(data: &Path, environment: &[(&str, &str)]) -> Self {
        let mut command = program();
        command.args(["up", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data);
        command.envs(environment.iter().copied());
        Self::spawn(command).await
    }

    /// Runs a command and waits until Deskhand is ready.
    pub(crate) async fn spawn(mut command: Command) -> Self {
        command.stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut setup_link = None;
        let mut printed = Vec::new();
        let url = tokio::time::timeout(DEADLINE, async {
            loop {
                let line = stdout.next_line().await.unwrap().expect("deskhand ended before it was ready");
                if let Some(url) = line.strip_prefix("Deskhand is ready: ") {
                    return url.to_owned();
                }
                if line.contains("/setup#token=") {
                    setup_link = line.split_whitespace().last().map(str::to_owned);
                }
                printed.push(line);
            }
        });
        let url = url.await.expect("deskhand was not ready in time");
        Self { url, setup_link, printed, child, _stdout: stdout, http: Client::new() }
    }

    /// The log, if the command has it piped.
    pub(crate) fn take_stderr(&mut self) -> ChildStderr {
        self.child.stderr.take().unwrap()
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().unwrap().cast_signed())
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).unwrap();
    }

    /// Waits until the program has ended.
    pub(crate) async fn ended(&mut self) -> std::process::ExitStatus {
        tokio::time::timeout(DEADLINE, self.child.wait()).await.expect("deskhand did not end").unwrap()
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/api/v1{path}", self.url))
    }

    /// Creates the first administrator with the one-time link and returns a bearer token.
    pub(crate) async fn first_administrator(&self) -> String {
        let link = self.setup_link.as_deref().expect("no one-time link was printed");
        let token = link.split_once("/setup#token=").expect("the link is of another form").1;
        let form =
            json!({ "token": token, "username": "ada", "email": "ada@example.com", "password": PASSWORD });
        ok(self.request(Method::POST, "/setup").json(&form)).await;
        self.login("ada").await
    }

    pub(crate) async fn login(&self, username: &str) -> String {
        self.login_with(username, PASSWORD).await
    }

    /// Like [`Deskhand::login`], with another password.
    pub(crate) async fn login_with(&self, username: &str, password: &str) -> String {
        let credentials = json!({ "username": username, "password": password });
        let answer = ok(self.request(Method::POST, "/auth/login").json(&credentials)).await;
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Creates a chat and waits until its run has ended.
    pub(crate) async fn chat(&self, token: &str, message: &str) -> Value {
        let body = json!({ "initial_message": message, "initial_role": "user" });
        let request = self.request(Method::POST, "/chats/").header("prefer", "wait=60").bearer_auth(token);
        ok(request.json(&body)).await
    }
}

impl Drop for Deskhand {
    fn drop(&mut self) {
        if let Some(pid) = self.child.id() {
            kill_and_wait(pid.cast_signed());
        }
    }
}

/// Sends a request, expects success, and returns the JSON of the response.
pub(crate) async fn ok(request: RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).unwrap()
}
