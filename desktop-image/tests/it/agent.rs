//! An agent started for one test.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use protocol::action::{Action, Point};
use protocol::agent::AgentReady;
use protocol::agent::actions::{ActionBatch, ActionBatchResult, ActionOutcome, Screenshot};
use protocol::agent::shell::ShellResult;
use protocol::agent::windows::Window;
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long anything may take that takes a moment: the machine may be busy.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);
pub(crate) const TOKEN: &str = "a token of the tests";

pub(crate) struct TestAgent {
    pub(crate) ready: AgentReady,
    pub(crate) home: PathBuf,
    pub(crate) runtime: PathBuf,
    pub(crate) http: reqwest::Client,
    pub(crate) child: Child,
    lifeline: Option<ChildStdin>,
    _folder: TempDir,
}

impl TestAgent {
    pub(crate) fn start() -> Self {
        Self::start_by(command)
    }

    /// Another agent for a home that there is already.
    pub(crate) fn start_in(home: &std::path::Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = folder.path().join("runtime");
        let command = command(home, &runtime);
        Self::launch(command, folder, home.to_owned(), runtime)
    }

    /// Starts the agent by a command made for a home and a runtime folder.
    pub(crate) fn start_by(command: impl FnOnce(&std::path::Path, &std::path::Path) -> Command) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (home, runtime) = (folder.path().join("home"), folder.path().join("runtime"));
        let command = command(&home, &runtime);
        Self::launch(command, folder, home, runtime)
    }

    fn launch(mut command: Command, folder: TempDir, home: PathBuf, runtime: PathBuf) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap();
        let http = client(TOKEN);
        let lifeline = child.stdin.take();
        Self { ready, home, runtime, http, child, lifeline, _folder: folder }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.ready.port)
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> reqwest::Response {
        self.http.post(self.url(path)).json(body).send().await.unwrap()
    }

    /// Runs actions and hands back whatever became of them.
    pub(crate) async fn run(&self, actions: Vec<Action>) -> ActionBatchResult {
        let batch = ActionBatch { actions, ..ActionBatch::default() };
        let response = self.http.post(self.url("/v1/actions")).json(&batch).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    /// Runs actions that must all succeed.
    pub(crate) async fn done(&self, actions: Vec<Action>) -> ActionBatchResult {
        let result = self.run(actions).await;
        for action in &result.results {
            assert_eq!(action.outcome, ActionOutcome::Done);
        }
        result
    }

    pub(crate) async fn shell(&self, command: &str) -> ShellResult {
        let body = json!({ "command": command, "timeout_ms": 30_000 });
        let response = self.post("/v1/shell", &body).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    /// What a command prints; it has to succeed.
    pub(crate) async fn prints(&self, command: &str) -> String {
        let result = self.shell(command).await;
        assert_eq!(result.exit_code, Some(0), "{command}: {}", result.output);
        result.output
    }

    pub(crate) async fn windows(&self) -> Vec<Window> {
        self.get("/v1/windows").await.json().await.unwrap()
    }

    /// Starts a program from the shell and waits until its window has the focus.
    pub(crate) async fn open(&self, command: &str, app: &str) -> Window {
        self.shell(&format!("{command} >/dev/null 2>&1 &")).await;
        let opened = async || {
            self.windows()
                .await
                .into_iter()
                .find(|window| window.focused && window.app.eq_ignore_ascii_case(app))
        };
        eventually(&format!("{app} has the focus"), opened).await
    }

    pub(crate) fn stop(mut self) -> Option<i32> {
        drop(self.lifeline.take());
        self.child.wait().unwrap().code()
    }
}

impl Drop for TestAgent {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        self.child.wait().unwrap();
    }
}

pub(crate) fn command(home: &std::path::Path, runtime: &std::path::Path) -> Command {
    command_with_screen("1024x700", home, runtime)
}

pub(crate) fn command_with_screen(
    screen: &str,
    home: &std::path::Path,
    runtime: &std::path::Path,
) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_desktop-agent"));
    command.args(["--screen", screen, "--lifeline", "--home"]).arg(home);
    command.arg("--runtime-dir").arg(runtime).env("DESKHAND_AGENT_TOKEN", TOKEN);
    // Tests read what programs say, in English, and remove what they leave.
    command.env("LANG", "C.UTF-8").envs(runtime.parent().map(|folder| ("TMPDIR", folder)));
    command
}

pub(crate) fn client(token: &str) -> reqwest::Client {
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
    reqwest::Client::builder().default_headers(headers).build().unwrap()
}

/// Asks again and again until there is an answer.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub(crate) fn decode_screenshot(screenshot: &Screenshot) -> image::RgbImage {
    assert_eq!(screenshot.media_type, "image/png");
    let bytes = BASE64_STANDARD.decode(&screenshot.data).unwrap();
    let pixels = image::load_from_memory(&bytes).unwrap().into_rgb8();
    assert_eq!(pixels.dimensions(), (screenshot.size.width, screenshot.size.height));
    pixels
}

pub(crate) fn at(x: i32, y: i32) -> Point {
    Point { x, y }
}
