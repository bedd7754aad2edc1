//! Isolates a local desktop from this machine: in namespaces made by bubblewrap, and with a user of its own if this
//! process runs as root.

use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use tokio::process::Command;
use uuid::Uuid;

use super::LocalSettings;
use super::containment::{Containment, NAMESPACES, NETWORK_NAMESPACE};
use super::system_view::{IN_MEMORY, bind_name_servers, bind_system, is_visible};
use crate::data_folder::closed::{create_closed, create_passable};
use crate::provider::DesktopProviderError;

/// The home folder as seen inside the sandbox.
const INNER_HOME: &str = "/home/deskhand";
/// The folder of Deskhand's files as seen inside the sandbox.
const INNER_FOLDER: &str = "/run/deskhand";
/// The agent's program as seen inside the sandbox.
const INNER_AGENT: &str = "/run/deskhand/desktop-agent";
/// The runtime folder as seen inside the sandbox.
const INNER_RUNTIME: &str = "/run/user/deskhand";
/// The files in `/etc` that each desktop has of its own.
const OWN_SETTINGS: [&str; 6] = ["passwd", "group", "machine-id", "hosts", "hostname", "ssh/ssh_config"];
/// ssh knows no proxies.
const SSH_CONFIG: &str =
    "Host * !localhost !127.0.0.1 !::1\n    ProxyCommand /run/deskhand/desktop-agent connect %h %p\n";
/// The lowest user id of desktops under root, above the ids that systems assign.
pub(crate) const FIRST_UID: u32 = 720_000;

/// The isolation of local desktops on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sandbox {
    /// This process runs as root and can switch users.
    root: bool,
    containment: Containment,
}

/// The folders of one desktop.
pub(super) struct DesktopFolders {
    root: PathBuf,
}

/// The command that starts the agent, with the folders as the agent sees them.
pub(super) struct AgentCommand {
    pub(super) command: Command,
    pub(super) home: PathBuf,
    pub(super) runtime: PathBuf,
    /// The folders whose files are in memory.
    pub(super) in_memory: &'static [&'static str],
}

impl DesktopFolders {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    pub(super) fn runtime(&self) -> PathBuf {
        self.root.join("runtime")
    }

    fn etc(&self) -> PathBuf {
        self.root.join("etc")
    }

    /// Where a file of `/etc` is kept.
    fn setting(&self, name: &str) -> PathBuf {
        self.etc().join(Path::new(name).file_name().unwrap_or_default())
    }
}

impl Sandbox {
    /// Finds out what this machine supports.
    ///
    /// # Errors
    /// When desktops shall be contained and can't be.
    pub(super) async fn probe(uncontained: bool) -> Result<Self, DesktopProviderError> {
        let containment = Containment::probe(uncontained).await?;
        Ok(Self { root: nix::unistd::geteuid().is_root(), containment })
    }

    /// Whether desktops have no network but the egress proxy.
    pub(super) fn has_own_network(self) -> bool {
        self.containment == Containment::Full
    }

    /// Describes the isolation in one sentence, for the start-up log.
    pub(super) fn describe(self) -> String {
        let user = if self.root { " and a user of its own" } else { "" };
        match self.containment {
            Containment::Full => format!(
                "Desktops run on this machine as plain processes, each in namespaces{user}: it sees programs, its home \
                 folder and no network but the egress proxy. They share the kernel: this isolates less than containers."
            ),
            Containment::SharedNetwork => format!(
                "Desktops run on this machine as plain processes, each in namespaces{user}, but reach everything on its \
                 network: they are not contained."
            ),
            Containment::None => format!(
                "Desktops run on this machine as plain processes, each with a home folder{user}, and reach what this \
                 machine's users reach: they are not contained."
            ),
        }
    }

    /// Creates the folders of a desktop, owned by its user. Existing files are kept.
    pub(super) fn prepare(self, folders: &DesktopFolders) -> io::Result<()> {
        create_passable(folders.root())?;
        create_closed(&folders.home())?;
        let uid = self.uid(folders)?;
        let gid = self.gid(uid);
        chown(folders.home(), Some(uid), Some(gid))?;
        if folders.runtime().exists() {
            std::fs::remove_dir_all(folders.runtime())?;
        }
        if self.containment == Containment::None {
            create_closed(&folders.runtime())?;
            return chown(folders.runtime(), Some(uid), Some(gid));
        }
        create_passable(&folders.etc())?;
        let passwd = format!(
            "root:x:0:0:root:/root:/bin/bash\ndeskhand:x:{uid}:{gid}:Deskhand:{INNER_HOME}:/bin/bash\n"
        );
        let group = format!("root:x:0:\ndeskhand:x:{gid}:\n");
        // This machine's own id would tell desktops apart from those of other machines.
        let machine_id = format!("{}\n", Uuid::new_v4().simple());
        let hosts = "127.0.0.1 localhost deskhand\n::1 localhost\n".to_owned();
        let ssh_config = if self.has_own_network() { SSH_CONFIG } else { "" }.to_owned();
        let settings = [passwd, group, machine_id, hosts, "deskhand\n".to_owned(), ssh_config];
        for (name, text) in OWN_SETTINGS.iter().zip(settings) {
            write_for_everybody(&folders.setting(name), &text)?;
        }
        Ok(())
    }

    /// Builds the command that starts the agent in the sandbox. `hidden` is a folder to hide from desktops.
    pub(super) fn agent(
        self,
        settings: &LocalSettings,
        folders: &DesktopFolders,
        hidden: &Path,
    ) -> io::Result<AgentCommand> {
        let uid = self.uid(folders)?;
        if self.containment == Containment::None {
            let mut command = Command::new(&settings.agent);
            if self.root {
                command.uid(uid).gid(uid);
            }
            let (home, runtime) = (folders.home(), folders.runtime());
            return Ok(AgentCommand { command, home, runtime, in_memory: &[] });
        }
        let mut command = Command::new("bwrap");
        command.args(NAMESPACES).args(["--hostname", "deskhand", "--new-session"]);
        bind_system(&mut command, settings.memory_bytes);
        if self.has_own_network() {
            command.arg(NETWORK_NAMESPACE);
        } else {
            bind_name_servers(&mut command);
        }
        if is_visible(hidden) {
            command.arg("--tmpfs").arg(hidden);
        }
        command.args(["--dir", "/etc/ssh", "--chmod", "0755", "/etc/ssh"]);
        for name in OWN_SETTINGS {
            command.arg("--ro-bind").arg(folders.setting(name)).arg(Path::new("/etc").join(name));
        }
        // bubblewrap creates parent folders without access for others, so create this one explicitly.
        command.args(["--dir", INNER_FOLDER, "--chmod", "0755", INNER_FOLDER]);
        command.arg("--bind").arg(folders.home()).arg(INNER_HOME);
        command.arg("--ro-bind").arg(&settings.agent).arg(INNER_AGENT);
        // An ordinary user owns these inside, and could fill the memory with files in them.
        command.args(["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", INNER_HOME, "--"]);
        if self.root {
            let id = uid.to_string();
            command.args(["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups", "--inh-caps=-all"]);
            command.args(["--bounding-set=-all", "--no-new-privs", "--"]);
        }
        command.arg(INNER_AGENT);
        let (home, runtime) = (INNER_HOME.into(), INNER_RUNTIME.into());
        Ok(AgentCommand { command, home, runtime, in_memory: &IN_MEMORY })
    }

    /// The user id of a desktop. Under root each desktop has its own, stored as the owner of its home folder.
    pub(super) fn uid(self, folders: &DesktopFolders) -> io::Result<u32> {
        if !self.root {
            return Ok(nix::unistd::geteuid().as_raw());
        }
        let owner = |home: &Path| std::fs::metadata(home).map(|metadata| metadata.uid());
        let own = owner(&folders.home())?;
        if own >= FIRST_UID {
            return Ok(own);
        }
        let mut highest = FIRST_UID - 1;
        for desktop in std::fs::read_dir(folders.root().parent().unwrap_or(folders.root()))? {
            if let Ok(uid) = owner(&desktop?.path().join("home")) {
                highest = highest.max(uid);
            }
        }
        Ok(highest + 1)
    }

    /// The group of a desktop's user. Under root it has the same number.
    fn gid(self, uid: u32) -> u32 {
        if self.root { uid } else { nix::unistd::getegid().as_raw() }
    }
}

/// Writes a file that the desktop's user can read, independent of the umask.
fn write_for_everybody(path: &Path, text: &str) -> io::Result<()> {
    std::fs::write(path, text)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}
