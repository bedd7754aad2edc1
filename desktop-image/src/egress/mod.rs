//! The desktop's way to the internet, where it has no network of its own: a port of its loopback interface, whose
//! connections are passed to the egress proxy of the backend.

pub mod connect;

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener as StdTcpListener};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::task::JoinSet;

/// The address at which programs of the desktop find the proxy.
pub const ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3128);
/// Maximum number of open connections. The proxy accepts fewer.
const MAX_CONNECTIONS: usize = 256;
/// Delay before accepting again after a failure, such as too many open files.
const RETRY_DELAY: Duration = Duration::from_millis(100);

/// The port at which programs find the proxy.
#[derive(Debug)]
pub struct EgressPort {
    listener: StdTcpListener,
    /// The egress proxy's socket, opened with `O_PATH`: it has no name that programs of the desktop could replace.
    proxy: Arc<OwnedFd>,
}

impl EgressPort {
    /// Listens at [`ADDRESS`], before any program of the desktop can take it.
    ///
    /// # Errors
    /// When the port is taken, as it may be on a network that others use too.
    pub fn open(proxy: OwnedFd) -> io::Result<Self> {
        let listener = StdTcpListener::bind(ADDRESS)?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener, proxy: Arc::new(proxy) })
    }

    /// Passes connections to the proxy, forever.
    pub(crate) async fn serve(self) -> io::Result<Infallible> {
        let listener = TcpListener::from_std(self.listener)?;
        let mut open = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                _ = open.join_next(), if !open.is_empty() => continue,
                accepted = listener.accept(), if open.len() < MAX_CONNECTIONS => accepted,
            };
            match accepted {
                Ok((stream, _)) => {
                    open.spawn(pass_on(stream, Arc::clone(&self.proxy)));
                }
                Err(error) => {
                    tracing::warn!(%error, "could not accept a connection to the internet");
                    tokio::time::sleep(RETRY_DELAY).await;
                }
            }
        }
    }
}

async fn pass_on(mut program: TcpStream, proxy: Arc<OwnedFd>) {
    let passed = async {
        program.set_nodelay(true)?;
        let mut proxy = UnixStream::connect(format!("/proc/self/fd/{}", proxy.as_raw_fd())).await?;
        copy_bidirectional(&mut program, &mut proxy).await
    };
    if let Err(error) = passed.await {
        tracing::debug!(%error, "a connection to the internet broke");
    }
}
