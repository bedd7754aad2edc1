//! The proxy through which desktops reach the internet, by HTTP or SOCKS5. It identifies a desktop by the socket that only
//! this desktop has, or by its address, which it can't forge because it may not send raw packets. Each request is checked
//! against the current policy and recorded.

mod client;
mod dialer;
mod http;
mod permission;
pub mod rate_limiter;
mod socks;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, BufReader};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::client::{Client, Connections, Origin};
use self::dialer::Dialer;
use self::permission::Permission;
use self::rate_limiter::RateLimiter;
use crate::provider::EgressSocket;
use crate::services::egress::Egress;

/// Delay before listening or accepting again after a failure, such as an address that another replica uses.
const RETRY_DELAY: Duration = Duration::from_secs(5);
/// How long a desktop may take to send a request's headers.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The egress proxy. Cheap to clone.
#[derive(Clone)]
pub struct Proxy {
    egress: Egress,
    /// Owns the connection tasks.
    tasks: TaskTracker,
    shutdown: CancellationToken,
    connections: Connections,
    rate_limiter: Arc<RateLimiter>,
    dialer: Arc<Dialer>,
}

impl Proxy {
    /// Creates a proxy that decides with `egress` and spawns its tasks on `tasks`, until `shutdown`.
    #[must_use]
    pub fn new(egress: Egress, tasks: TaskTracker, shutdown: CancellationToken) -> Self {
        let dialer = Arc::new(Dialer::from_env(egress.reachable.clone()));
        Self {
            egress,
            tasks,
            shutdown,
            connections: Connections::default(),
            rate_limiter: Arc::default(),
            dialer,
        }
    }

    /// Serves the desktops of the provider until shutdown.
    pub async fn serve(self) {
        let shutdown = self.shutdown.clone();
        let shared = async {
            match self.egress.provider.proxy_address() {
                Some(address) => self.serve_at(address).await,
                None => std::future::pending().await,
            }
        };
        let own = async {
            loop {
                let socket = self.egress.provider.next_egress_socket().await;
                self.tasks.spawn(self.clone().serve_desktop(socket));
            }
        };
        shutdown.run_until_cancelled(async { tokio::join!(shared, own) }).await;
    }

    /// Serves all desktops that share an address.
    async fn serve_at(&self, address: SocketAddr) {
        loop {
            match TcpListener::bind(address).await {
                Ok(listener) => loop {
                    let accepted = listener.accept().await;
                    self.take(accepted.map(|(stream, from)| (stream, Origin::Address(from.ip())))).await;
                },
                Err(error) => {
                    tracing::warn!(%address, %error, "the egress proxy can't listen; another replica may be using the address");
                }
            }
            tokio::time::sleep(RETRY_DELAY).await;
        }
    }

    /// Serves the socket of one desktop until it ends.
    async fn serve_desktop(self, socket: EgressSocket) {
        let EgressSocket { desktop, listener, ended } = socket;
        let accept = async {
            loop {
                let accepted = listener.accept().await;
                self.take(accepted.map(|(stream, _)| (stream, Origin::Desktop(desktop)))).await;
            }
        };
        tokio::select! {
            () = accept => {}
            () = ended.cancelled() => {}
            () = self.shutdown.cancelled() => {}
        }
        self.rate_limiter.forget_idle();
    }

    /// Serves an accepted connection on a task of its own.
    async fn take<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        &self,
        accepted: io::Result<(S, Origin)>,
    ) {
        match accepted {
            Ok((stream, origin)) => {
                let Some(client) = self.connections.admit(origin) else { return };
                let this = self.clone();
                self.tasks.spawn(async move {
                    let served = this.connection(BufReader::new(stream), Arc::new(client));
                    this.shutdown.run_until_cancelled(served).await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the egress proxy could not accept a connection");
                tokio::time::sleep(RETRY_DELAY).await;
            }
        }
    }

    /// Serves a connection in the protocol that its first byte shows.
    async fn connection<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        &self,
        mut stream: BufReader<S>,
        client: Arc<Client>,
    ) {
        let first = tokio::time::timeout(HEAD_TIMEOUT, stream.fill_buf()).await;
        let Ok(Ok(first)) = first else { return };
        match first.first() {
            None => {}
            Some(&socks::VERSION) => self.serve_socks(stream, &client).await,
            Some(_) => self.serve_http(stream, client).await,
        }
    }

    /// Runs a connection until it ends, the policy forbids it, or shutdown.
    async fn run_while_permitted(&self, permission: Permission, work: impl Future<Output = ()>) {
        tokio::select! {
            () = work => {}
            () = permission.withdrawn() => {}
            () = self.shutdown.cancelled() => {}
        }
    }
}
