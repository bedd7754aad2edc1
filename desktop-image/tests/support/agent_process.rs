//! A running agent and the calls of its API that everyone makes.

use std::io::{self, BufRead as _, BufReader};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::Context as _;
use protocol::agent::AgentReady;
use protocol::agent::actions::{ActionBatch, ActionBatchResult};
use protocol::agent::shell::ShellResult;
use protocol::agent::windows::Window;
use serde_json::json;
use tempfile::TempDir;
use x11rb::rust_connection::{DefaultStream, RustConnection};

use super::poll_until;

pub(crate) const TOKEN: &str = "a token of the tests";

/// An agent with folders of its own. Dropping it ends the agent and everything that it started.
pub(crate) struct AgentProcess {
    pub(crate) ready: AgentReady,
    pub(crate) home: PathBuf,
    pub(crate) runtime: PathBuf,
    pub(crate) http: reqwest::Client,
    /// Its standard input is the agent's lifeline.
    pub(crate) child: Child,
    _folder: TempDir,
}

/// The command that starts an agent with a screen such as `1280x800`.
pub(crate) fn command(program: &Path, screen: &str, home: &Path, runtime: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["--screen", screen, "--lifeline", "--home"]).arg(home);
    command.arg("--runtime-dir").arg(runtime).env("DESKHAND_AGENT_TOKEN", TOKEN);
    // In English, and with temporary files where they are removed.
    command
        .env("LANG", "C.UTF-8")
        .env_remove("LANGUAGE")
        .envs(runtime.parent().map(|folder| ("TMPDIR", folder)));
    command
}

/// A client that sends a token with each request.
pub(crate) fn client(token: &str) -> anyhow::Result<reqwest::Client> {
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("authorization", format!("Bearer {token}").parse()?);
    Ok(reqwest::Client::builder().default_headers(headers).tcp_nodelay(true).build()?)
}

impl AgentProcess {
    /// Starts an agent and waits until it is ready.
    pub(crate) fn start(program: &Path, screen: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let home = folder.path().join("home");
        Self::start_in(folder, home, |home, runtime| command(program, screen, home, runtime))
    }

    /// Starts an agent by a command made for a home and a runtime folder; the latter is in `folder`.
    pub(crate) fn start_in(
        folder: TempDir,
        home: PathBuf,
        command: impl FnOnce(&Path, &Path) -> Command,
    ) -> anyhow::Result<Self> {
        let runtime = folder.path().join("runtime");
        let mut command = command(&home, &runtime);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("could not start the agent")?;
        let stdout = child.stdout.take().context("the agent has no standard output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let ready = serde_json::from_str(&line).context("the agent did not start")?;
        let http = client(TOKEN)?;
        Ok(Self { ready, home, runtime, http, child, _folder: folder })
    }

    /// Ends the agent by closing its lifeline, and waits for it.
    pub(crate) fn stop(&mut self) -> io::Result<ExitStatus> {
        drop(self.child.stdin.take());
        self.child.wait()
    }

    /// The port of the API.
    pub(crate) fn port(&self) -> u16 {
        self.ready.port.unwrap_or_default()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port())
    }

    pub(crate) async fn run_batch(&self, batch: &ActionBatch) -> anyhow::Result<ActionBatchResult> {
        let request = self.http.post(self.url("/v1/actions")).json(batch);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    pub(crate) async fn run_command(&self, command: &str) -> anyhow::Result<ShellResult> {
        let body = json!({ "command": command, "timeout_ms": 120_000 });
        let request = self.http.post(self.url("/v1/shell")).json(&body);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    pub(crate) async fn list_windows(&self) -> anyhow::Result<Vec<Window>> {
        let request = self.http.get(self.url("/v1/windows"));
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// Starts a program and waits until one of its windows has the focus.
    pub(crate) async fn open_window(
        &self,
        command: &str,
        is_its: impl Fn(&Window) -> bool,
    ) -> anyhow::Result<Window> {
        self.run_command(&format!("{command} >/dev/null 2>&1 &")).await?;
        poll_until(&format!("{command} has the focus"), async || {
            let windows = self.list_windows().await?;
            Ok(windows.into_iter().find(|window| window.focused && is_its(window)))
        })
        .await
    }

    /// The cookie of the X server.
    pub(crate) fn cookie(&self) -> anyhow::Result<Vec<u8>> {
        let authority = std::fs::read(self.runtime.join("Xauthority"))?;
        Ok(authority.last_chunk::<16>().context("the authority file is too short")?.to_vec())
    }

    /// A connection to the X server, made without changing this process's environment.
    pub(crate) fn x_connection(&self) -> anyhow::Result<RustConnection> {
        let number = self.ready.display.trim_start_matches(':');
        let socket = UnixStream::connect(format!("/tmp/.X11-unix/X{number}"))?;
        let (stream, _) = DefaultStream::from_unix_stream(socket)?;
        let name = b"MIT-MAGIC-COOKIE-1".to_vec();
        Ok(RustConnection::connect_to_stream_with_auth_info(stream, 0, name, self.cookie()?)?)
    }
}

impl Drop for AgentProcess {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.stop();
    }
}
