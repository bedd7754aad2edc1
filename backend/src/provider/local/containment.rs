//! How well this machine can keep local desktops apart.

use std::io;

use tokio::process::Command;

use crate::provider::DesktopProviderError;

/// What keeps a desktop away from this machine, apart from its own user if this process runs as root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Containment {
    /// bubblewrap with a network namespace: it sees an allow-list of files, and no network but the egress proxy.
    Full,
    /// bubblewrap on this machine's network.
    SharedNetwork,
    /// Nothing: it sees what its user sees.
    None,
}

/// The namespaces of a contained desktop.
pub(super) const NAMESPACES: [&str; 3] = ["--unshare-pid", "--unshare-ipc", "--unshare-uts"];
/// The namespace in which there is only a loopback interface.
pub(super) const NETWORK_NAMESPACE: &str = "--unshare-net";

impl Containment {
    /// Finds out what this machine supports. `uncontained` desktops share its network, and see its files unless
    /// bubblewrap hides them.
    ///
    /// # Errors
    /// When desktops shall be contained and can't be.
    pub(super) async fn probe(uncontained: bool) -> Result<Self, DesktopProviderError> {
        if uncontained {
            return Ok(if try_namespaces(&[]).await.is_ok() { Self::SharedNetwork } else { Self::None });
        }
        match try_namespaces(&[NETWORK_NAMESPACE]).await {
            Ok(()) => Ok(Self::Full),
            Err(reason) => Err(DesktopProviderError::Missing(explain(&reason))),
        }
    }
}

/// Why desktops can't be contained.
enum Reason {
    NotInstalled,
    /// What bubblewrap says.
    Refused(String),
}

async fn try_namespaces(further: &[&str]) -> Result<(), Reason> {
    let mut command = Command::new("bwrap");
    command.args(NAMESPACES).args(further).args(["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]);
    command
        .args(["--size", "4096", "--tmpfs", "/tmp", "--", "/bin/true"])
        .env("LANG", "C")
        .kill_on_drop(true);
    match command.output().await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Reason::NotInstalled),
        Err(error) => Err(Reason::Refused(error.to_string())),
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(Reason::Refused(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
    }
}

fn explain(reason: &Reason) -> String {
    let mend = match reason {
        Reason::NotInstalled => {
            "bubblewrap is not installed. Install it (apt-get install bubblewrap)".to_owned()
        }
        Reason::Refused(said) => format!(
            "this system forbids the namespaces that separate them ({said}). On Ubuntu allow them with `sysctl -w \
             kernel.apparmor_restrict_unprivileged_userns=0`, in a container start it with the right to create them"
        ),
    };
    format!(
        "Desktops can't run as processes of this machine, because {mend}, run desktops in containers instead, or let them \
         reach everything that this user reaches with --uncontained."
    )
}

#[cfg(test)]
mod tests {
    use super::{Reason, explain};

    #[test]
    fn the_reason_says_what_to_do() {
        let missing = explain(&Reason::NotInstalled);
        assert!(
            missing.contains("apt-get install bubblewrap") && missing.contains("--uncontained"),
            "{missing}"
        );
        let refused = explain(&Reason::Refused("bwrap: setting up uid map: Permission denied".into()));
        assert!(refused.contains("uid map: Permission denied") && refused.contains("sysctl"), "{refused}");
    }
}
