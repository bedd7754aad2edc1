//! A desktop to measure: the agent, started as a user would start it.

use std::ops::Deref;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::bail;
use desktop_agent::process_usage::ProcessUsage;
use protocol::action::{Action, Size};
use protocol::agent::actions::{ActionBatch, ActionBatchResult, ActionOutcome};
use protocol::agent::windows::Window;

use crate::processes;
use crate::support::agent_process::AgentProcess;

pub(crate) struct Desktop(AgentProcess);

impl Deref for Desktop {
    type Target = AgentProcess;

    fn deref(&self) -> &AgentProcess {
        &self.0
    }
}

/// Starts an agent and waits until it is ready.
pub(crate) fn start_agent(screen: Size) -> anyhow::Result<AgentProcess> {
    let program = Path::new(env!("CARGO_BIN_EXE_desktop-agent"));
    AgentProcess::start(program, &format!("{}x{}", screen.width, screen.height))
}

impl Desktop {
    pub(crate) fn start(screen: Size) -> anyhow::Result<Self> {
        start_agent(screen).map(Self)
    }

    /// The agent's pid.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Memory of the agent and all its descendants, in MiB.
    pub(crate) async fn memory_mib(&self) -> anyhow::Result<f64> {
        let usage = self.http.get(self.url("/v1/process-usage")).send().await?.error_for_status()?;
        let agent: ProcessUsage = usage.json().await?;
        let programs: Vec<u32> =
            processes::tree(self.pid())?.into_iter().filter(|pid| *pid != self.pid()).collect();
        #[expect(clippy::cast_precision_loss, reason = "kilobytes")]
        let agent = agent.proportional_kb as f64 / 1024.0;
        Ok(agent + processes::memory_mib(&programs)?)
    }

    /// Runs actions, which must all succeed.
    pub(crate) async fn run(&self, actions: Vec<Action>, capture: bool) -> anyhow::Result<ActionBatchResult> {
        let result = self.run_batch(&ActionBatch { actions, capture, ..ActionBatch::default() }).await?;
        if let Some(failed) = result.results.iter().find(|result| result.outcome != ActionOutcome::Done) {
            bail!("an action failed: {:?}", failed.outcome);
        }
        Ok(result)
    }

    /// Starts a program and waits until its window has the focus.
    pub(crate) async fn open(&self, command: &str, title: &str) -> anyhow::Result<Window> {
        self.open_window(command, |window| window.title.contains(title)).await
    }

    /// A command that runs on this desktop's screen.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.ready.display).env("XAUTHORITY", self.runtime.join("Xauthority"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

/// Milliseconds since `start`.
pub(crate) fn millis(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}
