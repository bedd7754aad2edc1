//! An agent started for one test.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::process::Command;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use protocol::action::{Action, Point};
use protocol::agent::actions::{ActionBatch, ActionBatchResult, ActionOutcome, Screenshot};
use protocol::agent::shell::ShellResult;
use protocol::agent::windows::Window;
use serde_json::Value;

pub(crate) use crate::support::LIMIT;
pub(crate) use crate::support::agent_process::TOKEN;
use crate::support::agent_process::{self, AgentProcess};
use crate::support::poll_until;

const SCREEN: &str = "1024x700";

/// An agent whose failures fail the test.
pub(crate) struct TestAgent(AgentProcess);

impl Deref for TestAgent {
    type Target = AgentProcess;

    fn deref(&self) -> &AgentProcess {
        &self.0
    }
}

impl DerefMut for TestAgent {
    fn deref_mut(&mut self) -> &mut AgentProcess {
        &mut self.0
    }
}

impl TestAgent {
    pub(crate) fn start() -> Self {
        Self(AgentProcess::start(program(), SCREEN).unwrap())
    }

    /// Starts an agent with an existing home folder.
    pub(crate) fn start_in(home: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self(AgentProcess::start_in(folder, home.to_owned(), command).unwrap())
    }

    /// Starts an agent by a command made for a home and a runtime folder.
    pub(crate) fn start_by(command: impl FnOnce(&Path, &Path) -> Command) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        Self(AgentProcess::start_in(folder, home, command).unwrap())
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> reqwest::Response {
        self.http.post(self.url(path)).json(body).send().await.unwrap()
    }

    /// Runs actions, which may fail.
    pub(crate) async fn run(&self, actions: Vec<Action>) -> ActionBatchResult {
        self.run_batch(&ActionBatch { actions, ..ActionBatch::default() }).await.unwrap()
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
        self.run_command(command).await.unwrap()
    }

    /// The output of a command that must succeed.
    pub(crate) async fn prints(&self, command: &str) -> String {
        let result = self.shell(command).await;
        assert_eq!(result.exit_code, Some(0), "{command}: {}", result.output);
        result.output
    }

    pub(crate) async fn windows(&self) -> Vec<Window> {
        self.list_windows().await.unwrap()
    }

    /// Starts a program and waits until its window has the focus.
    pub(crate) async fn open(&self, command: &str, app: &str) -> Window {
        self.open_window(command, |window| window.app.eq_ignore_ascii_case(app)).await.unwrap()
    }

    /// Ends the agent; returns its exit status.
    pub(crate) fn stop(mut self) -> Option<i32> {
        self.0.stop().unwrap().code()
    }
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_desktop-agent"))
}

pub(crate) fn command(home: &Path, runtime: &Path) -> Command {
    command_with_screen(SCREEN, home, runtime)
}

pub(crate) fn command_with_screen(screen: &str, home: &Path, runtime: &Path) -> Command {
    agent_process::command(program(), screen, home, runtime)
}

pub(crate) fn client(token: &str) -> reqwest::Client {
    agent_process::client(token).unwrap()
}

/// Calls `ask` until it returns a value.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    poll_until(what, async || Ok(ask().await)).await.unwrap()
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
