//! Runs desktops as child processes on this machine.
//!
//! A desktop is one agent, which starts the X server, the window manager and the apps as its children. The
//! agent's standard input is its lifeline: when this process ends, for whatever reason, the pipe closes and
//! the agent stops its desktop.

mod process_tree;
mod sandbox;
mod system_view;

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use protocol::action::Size;
use protocol::agent::{AgentReady, HOME_OUTGROWN};
use protocol::ids::DesktopId;
use protocol::run::DesktopAccess;
use protocol::secret::Secret;
use rand::Rng as _;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdin};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;
use url::Url;

use self::sandbox::{DesktopFolders, Sandbox};
use super::{DesktopProvider, DesktopProviderError, EgressMode, Listed, ListedState, home_outgrown};
use crate::data_folder::closed::create_passable;

/// How long pausing waits for all programs to freeze.
const FREEZE_TIMEOUT: Duration = Duration::from_secs(2);
/// Interval of checking whether all programs are frozen.
const FREEZE_POLL_INTERVAL: Duration = Duration::from_millis(5);
/// How long a desktop may take to start.
const START_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a desktop may take to stop before it is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(3);
/// The agent's process name, inside and outside the sandbox.
const AGENT_NAME: &str = "desktop-agent";
/// Environment variables that desktops inherit: proxies, locale and time zone.
const INHERITED: [&str; 8] =
    ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "LANG", "TZ", "http_proxy", "https_proxy", "no_proxy"];

/// Runs desktops as processes of this machine.
pub struct LocalProvider {
    agent: PathBuf,
    folder: PathBuf,
    hidden: PathBuf,
    screen: Size,
    home_bytes: u64,
    sandbox: Sandbox,
    running: Arc<Mutex<HashMap<DesktopId, Running>>>,
    /// Serializes the creation of home folders, so that no two desktops get the same user id.
    preparing: Mutex<()>,
    tasks: TaskTracker,
}

/// A running desktop.
struct Running {
    access: DesktopAccess,
    /// Dropping it stops the desktop.
    lifeline: Option<ChildStdin>,
    pid: Option<u32>,
    paused: bool,
    /// Why it ended, once it has.
    ended: watch::Receiver<Option<String>>,
}

impl Running {
    fn thaw(&mut self) {
        if let (true, Some(pid)) = (self.paused, self.pid) {
            process_tree::thaw(pid, AGENT_NAME);
        }
        self.paused = false;
    }
}

impl LocalProvider {
    /// Creates a provider that stores desktops below `data_dir`, runs the program `agent` for each, and
    /// limits each home folder to `home_bytes`.
    ///
    /// # Errors
    /// When the agent is missing or the folder can't be created.
    pub async fn open(
        agent: PathBuf,
        data_dir: &Path,
        screen: Size,
        home_bytes: u64,
    ) -> Result<Self, DesktopProviderError> {
        let agent = agent.canonicalize().map_err(|_| {
            let path = agent.display();
            DesktopProviderError::Missing(format!(
                "The desktop agent is not at {path}. Build it with `make build`, or name its path with --desktop-agent."
            ))
        })?;
        let machine = |source| DesktopProviderError::Machine { attempt: "prepared", source };
        let folder = data_dir.join("desktops");
        create_passable(&folder).map_err(machine)?;
        let hidden = data_dir.canonicalize().map_err(machine)?;
        let folder = folder.canonicalize().map_err(machine)?;
        let sandbox = Sandbox::probe().await;
        Ok(Self {
            agent,
            folder,
            hidden,
            screen,
            home_bytes,
            sandbox,
            running: Arc::default(),
            preparing: Mutex::new(()),
            tasks: TaskTracker::new(),
        })
    }

    fn folders(&self, id: DesktopId) -> DesktopFolders {
        DesktopFolders::new(self.folder.join(id.to_string()))
    }

    fn with_running<T>(&self, look: impl FnOnce(&mut HashMap<DesktopId, Running>) -> T) -> T {
        look(&mut self.running.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn spawn(&self, id: DesktopId, token: &Secret) -> io::Result<Child> {
        let folders = self.folders(id);
        {
            let _turn = self.preparing.lock().unwrap_or_else(PoisonError::into_inner);
            self.sandbox.prepare(&folders)?;
        }
        let agent = self.sandbox.agent(&self.agent, &folders, &self.hidden)?;
        let mut command = agent.command;
        command.arg("--home").arg(&agent.home).arg("--runtime-dir").arg(&agent.runtime);
        command.args(["--listen", "127.0.0.1:0", "--lifeline"]);
        command.args(["--screen", &format!("{}x{}", self.screen.width, self.screen.height)]);
        command.args(["--home-bytes", &self.home_bytes.to_string()]);
        command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LANG", "C.UTF-8");
        command.envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.env("HOME", &agent.home).env("USER", "deskhand").env("DESKHAND_AGENT_TOKEN", token.expose());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        command.kill_on_drop(true).process_group(0).spawn()
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
            Ok(Ok(_)) => serde_json::from_str(&line).map_err(|error| {
                DesktopProviderError::EndedEarly(format!("the agent said {line:?}: {error}"))
            }),
        }
    }

    /// Spawns a task that waits until the desktop ends and records why.
    fn watch(&self, id: DesktopId, mut child: Child) -> watch::Receiver<Option<String>> {
        let (sender, receiver) = watch::channel(None);
        let (running, home_bytes) = (Arc::clone(&self.running), self.home_bytes);
        self.tasks.spawn(async move {
            let reason = match child.wait().await {
                Ok(status) if status.code() == Some(HOME_OUTGROWN.into()) => home_outgrown(home_bytes),
                Ok(status) if status.success() => "It was ended.".to_owned(),
                Ok(status) => format!("Its processes ended ({status})."),
                Err(error) => format!("Its processes could not be watched: {error}."),
            };
            running.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            // Fails if nobody waits for the reason, which is fine.
            let _ = sender.send(Some(reason));
        });
        receiver
    }
}

#[async_trait]
impl DesktopProvider for LocalProvider {
    fn isolation(&self) -> String {
        self.sandbox.describe()
    }

    fn default_pool_size(&self) -> usize {
        // Local desktops start fast enough without a pool.
        0
    }

    async fn start(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError> {
        if let Some(access) = self.endpoint(id).await? {
            self.resume(id).await?;
            return Ok(access);
        }
        let machine = |source| DesktopProviderError::Machine { attempt: "started", source };
        let token = Secret::new(hex::encode(rand::rng().random::<[u8; 32]>()));
        let mut child = self.spawn(id, &token).map_err(machine)?;
        let ready = Self::ready_line(&mut child).await?;
        let url = format!("http://127.0.0.1:{}", ready.port);
        let url = Url::parse(&url).map_err(|error| machine(io::Error::other(error)))?;
        let access = DesktopAccess { url, token, screen: ready.screen };
        let lifeline = child.stdin.take();
        let pid = child.id();
        let ended = self.watch(id, child);
        self.with_running(|running| {
            running.insert(id, Running { access: access.clone(), lifeline, pid, paused: false, ended });
        });
        Ok(access)
    }

    async fn endpoint(&self, id: DesktopId) -> Result<Option<DesktopAccess>, DesktopProviderError> {
        Ok(self.with_running(|running| running.get(&id).map(|one| one.access.clone())))
    }

    async fn pause(&self, id: DesktopId) -> Result<(), DesktopProviderError> {
        let freeze = || {
            self.with_running(|running| {
                let Some(one) = running.get_mut(&id) else { return true };
                one.paused = one.pid.is_some();
                one.pid.is_none_or(|pid| process_tree::freeze(pid, AGENT_NAME))
            })
        };
        let frozen = async {
            while !freeze() {
                tokio::time::sleep(FREEZE_POLL_INTERVAL).await;
            }
        };
        if tokio::time::timeout(FREEZE_TIMEOUT, frozen).await.is_err() {
            tracing::warn!(desktop.id = %id, "a program in a system call is not paused yet; it will be once the call returns");
        }
        Ok(())
    }

    async fn resume(&self, id: DesktopId) -> Result<(), DesktopProviderError> {
        self.with_running(|running| {
            if let Some(one) = running.get_mut(&id) {
                one.thaw();
            }
        });
        Ok(())
    }

    fn proxy_address(&self) -> Option<SocketAddr> {
        None
    }

    async fn desktop_at(&self, _: IpAddr) -> Result<Option<DesktopId>, DesktopProviderError> {
        Ok(None)
    }

    async fn set_egress_mode(&self, _: DesktopId, _: EgressMode) -> Result<(), DesktopProviderError> {
        Ok(())
    }

    async fn ended(&self, id: DesktopId) -> String {
        let ended = self.with_running(|running| running.get(&id).map(|one| one.ended.clone()));
        let Some(mut ended) = ended else { return "It does not run.".into() };
        let reason = ended.wait_for(Option::is_some).await;
        reason.ok().and_then(|reason| reason.clone()).unwrap_or_default()
    }

    async fn stop(&self, id: DesktopId) -> Result<(), DesktopProviderError> {
        let found = self.with_running(|running| {
            let one = running.get_mut(&id)?;
            // Frozen programs could not save their state.
            one.thaw();
            Some((one.lifeline.take(), one.pid, one.ended.clone()))
        });
        let Some((lifeline, pid, mut ended)) = found else { return Ok(()) };
        drop(lifeline);
        if tokio::time::timeout(STOP_TIMEOUT, ended.wait_for(Option::is_some)).await.is_err()
            && let Some(pid) = pid
        {
            // The agent hangs, so kill its process group. Under bubblewrap all other processes die with it.
            let group = nix::unistd::Pid::from_raw(pid.cast_signed());
            let _ = nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL);
            let _ = ended.wait_for(Option::is_some).await;
        }
        Ok(())
    }

    async fn remove(&self, id: DesktopId) -> Result<(), DesktopProviderError> {
        self.stop(id).await?;
        let folder = self.folders(id).root().to_owned();
        match tokio::fs::remove_dir_all(folder).await {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(DesktopProviderError::Machine { attempt: "removed", source })
            }
            _ => Ok(()),
        }
    }

    async fn list(&self) -> Result<Vec<Listed>, DesktopProviderError> {
        let machine = |source| DesktopProviderError::Machine { attempt: "listed", source };
        let mut entries = tokio::fs::read_dir(&self.folder).await.map_err(machine)?;
        let mut listed = Vec::new();
        while let Some(entry) = entries.next_entry().await.map_err(machine)? {
            let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            let changed_at = match entry.metadata().await.and_then(|metadata| metadata.modified()) {
                Ok(changed_at) => DateTime::<Utc>::from(changed_at),
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(machine(error)),
            };
            let state = self.with_running(|running| match running.get(&id) {
                Some(one) if one.paused => ListedState::Paused,
                Some(_) => ListedState::Running,
                None => ListedState::Stopped,
            });
            listed.push(Listed { id, generation: None, state, created_at: changed_at });
        }
        Ok(listed)
    }

    async fn discard(&self, listed: &Listed) -> Result<(), DesktopProviderError> {
        self.remove(listed.id).await
    }

    async fn close(&self) {
        let ids = self.with_running(|running| running.keys().copied().collect::<Vec<_>>());
        futures_util::future::join_all(ids.into_iter().map(|id| self.stop(id))).await;
        self.tasks.close();
        self.tasks.wait().await;
    }
}
