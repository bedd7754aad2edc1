//! Explains in a user-facing message why the engine can't be reached and what to do.

use std::error::Error as StdError;
use std::io;
use std::path::Path;

use bollard::errors::Error;

use crate::provider::DesktopProviderError;

/// A folder searched for the engine's program in addition to `PATH`, which often lacks it.
const SYSTEM_PROGRAMS: &str = "/usr/sbin";

/// The user-facing error for an unreachable engine.
pub(super) fn away(error: &Error) -> DesktopProviderError {
    DesktopProviderError::EngineAway(sentence(kind(error), is_installed(), &error.to_string()))
}

fn sentence(kind: Option<io::ErrorKind>, installed: bool, error: &str) -> String {
    match kind {
        Some(io::ErrorKind::PermissionDenied) => {
            "Docker does not let this user in. Add the user to its group (`adduser \
             NAME docker`), and log in again."
                .into()
        }
        Some(io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) if installed => {
            "Docker does not run. Start it (`systemctl start docker`).".into()
        }
        Some(io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            "Docker is not installed. Install it (on Debian: `apt-get install docker.io`).".into()
        }
        _ => format!("Docker does not answer ({error})."),
    }
}

/// The operating system's error, if one caused the failure.
fn kind(error: &Error) -> Option<io::ErrorKind> {
    if matches!(error, Error::SocketNotFoundError(_)) {
        return Some(io::ErrorKind::NotFound);
    }
    let first: &(dyn StdError + 'static) = error;
    let mut causes = std::iter::successors(Some(first), |&cause| cause.source());
    causes.find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind)
}

/// Whether an engine is installed on this machine or `DOCKER_HOST` names another one.
fn is_installed() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::var_os("DOCKER_HOST").is_some()
        || std::env::split_paths(&path)
            .chain([SYSTEM_PROGRAMS.into()])
            .any(|folder| Path::new(&folder).join("dockerd").exists())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::net::UnixListener;

    use bollard::{API_DEFAULT_VERSION, Docker};

    use super::*;

    #[test]
    fn each_cause_has_its_own_message() {
        let said = |kind, installed| sentence(kind, installed, "the cause");
        assert!(said(Some(io::ErrorKind::NotFound), false).starts_with("Docker is not installed."));
        assert!(said(Some(io::ErrorKind::NotFound), true).starts_with("Docker does not run."));
        assert!(said(Some(io::ErrorKind::ConnectionRefused), true).starts_with("Docker does not run."));
        assert!(said(Some(io::ErrorKind::PermissionDenied), true).contains("adduser"));
        assert_eq!(said(None, true), "Docker does not answer (the cause).");
    }

    #[tokio::test]
    async fn the_cause_is_found_in_the_clients_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let address = format!("unix://{}", path.display());
        let ask = async || {
            let docker = Docker::connect_with_unix(&address, 5, API_DEFAULT_VERSION)?;
            docker.ping().await
        };
        assert_eq!(kind(&ask().await.unwrap_err()), Some(io::ErrorKind::NotFound));
        drop(UnixListener::bind(&path).unwrap());
        assert_eq!(kind(&ask().await.unwrap_err()), Some(io::ErrorKind::ConnectionRefused));
        if !nix::unistd::geteuid().is_root() {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o0)).unwrap();
            assert_eq!(kind(&ask().await.unwrap_err()), Some(io::ErrorKind::PermissionDenied));
        }
    }
}
