//! A long scripted run on a real desktop, each part in a process of its own: the fake, the model service, the agent. It
//! reports the sizes of the requests, the cached share, and the memory of the service.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use ai_model::fakes::RequestSummary;
use anyhow::{Context as _, Result, bail};
use futures_util::StreamExt as _;
use protocol::agent::AgentReady;
use protocol::ids::RunId;
use protocol::reason::Reason;
use protocol::run::{DesktopAccess, ModelSettings, RunEnd, RunEvent, RunLimits, RunRequest};
use protocol::secret::Secret;
use protocol::transcript::approval::ApprovalPolicy;
use protocol::transcript::{TranscriptItem, UserMessage};
use serde_json::{Value, json};
use tempfile::TempDir;

const TOKEN: &str = "a token of the measurement";

/// A program that prints a line once it is ready. It is killed on drop, as on a machine that fails.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// The line that it printed.
    pub(crate) line: String,
    stdin: Option<ChildStdin>,
}

impl Process {
    /// Starts a program and waits for its line.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {command:?}"))?;
        let mut line = String::new();
        let stdout = child.stdout.take().context("its output")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let stdin = child.stdin.take();
        Ok(Self { child, line: line.trim().to_owned(), stdin })
    }

    /// The peak memory so far, in bytes.
    pub(crate) fn peak_memory(&self) -> Result<usize> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<usize>()? << 10)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The agent ends with its standard input and takes its desktop with it; the services have to be killed.
        drop(self.stdin.take());
        if self.line.starts_with("http://") {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// Starts the model service for a vendor's address.
pub(crate) fn service(program: &Path, vendor: &str) -> Result<Process> {
    Process::start(Command::new(program).args([
        "--anthropic-base-url",
        vendor,
        "--anthropic-api-key",
        "test-key",
        "--anthropic-model",
        "claude-opus-5-5",
        "--ai-model-provider",
        "anthropic",
    ]))
}

/// The programs to run.
#[derive(Debug)]
pub(crate) struct Programs {
    /// `messages-api-fake`
    pub(crate) fake: PathBuf,
    /// `model-service`
    pub(crate) service: PathBuf,
    /// `desktop-agent`
    pub(crate) agent: PathBuf,
}

/// Measurements after one turn of the model.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// The size of the transcript so far in bytes, including images.
    pub(crate) transcript: usize,
    /// The peak memory of the service in bytes.
    pub(crate) peak_memory: usize,
}

/// The result of the run.
#[derive(Debug)]
pub(crate) struct Report {
    /// How it ended.
    pub(crate) end: RunEnd,
    /// The memory of the service before the run, in bytes.
    pub(crate) idle_memory: usize,
    /// One for each request.
    pub(crate) moments: Vec<Moment>,
    /// One for each request, as the fake counted it.
    pub(crate) requests: Vec<RequestSummary>,
    /// The share of the input that was read from the cache, as the run reported it.
    pub(crate) cached_share: f64,
}

/// Runs this many steps on a real desktop.
pub(crate) async fn run(programs: &Programs, steps: usize) -> Result<Report> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("script.json");
    std::fs::write(&script, script_of(steps).to_string())?;
    let fake = Process::start(Command::new(&programs.fake).arg("--script").arg(&script))?;
    let service = service(&programs.service, &fake.line)?;
    let (_agent, access) = desktop(&programs.agent, &folder)?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let idle_memory = service.peak_memory()?;
    let request = request(access, vec![user("Keep the terminal busy.")]);
    let response = http.post(format!("{}/v1/runs", service.line)).json(&request).send().await?;
    let mut events = event_stream::events(response.error_for_status()?.bytes_stream(), usize::MAX);
    let mut report =
        Report { end: no_end(), idle_memory, moments: Vec::new(), requests: Vec::new(), cached_share: 0.0 };
    let mut transcript = 0;
    while let Some(event) = events.next().await {
        let event = event?;
        match serde_json::from_str(&event.data)? {
            RunEvent::Image { .. } | RunEvent::ToolResult(_) => transcript += event.data.len(),
            RunEvent::AssistantTurn(_) => {
                transcript += event.data.len();
                report.moments.push(Moment { transcript, peak_memory: service.peak_memory()? });
            }
            RunEvent::UsageTotal { cached_share, .. } => report.cached_share = cached_share,
            RunEvent::Finished(end) => report.end = end,
            _ => {}
        }
    }
    report.requests = http.get(format!("{}/requests", fake.line)).send().await?.json().await?;
    Ok(report)
}

fn no_end() -> RunEnd {
    RunEnd::new(protocol::run::RunOutcome::Failed, Reason::silent("no_end"))
}

/// A message of the person.
pub(crate) fn user(text: &str) -> TranscriptItem {
    TranscriptItem::UserMessage(UserMessage {
        text: text.to_owned(),
        attachments: Vec::new(),
        shown: Vec::new(),
        extra_data: None,
        locale: None,
    })
}

/// A run that no limit stops.
pub(crate) fn request(desktop: DesktopAccess, transcript: Vec<TranscriptItem>) -> RunRequest {
    RunRequest {
        run_id: RunId::generate(),
        transcript,
        images: std::collections::BTreeMap::new(),
        image_sizes: std::collections::BTreeMap::new(),
        desktop,
        model: ModelSettings::default(),
        fallbacks: Vec::new(),
        limits: RunLimits { max_turns: 10_000, max_actions: 100_000, ..RunLimits::default() },
        approval: ApprovalPolicy::Nothing,
        spent: Vec::new(),
    }
}

fn desktop(program: &Path, folder: &TempDir) -> Result<(Process, DesktopAccess)> {
    let agent = Process::start(
        Command::new(program)
            .arg("--home")
            .arg(folder.path().join("home"))
            .arg("--lifeline")
            .arg("--runtime-dir")
            .arg(folder.path().join("runtime"))
            .env("DESKHAND_AGENT_TOKEN", TOKEN)
            .env("LANG", "C.UTF-8")
            .env("TMPDIR", folder.path()),
    )?;
    let Ok(ready) = serde_json::from_str::<AgentReady>(&agent.line) else {
        bail!("the desktop did not start: {}", agent.line);
    };
    let url = format!("http://127.0.0.1:{}", ready.port.context("the agent has no port")?).parse()?;
    Ok((agent, DesktopAccess { url, socket: None, token: Secret::new(TOKEN), screen: ready.screen }))
}

/// Turns that fill a terminal with new text, click, scroll and zoom.
fn script_of(steps: usize) -> Value {
    let terminal = "pgrep -f 'xterm -fa' >/dev/null || { (setsid xterm -fa Monospace -fs 11 -geometry 120x38+20+20 \
                    -e sh -c 'touch ~/ready; exec bash' </dev/null >/dev/null 2>&1 &); until [ -e ~/ready ]; do sleep 0.05; done; }";
    let types = |text: &str| {
        json!({ "thinking": "The terminal should show more.", "calls": [
            { "member": "type", "input": { "text": text } }, { "member": "screenshot" },
        ]})
    };
    json!({
        "forget_bodies": true,
        "repeat_to": steps + 1,
        "turns": [
            { "thinking": "A terminal is needed.", "text": "I make sure that a terminal is open.",
              "calls": [{ "bash": terminal }, { "member": "screenshot" }] },
            types("ls -la /usr/bin | shuf -n 30\n"),
            { "calls": [{ "member": "left_click", "input": { "coordinate": [300, 300] } },
                        { "member": "type", "input": { "text": "seq 1 400 | shuf | paste - - - - - - - - - -\n" } }] },
            { "thinking": "", "calls": [{ "member": "zoom", "input": { "region": [20, 20, 660, 420] } }] },
            types("head -c 2400 /dev/urandom | base64\n"),
            { "text": "I scroll back.", "calls": [
                { "member": "scroll", "input": { "scroll_direction": "up", "scroll_amount": 3, "coordinate": [300, 300] } },
                { "member": "key", "input": { "text": "Return" } }, { "member": "screenshot" }] },
            { "text": "Done." },
        ],
    })
}
