//! Runs desktops as child processes on this machine.
//!
//! A desktop is one agent, which starts the X server, the window manager and the apps as its children. The
//! agent's standard input is its lifeline: when this process ends, for whatever reason, the pipe closes and
//! the agent stops its desktop.

mod containment;
mod process_tree;
mod sandbox;
mod sockets;
mod start;
mod system_view;

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use protocol::action::Size;
use protocol::agent::{HOME_OUTGROWN, MEMORY_OUTGROWN};
use protocol::ids::DesktopId;
use protocol::locale::Locale;
use protocol::run::DesktopAccess;
use tokio::process::{Child, ChildStdin};
use tokio::sync::{Mutex as AsyncMutex, mpsc, watch};
use tokio_util::sync::DropGuard;
use tokio_util::task::TaskTracker;

pub(crate) use self::sandbox::FIRST_UID;
use self::sandbox::{DesktopFolders, Sandbox};
use self::sockets::AgentSocket;
use super::{
    DesktopProvider, DesktopProviderError, EgressMode, EgressSocket, Listed, ListedState, home_outgrown,
    memory_outgrown,
};
use crate::data_folder::closed::create_passable;

/// How long pausing waits for all programs to freeze.
const FREEZE_TIMEOUT: Duration = Duration::from_secs(2);
/// Interval of checking whether all programs are frozen.
const FREEZE_POLL_INTERVAL: Duration = Duration::from_millis(5);
/// How long a desktop may take to stop before it is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(3);
/// The agent's process name, inside and outside the sandbox.
const AGENT_NAME: &str = "desktop-agent";

/// The settings of local desktops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalSettings {
    /// The program that runs inside each.
    pub agent: PathBuf,
    /// The screen's size in pixels.
    pub screen: Size,
    /// The time zone and language until others are set.
    pub locale: Locale,
    /// Size limit of a home folder, in bytes.
    pub home_bytes: u64,
    /// Memory of a desktop's programs and files in memory, in bytes.
    pub memory_bytes: u64,
    /// Maximum number of processes and threads of a desktop.
    pub processes: u32,
    /// Let desktops share this machine's network.
    pub uncontained: bool,
}

/// Runs desktops as processes of this machine.
pub struct LocalProvider {
    settings: LocalSettings,
    folder: PathBuf,
    hidden: PathBuf,
    sandbox: Sandbox,
    running: Arc<Mutex<HashMap<DesktopId, Running>>>,
    /// The sockets of started desktops, until the egress proxy takes them.
    egress_sockets: (mpsc::UnboundedSender<EgressSocket>, AsyncMutex<mpsc::UnboundedReceiver<EgressSocket>>),
    /// Serializes the creation of home folders, so that no two desktops get the same user id.
    preparing: Mutex<()>,
    tasks: TaskTracker,
}

/// The real path of the agent.
///
/// # Errors
/// When it is not there.
pub(super) fn find_agent(path: &Path) -> Result<PathBuf, DesktopProviderError> {
    path.canonicalize().map_err(|_| no_agent(path))
}

/// How this machine keeps desktops apart, in one sentence. Makes nothing.
///
/// # Errors
/// When desktops shall be contained and can't be.
pub(super) async fn probe_containment(uncontained: bool) -> Result<String, DesktopProviderError> {
    Ok(Sandbox::probe(uncontained).await?.describe())
}

/// A running desktop.
struct Running {
    access: DesktopAccess,
    /// Keeps the agent reachable.
    _socket: AgentSocket,
    /// Ends the way out once dropped.
    _way_out: Option<DropGuard>,
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
    /// Creates a provider that stores desktops below `data_dir`.
    ///
    /// # Errors
    /// When the agent is missing, the folder can't be created, or this machine can't contain desktops.
    pub async fn open(data_dir: &Path, settings: LocalSettings) -> Result<Self, DesktopProviderError> {
        let agent = find_agent(&settings.agent)?;
        let sandbox = Sandbox::probe(settings.uncontained).await?;
        let machine = |source| DesktopProviderError::Machine { attempt: "prepared", source };
        let folder = data_dir.join("desktops");
        create_passable(&folder).map_err(machine)?;
        let hidden = data_dir.canonicalize().map_err(machine)?;
        let folder = folder.canonicalize().map_err(machine)?;
        let (sender, receiver) = mpsc::unbounded_channel();
        Ok(Self {
            settings: LocalSettings { agent, ..settings },
            folder,
            hidden,
            sandbox,
            running: Arc::default(),
            egress_sockets: (sender, AsyncMutex::new(receiver)),
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

    /// Spawns a task that waits until the desktop ends and records why.
    fn watch(&self, id: DesktopId, mut child: Child) -> watch::Receiver<Option<String>> {
        let (sender, receiver) = watch::channel(None);
        let running = Arc::clone(&self.running);
        let LocalSettings { home_bytes, memory_bytes, .. } = self.settings;
        self.tasks.spawn(async move {
            let reason = match child.wait().await {
                Ok(status) if status.code() == Some(HOME_OUTGROWN.into()) => home_outgrown(home_bytes),
                Ok(status) if status.code() == Some(MEMORY_OUTGROWN.into()) => memory_outgrown(memory_bytes),
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
    fn name(&self) -> &'static str {
        "local"
    }

    fn isolation(&self) -> String {
        self.sandbox.describe()
    }

    fn default_pool_size(&self) -> usize {
        // Local desktops start fast enough without a pool.
        0
    }

    async fn check(&self) -> Result<(), DesktopProviderError> {
        let machine = |source| DesktopProviderError::Machine { attempt: "started", source };
        tokio::fs::metadata(&self.settings.agent).await.map_err(|_| no_agent(&self.settings.agent))?;
        tokio::fs::metadata(&self.folder).await.map(drop).map_err(machine)
    }

    async fn start(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError> {
        if let Some(access) = self.endpoint(id).await? {
            self.resume(id).await?;
            return Ok(access);
        }
        self.start_new(id).await
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

    async fn next_egress_socket(&self) -> EgressSocket {
        match self.egress_sockets.1.lock().await.recv().await {
            Some(socket) => socket,
            // This value has a sender.
            None => std::future::pending().await,
        }
    }

    fn enforces_egress(&self) -> bool {
        self.sandbox.has_own_network()
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
            // The agent hangs, or a program of the desktop has stopped it.
            process_tree::kill_all(pid);
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

fn no_agent(path: &Path) -> DesktopProviderError {
    let path = path.display();
    DesktopProviderError::Missing(format!(
        "The desktop agent is not at {path}. Build it with `make build`, or name its path with --desktop-agent."
    ))
}
