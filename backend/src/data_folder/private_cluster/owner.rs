//! The user that runs Postgres: the current user, or an unprivileged one if this process runs as root.
#![expect(unsafe_code, reason = "code between fork and exec can't be written in safe Rust")]

use std::io;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use nix::sys::signal::Signal;
use nix::unistd::{Gid, Uid, User};
use tokio::process::Command;

use crate::data_folder::closed::belongs_to_another;

/// The users to try under root: Debian's own, then the unprivileged one.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// The user that runs Postgres.
pub(super) struct Owner {
    other: Option<(Uid, Gid)>,
    /// The data folder, kept open for the other user, who may lack access to its parent folders.
    held: OnceLock<OwnedFd>,
}

impl Owner {
    /// Chooses the current user, or an unprivileged one under root.
    pub(super) fn choose() -> anyhow::Result<Self> {
        if !nix::unistd::geteuid().is_root() {
            return Ok(Self { other: None, held: OnceLock::new() });
        }
        for name in UNPRIVILEGED {
            if let Some(user) = User::from_name(name)? {
                return Ok(Self { other: Some((user.uid, user.gid)), held: OnceLock::new() });
            }
        }
        anyhow::bail!(
            "Postgres does not run as root, and this machine has no user `postgres` to run it. Install Postgres."
        )
    }

    /// Creates a folder that only the owner can access. Fails if it exists and belongs to somebody else.
    pub(super) fn make_folder(&self, folder: &Path) -> anyhow::Result<()> {
        match std::fs::DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => made?,
        }
        self.require_own(folder)?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
        if let Some((uid, gid)) = self.other {
            chown(folder, Some(uid.as_raw()), Some(gid.as_raw()))?;
        }
        Ok(())
    }

    /// Fails if a folder belongs to somebody else.
    pub(super) fn require_own(&self, folder: &Path) -> anyhow::Result<()> {
        let found = std::fs::symlink_metadata(folder)?;
        let ours = nix::unistd::geteuid().as_raw();
        let wanted = self.other.map_or(ours, |(uid, _)| uid.as_raw());
        anyhow::ensure!(
            found.is_dir() && (found.uid() == wanted || found.uid() == ours),
            "{}",
            belongs_to_another(folder, found.uid()),
        );
        Ok(())
    }

    /// The path by which the owner's processes open the folder. Another user may lack access to its parent
    /// folders (root's home, a private temporary folder), so its processes inherit a file descriptor.
    pub(super) fn path_of(&self, folder: &Path) -> anyhow::Result<PathBuf> {
        if self.other.is_none() {
            return Ok(std::path::absolute(folder)?);
        }
        let opened: OwnedFd = std::fs::File::open(folder)?.into();
        nix::fcntl::fcntl(&opened, nix::fcntl::FcntlArg::F_SETFD(nix::fcntl::FdFlag::empty()))?;
        let held = self.held.get_or_init(|| opened);
        Ok(PathBuf::from(format!("/proc/self/fd/{}", held.as_raw_fd())))
    }

    /// A command that runs as the owner, in a working directory that everybody can access, and without this process's
    /// environment, which may hold keys of vendors.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").env_clear().env("LC_ALL", "C.UTF-8");
        command.envs(["PATH", "TZ"].iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        if let Some((uid, gid)) = self.other {
            command.uid(uid.as_raw()).gid(gid.as_raw());
        }
        command
    }
}

/// Has the kernel signal the command's process when this process ends, even by SIGKILL.
pub(super) fn end_with_parent(command: &mut Command, signal: Signal) {
    let parent = nix::unistd::getpid();
    // SAFETY: the closure makes only async-signal-safe system calls and does not allocate.
    unsafe {
        command.pre_exec(move || {
            nix::sys::prctl::set_pdeathsig(signal)?;
            // This process may have ended before the call above.
            if nix::unistd::getppid() != parent {
                return Err(io::ErrorKind::Interrupted.into());
            }
            Ok(())
        });
    }
}
