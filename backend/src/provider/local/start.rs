//! Starts a local desktop.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use protocol::agent::AgentReady;
use protocol::ids::DesktopId;
use protocol::run::DesktopAccess;
use protocol::secret::Secret;
use rand::Rng as _;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Child;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::sockets::{AgentSocket, give_listener, give_way_out, inherit};
use super::{LocalProvider, PoisonError, Running};
use crate::provider::{DesktopProviderError, EgressSocket, locale_arguments, log_variables};

/// How long a desktop may take to start.
const START_TIMEOUT: Duration = Duration::from_secs(20);
/// Environment variables that desktops on this machine's network inherit.
const PROXIES: [&str; 6] = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

/// A desktop whose agent has been started.
struct Spawned {
    child: Child,
    socket: AgentSocket,
    egress: Option<EgressSocket>,
}

impl LocalProvider {
    /// Starts a desktop that does not run, and waits until it is ready.
    pub(super) async fn start_new(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError> {
        let machine = |source| DesktopProviderError::Machine { attempt: "started", source };
        let token = Secret::new(hex::encode(rand::rng().random::<[u8; 32]>()));
        let Spawned { mut child, socket, egress } = self.spawn(id, &token).map_err(machine)?;
        let way_out = egress.as_ref().map(|egress| egress.ended.clone().drop_guard());
        // Before the desktop is ready, because its programs may connect at once.
        if let Some(egress) = egress {
            // Its receiver lives as long as this value.
            let _ = self.egress_sockets.0.send(egress);
        }
        let ready = ready_line(&mut child).await?;
        let url = Url::parse("http://localhost").map_err(|error| machine(io::Error::other(error)))?;
        let access = DesktopAccess { url, socket: Some(socket.path()), token, screen: ready.screen };
        let lifeline = child.stdin.take();
        let pid = child.id();
        let ended = self.watch(id, child);
        let one = Running {
            access: access.clone(),
            _socket: socket,
            _way_out: way_out,
            lifeline,
            pid,
            paused: false,
            ended,
        };
        self.with_running(|running| running.insert(id, one));
        Ok(access)
    }

    fn spawn(&self, id: DesktopId, token: &Secret) -> io::Result<Spawned> {
        let folders = self.folders(id);
        {
            let _turn = self.preparing.lock().unwrap_or_else(PoisonError::into_inner);
            self.sandbox.prepare(&folders)?;
        }
        let agent = self.sandbox.agent(&self.settings, &folders, &self.hidden)?;
        let mut command = agent.command;
        command.arg("--home").arg(&agent.home).arg("--runtime-dir").arg(&agent.runtime).arg("--lifeline");
        let screen = self.settings.screen;
        command.args(["--screen", &format!("{}x{}", screen.width, screen.height)]);
        command.args(locale_arguments(&self.settings.locale));
        command.args(["--home-bytes", &self.settings.home_bytes.to_string()]);
        command.args(["--memory-bytes", &self.settings.memory_bytes.to_string()]);
        for folder in agent.in_memory {
            command.args(["--in-memory", folder]);
        }
        let mut inherited = Vec::new();
        let socket = give_listener(&mut command, &mut inherited)?;
        let egress = if self.sandbox.has_own_network() {
            // Otherwise the processes of this user outside would count too.
            command.args(["--max-processes", &self.settings.processes.to_string()]);
            let (uid, ended) = (self.sandbox.uid(&folders)?, CancellationToken::new());
            Some(give_way_out(&mut command, &mut inherited, id, uid, ended)?)
        } else {
            None
        };
        inherit(&mut command, inherited)?;
        let proxies = if egress.is_some() { [].iter() } else { PROXIES.iter() };
        command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin");
        command.envs(log_variables());
        command.envs(proxies.filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.env("HOME", &agent.home).env("USER", "deskhand").env("DESKHAND_AGENT_TOKEN", token.expose());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let child = command.kill_on_drop(true).process_group(0).spawn()?;
        Ok(Spawned { child, socket, egress })
    }
}

/// Waits for the line of output that reports the agent ready.
async fn ready_line(child: &mut Child) -> Result<AgentReady, DesktopProviderError> {
    let machine = |source| DesktopProviderError::Machine { attempt: "started", source };
    let stdout = child.stdout.take().ok_or_else(|| machine(io::Error::other("no standard output")))?;
    let mut line = String::new();
    let mut stdout = BufReader::new(stdout);
    match tokio::time::timeout(START_TIMEOUT, stdout.read_line(&mut line)).await {
        Err(_) => Err(DesktopProviderError::TooSlow(START_TIMEOUT.as_secs())),
        Ok(Err(source)) => Err(machine(source)),
        Ok(Ok(0)) => {
            let status = child.wait().await.map_err(machine)?;
            Err(DesktopProviderError::EndedEarly(format!("{status}; the log has more")))
        }
        Ok(Ok(_)) => serde_json::from_str(&line)
            .map_err(|error| DesktopProviderError::EndedEarly(format!("the agent said {line:?}: {error}"))),
    }
}
