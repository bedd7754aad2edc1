//! Chooses the folder of the server's Unix socket.

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::PORT;

/// Maximum length of a socket path on Linux, in bytes.
const PATH_LIMIT: usize = 107;

/// The folder of the socket.
pub(super) enum SocketFolder {
    /// The cluster's own folder, so that removing the data folder removes the socket too.
    Cluster(PathBuf),
    /// A short path below `/tmp`, for a cluster whose path is too long or has characters that are special in
    /// a connection string.
    Short(PathBuf),
}

impl SocketFolder {
    /// Chooses the folder for the cluster in `folder`.
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

    /// The path that clients use.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Cluster(path) | Self::Short(path) => path,
        }
    }

    /// The path that the server uses; `cluster` is the path by which it opens its cluster.
    pub(super) fn seen_by_server<'a>(&'a self, cluster: &'a Path) -> &'a Path {
        match self {
            Self::Cluster(_) => cluster,
            Self::Short(path) => path,
        }
    }

    /// Removes the folder, unless it is the cluster's own, after the server has stopped.
    pub(super) fn remove(&self) -> io::Result<()> {
        let Self::Short(path) = self else { return Ok(()) };
        match std::fs::remove_dir(path) {
            // A killed server leaves its socket behind; the next one replaces it.
            Err(error)
                if matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotFound) =>
            {
                Ok(())
            }
            removed => removed,
        }
    }
}
