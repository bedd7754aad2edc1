//! A desktop to measure on: the agent, started as a user would start it.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use desktop_agent::process_usage::ProcessUsage;
use protocol::action::{Action, Size};
use protocol::agent::AgentReady;
use protocol::agent::actions::{ActionBatch, ActionBatchResult, ActionOutcome};
use protocol::agent::shell::ShellResult;
use protocol::agent::windows::Window;
use serde_json::json;
use tempfile::TempDir;

use crate::processes;

const TOKEN: &str = "a token of the benchmark";
const LIMIT: Duration = Duration::from_secs(30);

pub(crate) struct Desktop {
    pub(crate) ready: AgentReady,
    pub(crate) home: PathBuf,
    pub(crate) authority: PathBuf,
    pub(crate) http: reqwest::Client,
    child: Child,
    lifeline: Option<ChildStdin>,
    _folder: TempDir,
}

impl Desktop {
    /// Starts one and waits until it says that it can be used.
    pub(crate) fn start(screen: Size) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let (home, runtime) = (folder.path().join("home"), folder.path().join("runtime"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_desktop-agent"))
            .args(["--lifeline", "--screen", &format!("{}x{}", screen.width, screen.height), "--home"])
            .arg(&home)
            .arg("--runtime-dir")
            .arg(&runtime)
            .env("DESKHAND_AGENT_TOKEN", TOKEN)
            .env("LANG", "C.UTF-8")
            .env("TMPDIR", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("could not start the agent")?;
        let mut line = String::new();
        let stdout = child.stdout.take().context("the agent has no output")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let ready = serde_json::from_str(&line).context("the agent did not come up")?;
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert("authorization", format!("Bearer {TOKEN}").parse()?);
        let http = reqwest::Client::builder().default_headers(headers).tcp_nodelay(true).build()?;
        let lifeline = child.stdin.take();
        let authority = runtime.join("Xauthority");
        Ok(Self { ready, home, authority, http, child, lifeline, _folder: folder })
    }

    /// The agent's process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Memory of the agent and of all programs below it, in MiB.
    pub(crate) async fn memory_mib(&self) -> anyhow::Result<f64> {
        let usage = self.http.get(self.url("/v1/process-usage")).send().await?.error_for_status()?;
        let agent: ProcessUsage = usage.json().await?;
        let programs: Vec<u32> =
            processes::tree(self.pid())?.into_iter().filter(|pid| *pid != self.pid()).collect();
        #[expect(clippy::cast_precision_loss, reason = "kilobytes")]
        let agent = agent.proportional_kb as f64 / 1024.0;
        Ok(agent + processes::memory_mib(&programs)?)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.ready.port)
    }

    /// Runs actions, which must all succeed.
    pub(crate) async fn run(&self, actions: Vec<Action>, capture: bool) -> anyhow::Result<ActionBatchResult> {
        let batch = ActionBatch { actions, capture, ..ActionBatch::default() };
        let response = self.http.post(self.url("/v1/actions")).json(&batch).send().await?;
        let result: ActionBatchResult = response.error_for_status()?.json().await?;
        if let Some(failed) = result.results.iter().find(|result| result.outcome != ActionOutcome::Done) {
            bail!("an action failed: {:?}", failed.outcome);
        }
        Ok(result)
    }

    pub(crate) async fn shell(&self, command: &str) -> anyhow::Result<ShellResult> {
        let body = json!({ "command": command, "timeout_ms": 30_000 });
        let response = self.http.post(self.url("/v1/shell")).json(&body).send().await?;
        Ok(response.error_for_status()?.json().await?)
    }

    /// Starts a program and waits for its window to have the focus.
    pub(crate) async fn open(&self, command: &str, title: &str) -> anyhow::Result<Window> {
        self.shell(&format!("{command} >/dev/null 2>&1 &")).await?;
        self.until(&format!("{title} has the focus"), async || {
            let windows: Vec<Window> = self.http.get(self.url("/v1/windows")).send().await?.json().await?;
            Ok(windows.into_iter().find(|window| window.focused && window.title.contains(title)))
        })
        .await
    }

    /// Asks again and again until there is an answer.
    pub(crate) async fn until<T>(
        &self,
        what: &str,
        mut ask: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<T> {
        let deadline = Instant::now() + LIMIT;
        loop {
            if let Some(answer) = ask().await? {
                return Ok(answer);
            }
            if Instant::now() > deadline {
                bail!("waited in vain until {what}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A command that runs on this desktop's screen.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.ready.display).env("XAUTHORITY", &self.authority);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // The lifeline is cut: it ends by itself.
        let _ = self.child.wait();
    }
}

/// Milliseconds since then.
pub(crate) fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
