//! Where the API listens.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener as StdUnixListener;

use anyhow::Context as _;
use axum::Router;
use axum::serve::ListenerExt as _;
use tokio::net::{TcpListener, UnixListener};

/// Where the API shall listen.
#[derive(Debug)]
pub enum Listen {
    /// At an address of this machine; port 0 takes any.
    Address(SocketAddr),
    /// At a Unix socket that listens already. Its name, if it has any, is the parent's concern: programs of the desktop
    /// can't replace it.
    Inherited(OwnedFd),
}

/// A listening socket.
#[derive(Debug)]
pub(crate) enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Listen {
    /// Listens.
    pub(crate) async fn open(self) -> anyhow::Result<Listener> {
        match self {
            Self::Address(address) => {
                let listener = TcpListener::bind(address).await;
                Ok(Listener::Tcp(listener.with_context(|| format!("could not listen at {address}"))?))
            }
            Self::Inherited(socket) => {
                let listener = StdUnixListener::from(socket);
                listener.set_nonblocking(true)?;
                Ok(Listener::Unix(
                    UnixListener::from_std(listener).context("could not use the inherited socket")?,
                ))
            }
        }
    }
}

impl Listener {
    /// The TCP port; `None` for a Unix socket.
    pub(crate) fn port(&self) -> std::io::Result<Option<u16>> {
        match self {
            Self::Tcp(listener) => Ok(Some(listener.local_addr()?.port())),
            Self::Unix(_) => Ok(None),
        }
    }

    /// Serves forever.
    pub(crate) async fn serve(self, router: Router) -> std::io::Result<()> {
        match self {
            Self::Tcp(listener) => {
                // Without Nagle's delay, since updates of the live view are small.
                let listener = listener.tap_io(|stream| {
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(error = %error, "could not disable Nagle's delay");
                    }
                });
                axum::serve(listener, router).await
            }
            Self::Unix(listener) => axum::serve(listener, router).await,
        }
    }
}
