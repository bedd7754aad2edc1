//! Closes connections whose peer has stopped reading, or sends the head of a request too slowly, so that neither they nor
//! what they would receive is kept for ever.
//!
//! hyper buffers about 400 KiB for a connection before it applies backpressure, and the kernel 512 KiB. A
//! stalled reader therefore costs less than 1 MiB and delays nobody else.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// The send buffer to request from the kernel, in bytes; Linux doubles it for bookkeeping.
const KERNEL_BYTES: usize = 256 << 10;
/// How long a write to a live stream may be blocked.
const LIVE_WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long any other write may be blocked; longer, because people pause downloads.
const WRITE_TIMEOUT: Duration = Duration::from_secs(120);

/// The peer of a connection. Handlers get it as `ConnectInfo`.
#[derive(Debug, Clone)]
pub struct Peer {
    address: SocketAddr,
    phase: Arc<Phase>,
}

/// What a connection is used for at the moment.
#[derive(Debug, Default)]
struct Phase {
    /// It is a live stream.
    live: AtomicBool,
    /// The number of requests so far.
    requests: AtomicUsize,
    /// The number of requests that are being served.
    serving: AtomicUsize,
}

impl Peer {
    /// Its address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Marks the connection as a live stream, which gets the shorter write timeout.
    pub fn watches_live(&self) {
        self.phase.live.store(true, Ordering::Relaxed);
    }

    /// Counts a request until the guard is dropped.
    pub(super) fn serve(&self) -> Serving {
        self.phase.requests.fetch_add(1, Ordering::Relaxed);
        self.phase.serving.fetch_add(1, Ordering::Relaxed);
        Serving { phase: Arc::clone(&self.phase), upgraded: false }
    }

    fn write_timeout(&self) -> Duration {
        if self.phase.live.load(Ordering::Relaxed) { LIVE_WRITE_TIMEOUT } else { WRITE_TIMEOUT }
    }
}

/// A request that is being served: from the end of its head to the end of its response.
#[derive(Debug)]
pub(super) struct Serving {
    phase: Arc<Phase>,
    upgraded: bool,
}

impl Serving {
    /// Counts the request for as long as the connection exists, since what follows is no HTTP.
    pub(super) fn upgrade(mut self) {
        self.upgraded = true;
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if !self.upgraded {
            self.phase.serving.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// A connection that fails when a write is blocked for too long, or the head of a request is incomplete for too long.
pub(super) struct Connection<S> {
    stream: S,
    peer: Peer,
    head_timeout: Duration,
    /// Runs while a write is blocked.
    full: Option<Pin<Box<Sleep>>>,
    /// Runs while the head of a request is incomplete.
    head: Option<Pin<Box<Sleep>>>,
    /// The number of requests when `head` was last decided on.
    requests: usize,
}

/// Sets the options of an accepted socket.
pub(super) fn prepare(socket: &TcpStream) {
    // Events are small messages that somebody waits for.
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "could not set TCP_NODELAY");
    }
    // By default the kernel buffers megabytes for each stalled reader.
    if let Err(error) = SockRef::from(socket).set_send_buffer_size(KERNEL_BYTES) {
        tracing::debug!(%error, "could not limit the send buffer of a connection");
    }
}

impl<S> Connection<S> {
    /// Wraps an accepted connection. The head of the first request must be complete `head_timeout` from now, of each
    /// further one `head_timeout` from its first byte.
    pub(super) fn new(stream: S, address: SocketAddr, head_timeout: Duration) -> Self {
        let peer = Peer { address, phase: Arc::default() };
        let head = Some(Box::pin(tokio::time::sleep(head_timeout)));
        Self { stream, peer, head_timeout, full: None, head, requests: 0 }
    }

    /// The peer.
    pub(super) fn peer(&self) -> &Peer {
        &self.peer
    }

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

    /// Fails a read that is pending for the rest of a head for too long.
    fn head_limited(&mut self, context: &mut Context<'_>, received: bool) -> Poll<io::Result<()>> {
        let requests = self.peer.phase.requests.load(Ordering::Relaxed);
        if self.peer.phase.serving.load(Ordering::Relaxed) > 0 || requests != self.requests {
            self.requests = requests;
            self.head = None;
        } else if received {
            let timeout = self.head_timeout;
            self.head.get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
        }
        if received {
            return Poll::Ready(Ok(()));
        }
        let Some(head) = &mut self.head else { return Poll::Pending };
        ready!(head.as_mut().poll(context));
        tracing::debug!("closed a connection that sent no complete request head");
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        match read {
            Poll::Ready(Ok(())) => self.head_limited(context, true),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => self.head_limited(context, false),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
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
