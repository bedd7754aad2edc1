//! The two Unix sockets of a desktop. Neither has a name: programs of the desktop can't replace them, and no other
//! desktop can find them.

use std::io;
use std::os::fd::{OwnedFd, RawFd};
use std::os::unix::fs::chown;

use command_fds::{CommandFdExt as _, FdMapping, FdMappingCollision};
use protocol::ids::DesktopId;
use tokio::net::UnixListener;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::provider::EgressSocket;
use crate::unix_socket::NamelessSocket;

/// The descriptor on which the agent serves its API.
const LISTEN_FD: RawFd = 3;
/// The descriptor that names the egress proxy's socket.
const EGRESS_FD: RawFd = 4;

/// Where this process connects to the agent.
pub(super) type AgentSocket = NamelessSocket;

/// Gives the agent the listener of its API. Returns where to connect to it.
pub(super) fn give_listener(
    command: &mut Command,
    inherited: &mut Vec<FdMapping>,
) -> io::Result<AgentSocket> {
    let (listener, socket) = NamelessSocket::listen()?;
    command.args(["--listen-fd", &LISTEN_FD.to_string()]);
    inherited.push(FdMapping { parent_fd: listener.into(), child_fd: LISTEN_FD });
    Ok(socket)
}

/// Gives the agent of a user's desktop the way to the egress proxy. Returns the proxy's end, on which to accept until
/// `ended`.
pub(super) fn give_way_out(
    command: &mut Command,
    inherited: &mut Vec<FdMapping>,
    desktop: DesktopId,
    uid: u32,
    ended: CancellationToken,
) -> io::Result<EgressSocket> {
    let (listener, socket) = NamelessSocket::listen()?;
    // Connecting takes the permission to write.
    chown(socket.path(), Some(uid), None)?;
    command.args(["--egress-fd", &EGRESS_FD.to_string()]);
    inherited.push(FdMapping { parent_fd: OwnedFd::from(socket), child_fd: EGRESS_FD });
    Ok(EgressSocket { desktop, listener: UnixListener::from_std(listener)?, ended })
}

/// Lets the command inherit these descriptors.
pub(super) fn inherit(command: &mut Command, inherited: Vec<FdMapping>) -> io::Result<()> {
    command.fd_mappings(inherited).map_err(|FdMappingCollision| io::Error::other("descriptors collide"))?;
    Ok(())
}
