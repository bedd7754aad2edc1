//! Tells systemd that the service is ready, if that started it with `Type=notify`.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Announces it where `NOTIFY_SOCKET` says, if anywhere.
pub(crate) fn announce() {
    let socket: Option<OsString> = std::env::var_os("NOTIFY_SOCKET").filter(|socket| !socket.is_empty());
    if let Some(socket) = socket
        && let Err(error) = send(&socket)
    {
        // systemd will take the start for failed, so its cause has to be in the log.
        tracing::error!(socket = %socket.display(), %error, "could not tell systemd that the service is ready");
    }
}

/// A name that begins with `@` is in the kernel's abstract namespace, as sd_notify(3) has it.
fn send(socket: &OsStr) -> io::Result<()> {
    let address = match socket.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(socket)?,
    };
    UnixDatagram::unbound()?.send_to_addr(b"READY=1", &address).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(socket: &UnixDatagram) -> Vec<u8> {
        let mut bytes = vec![0; 64];
        let length = socket.recv(&mut bytes).unwrap();
        bytes.truncate(length);
        bytes
    }

    #[test]
    fn it_is_sent_to_a_file_and_to_an_abstract_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        send(path.as_os_str()).unwrap();
        assert_eq!(received(&socket), b"READY=1");

        let name = format!("deskhand-readiness-{}", std::process::id());
        let socket = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        send(OsStr::new(&format!("@{name}"))).unwrap();
        assert_eq!(received(&socket), b"READY=1");
    }

    #[test]
    fn nobody_who_listens_is_an_error() {
        assert!(send(OsStr::new("/nonexistent/notify")).is_err());
    }
}
