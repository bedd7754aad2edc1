//! Where the server's Unix socket is.

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::PORT;

/// The longest path of a socket, in bytes, that the kernel accepts.
const PATH_LIMIT: usize = 107;

/// The folder of the socket.
pub(super) enum SocketFolder {
    /// The cluster's own, so that nothing is left elsewhere when somebody removes the data folder.
    Cluster(PathBuf),
    /// A short one, where the cluster's path is too long, or has characters that mean something in a list of hosts.
    Short(PathBuf),
}

impl SocketFolder {
    /// The folder for the cluster in `folder`.
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
        let absolute = std::path::absolute(folder)?;
        let name = absolute.as_os_str().as_encoded_bytes();
        let plain = name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(byte));
        if plain && name.len() + format!("/.s.PGSQL.{PORT}").len() <= PATH_LIMIT {
            return Ok(Self::Cluster(absolute));
        }
        let digest = Sha256::digest(name);
        Ok(Self::Short(format!("/tmp/.deskhand-{}", hex::encode(&digest[..8])).into()))
    }

    /// The path for clients.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Cluster(path) | Self::Short(path) => path,
        }
    }

    /// The path for the server, to which the cluster's folder is `cluster`.
    pub(super) fn seen_by_server<'a>(&'a self, cluster: &'a Path) -> &'a Path {
        match self {
            Self::Cluster(_) => cluster,
            Self::Short(path) => path,
        }
    }

    /// Removes the folder after the server's end.
    pub(super) fn remove(&self) -> io::Result<()> {
        let Self::Short(path) = self else { return Ok(()) };
        match std::fs::remove_dir(path) {
            // A server that was killed leaves its socket, which the next one replaces.
            Err(error)
                if matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotFound) =>
            {
                Ok(())
            }
            removed => removed,
        }
    }
}
