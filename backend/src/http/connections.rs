//! Closes connections whose peer has stopped reading, so that neither they nor what they would receive is
//! kept for ever.
//!
//! hyper buffers about 400 KiB for a connection before it applies backpressure, and the kernel 512 KiB. A
//! stalled reader therefore costs less than 1 MiB and delays nobody else.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;

/// The send buffer to request from the kernel, in bytes; Linux doubles it for bookkeeping.
const KERNEL_BYTES: usize = 256 << 10;
/// How long a write to a live stream may be blocked.
const LIVE_WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long any other write may be blocked; longer, because people pause downloads.
const WRITE_TIMEOUT: Duration = Duration::from_secs(120);

/// A listener whose connections fail when their peer stops reading.
pub struct Connections(pub TcpListener);

impl Listener for Connections {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Events are small messages that somebody waits for.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "could not set TCP_NODELAY");
        }
        // By default the kernel buffers megabytes for each stalled reader.
        if let Err(error) = SockRef::from(&stream).set_send_buffer_size(KERNEL_BYTES) {
            tracing::debug!(%error, "could not limit the send buffer of a connection");
        }
        let peer = Peer { address, live: Arc::default() };
        (Connection { stream, peer, full: None }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// The peer of a connection. Handlers get it as `ConnectInfo`.
#[derive(Debug, Clone)]
pub struct Peer {
    address: SocketAddr,
    live: Arc<AtomicBool>,
}

impl Peer {
    /// Its address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Marks the connection as a live stream, which gets the shorter write timeout.
    pub fn watches_live(&self) {
        self.live.store(true, Ordering::Relaxed);
    }

    fn write_timeout(&self) -> Duration {
        if self.live.load(Ordering::Relaxed) { LIVE_WRITE_TIMEOUT } else { WRITE_TIMEOUT }
    }
}

impl Connected<IncomingStream<'_, Connections>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Connections>) -> Self {
        stream.io().peer.clone()
    }
}

/// A connection that fails when a write is blocked for too long.
pub struct Connection {
    stream: TcpStream,
    peer: Peer,
    /// Runs while a write is blocked.
    full: Option<Pin<Box<Sleep>>>,
}

impl Connection {
    fn limited<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.full = None;
            return written;
        }
        let peer = &self.peer;
        let full = self.full.get_or_insert_with(|| Box::pin(tokio::time::sleep(peer.write_timeout())));
        ready!(full.as_mut().poll(context));
        tracing::info!("closed a connection whose peer stopped reading");
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.limited(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.limited(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
