//! Connects to the servers that desktops ask for: directly, or through the proxy of this site that the environment
//! variables `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` name.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use outbound::{System, addresses};
use tokio::net::TcpStream;
use tower::Service as _;

use crate::config::reachable_server::ReachableServer;

/// How long this site's proxy may take to connect.
const PROXY_TIMEOUT: Duration = Duration::from_secs(30);

/// Connects to servers.
pub(super) struct Dialer {
    proxies: Matcher,
    /// Servers that may be on a private network or this machine.
    reachable: Arc<[ReachableServer]>,
}

/// A connection for plain HTTP requests.
pub(super) struct HttpRoute {
    pub(super) stream: TcpStream,
    /// Whether it leads to a proxy, which has to be told the whole address.
    pub(super) through_proxy: bool,
    /// What the proxy asks for.
    pub(super) authorization: Option<HeaderValue>,
}

impl Dialer {
    /// Reads the variables.
    pub(super) fn from_env(reachable: Arc<[ReachableServer]>) -> Self {
        Self { proxies: Matcher::from_env(), reachable }
    }

    /// Connects to a host, for any protocol.
    ///
    /// # Errors
    /// [`io::ErrorKind::PermissionDenied`] when the host is not on the internet, others when it can't be reached.
    pub(super) async fn tunnel(&self, host: &str, port: u16) -> io::Result<TcpStream> {
        if let Some(host) = self.reachable_name(host, port) {
            return TcpStream::connect((host, port)).await;
        }
        let target = uri("https", host, port)?;
        let Some(proxy) = self.proxies.intercept(&target) else {
            return addresses::connect(host, port, &System).await;
        };
        addresses::refuse_private(host, &System).await?;
        let tunnel = tokio::time::timeout(PROXY_TIMEOUT, through(&proxy, target)).await;
        tunnel.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    /// Connects to a host, or to a proxy that forwards HTTP requests to it.
    ///
    /// # Errors
    /// As for [`Self::tunnel`].
    pub(super) async fn http_route(&self, host: &str, port: u16) -> io::Result<HttpRoute> {
        let forwards = |proxy: &Intercept| proxy.uri().scheme_str() == Some("http");
        let proxy = self.proxies.intercept(&uri("http", host, port)?).filter(forwards);
        let (Some(proxy), None) = (proxy, self.reachable_name(host, port)) else {
            let stream = self.tunnel(host, port).await?;
            return Ok(HttpRoute { stream, through_proxy: false, authorization: None });
        };
        addresses::refuse_private(host, &System).await?;
        let address = (proxy.uri().host().unwrap_or_default(), proxy.uri().port_u16().unwrap_or(80));
        let stream = tokio::time::timeout(PROXY_TIMEOUT, TcpStream::connect(address)).await;
        let stream = stream.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(site_proxy)?;
        Ok(HttpRoute { stream, through_proxy: true, authorization: proxy.basic_auth().cloned() })
    }

    /// What to connect to for a server that desktops may reach wherever it is.
    fn reachable_name<'a>(&'a self, host: &str, port: u16) -> Option<&'a str> {
        self.reachable.iter().find_map(|server| server.answers_to(host, port))
    }
}

async fn through(proxy: &Intercept, target: Uri) -> io::Result<TcpStream> {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_connect_timeout(Some(PROXY_TIMEOUT));
    let address = proxy.uri().clone();
    let connected = match address.scheme_str() {
        Some("http") => {
            let mut tunnel = Tunnel::new(address, connector);
            if let Some(authorization) = proxy.basic_auth() {
                tunnel = tunnel.with_auth(authorization.clone());
            }
            tunnel.call(target).await.map_err(site_proxy)
        }
        Some("socks5" | "socks5h") => {
            let mut socks = SocksV5::new(address, connector);
            if let Some((user, password)) = proxy.raw_auth() {
                socks = socks.with_auth(user.to_owned(), password.to_owned());
            }
            socks.call(target).await.map_err(site_proxy)
        }
        _ => Err(site_proxy("only proxies with http:// and socks5:// are supported")),
    };
    connected.map(TokioIo::into_inner)
}

/// Says that it is this site's proxy that failed.
fn site_proxy(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::other(format!("the proxy of this server: {}", error.into()))
}

fn uri(scheme: &str, host: &str, port: u16) -> io::Result<Uri> {
    let host = match host.parse() {
        Ok(IpAddr::V6(address)) => format!("[{address}]"),
        _ => host.to_owned(),
    };
    let invalid = |error: axum::http::Error| io::Error::new(io::ErrorKind::InvalidInput, error);
    Uri::builder()
        .scheme(scheme)
        .authority(format!("{host}:{port}"))
        .path_and_query("/")
        .build()
        .map_err(invalid)
}
