//! Listening Unix sockets without a name.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// A reference to a Unix socket that has been removed from the file system: it can be neither found nor replaced, and
/// nothing is left behind. Programs of this user reach it through the descriptor, others only if they are given it.
#[derive(Debug)]
pub struct NamelessSocket(OwnedFd);

impl NamelessSocket {
    /// Creates a socket that listens, in non-blocking mode, and the reference to connect to it.
    ///
    /// # Errors
    /// When no temporary folder can be created or the process has too many open files.
    pub fn listen() -> io::Result<(UnixListener, Self)> {
        // Only this user can enter the folder.
        let folder = tempfile::Builder::new().prefix(".deskhand-").tempdir()?;
        let entered = reference(folder.path())?;
        // However long the folder's path is.
        let path = path_of(entered.as_fd()).join("socket");
        let listener = UnixListener::bind(&path)?;
        listener.set_nonblocking(true)?;
        Ok((listener, Self(reference(&path)?.into())))
    }

    /// The path by which programs of this user connect while this value exists.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        path_of(self.0.as_fd())
    }
}

impl From<NamelessSocket> for OwnedFd {
    /// A descriptor opened with `O_PATH`.
    fn from(socket: NamelessSocket) -> Self {
        socket.0
    }
}

/// Opens a file or folder without access to its contents.
fn reference(path: &Path) -> io::Result<File> {
    File::options().read(true).custom_flags(nix::libc::O_PATH).open(path)
}

fn path_of(descriptor: BorrowedFd<'_>) -> PathBuf {
    format!("/proc/{}/fd/{}", std::process::id(), descriptor.as_raw_fd()).into()
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn the_socket_is_reached_by_its_descriptor_only() {
        let (listener, socket) = NamelessSocket::listen().unwrap();
        let bound = listener.local_addr().unwrap().as_pathname().unwrap().to_owned();
        assert!(!bound.exists());
        UnixStream::connect(socket.path()).unwrap();
        listener.accept().unwrap();
        drop(listener);
        let refused = UnixStream::connect(socket.path()).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    }
}
