//! The proxy through which desktops reach the internet. It identifies a desktop by its address, which a
//! desktop can't forge because it may not send raw packets. Each request is checked against the current
//! policy and recorded.

mod addresses;
pub mod rate_limiter;

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode, Uri, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use protocol::ids::ChatId;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::rate_limiter::RateLimiter;
use crate::services::egress::Egress;
use crate::services::egress::policy::EffectivePolicy;
use crate::store::desktops;
use crate::store::internet_requests::{self, NewInternetRequest};

/// Delay before listening again on an address that is in use, perhaps by another replica.
const RETRY_DELAY: Duration = Duration::from_secs(5);
/// How long a desktop may take to send a request's headers.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Maximum number of open connections of one desktop.
const MAX_CONNECTIONS: usize = 128;

/// The egress proxy. Cheap to clone.
#[derive(Clone)]
pub struct Proxy {
    /// Decides which requests are allowed.
    pub egress: Egress,
    /// Owns the connection tasks.
    pub tasks: TaskTracker,
    /// Ends the proxy.
    pub shutdown: CancellationToken,
    /// The number of open connections of each address.
    pub connections: Arc<Mutex<HashMap<IpAddr, usize>>>,
    /// Limits the request rate of each address.
    pub rate_limiter: Arc<RateLimiter>,
}

/// Counts a connection, or the tunnel that it became, until dropped.
struct Counted {
    address: IpAddr,
    connections: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// An allowed request; lasts until the policy forbids it.
struct Permission {
    policy: watch::Receiver<EffectivePolicy>,
    host: String,
    port: u16,
}

impl Permission {
    /// Waits until the policy forbids the request.
    async fn withdrawn(self) {
        let Self { mut policy, host, port } = self;
        // An error means that the policy is no longer watched, as on shutdown.
        let _ = policy.wait_for(|policy| policy.refusal(&host, port).is_some()).await;
    }
}

/// Why a request was refused.
struct Refusal {
    status: StatusCode,
    reason: String,
}

impl Proxy {
    /// Serves the address that the provider gives to desktops, until shutdown. Returns at once if desktops
    /// use no proxy.
    pub async fn serve(self) {
        let Some(address) = self.egress.provider.proxy_address() else { return };
        let shutdown = self.shutdown.clone();
        shutdown.run_until_cancelled(self.serve_at(address)).await;
    }

    async fn serve_at(&self, address: SocketAddr) {
        loop {
            match TcpListener::bind(address).await {
                Ok(listener) => self.accept(listener).await,
                Err(error) => {
                    tracing::warn!(%address, %error, "the egress proxy can't listen; another replica may be using the address");
                }
            }
            tokio::time::sleep(RETRY_DELAY).await;
        }
    }

    async fn accept(&self, listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, from)) => {
                    let Some(counted) = self.count(from.ip()) else { continue };
                    let this = self.clone();
                    self.tasks.spawn(async move {
                        this.shutdown.run_until_cancelled(this.connection(stream, Arc::new(counted))).await;
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "the egress proxy could not accept a connection");
                    tokio::time::sleep(RETRY_DELAY).await;
                }
            }
        }
    }

    fn count(&self, address: IpAddr) -> Option<Counted> {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        let count = connections.entry(address).or_default();
        if *count >= MAX_CONNECTIONS {
            return None;
        }
        *count += 1;
        Some(Counted { address, connections: Arc::clone(&self.connections) })
    }

    async fn connection(&self, stream: TcpStream, counted: Arc<Counted>) {
        let service = service_fn(async |request| Ok::<_, Infallible>(self.answer(request, &counted).await));
        let served = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .preserve_header_case(true)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        if let Err(error) = served.await {
            tracing::debug!(%error, "a connection to the egress proxy broke");
        }
    }

    async fn answer(&self, request: Request<Incoming>, counted: &Arc<Counted>) -> Response<Body> {
        let answered = match target(&request) {
            Some((host, port)) => match self.permit(counted.address, &host, port).await {
                Ok((stream, permission)) if request.method() == Method::CONNECT => {
                    Ok(self.tunnel(request, stream, permission, Arc::clone(counted)))
                }
                Ok((stream, permission)) => self.forward(request, stream, permission).await,
                Err(refusal) => Err(refusal),
            },
            None => Err(Refusal {
                status: StatusCode::BAD_REQUEST,
                reason: "This is a proxy: ask it for http://HOST/ or with CONNECT HOST:PORT.".into(),
            }),
        };
        answered.unwrap_or_else(|Refusal { status, reason }| {
            let mut response = Response::new(Body::from(format!("{reason}\n")));
            *response.status_mut() = status;
            response
        })
    }

    /// Connects to the requested host if the policy allows it, and records the request with its result.
    async fn permit(&self, from: IpAddr, host: &str, port: u16) -> Result<(TcpStream, Permission), Refusal> {
        let internal = |error: anyhow::Error| {
            tracing::error!(error = format!("{error:#}"), "could not decide on a request of a desktop");
            Refusal {
                status: StatusCode::BAD_GATEWAY,
                reason: "It could not be decided whether you may.".into(),
            }
        };
        self.rate_limiter.turn(from).await;
        let Some(chat_id) = self.chat_at(from).await.map_err(internal)? else {
            let reason = "No conversation has its desktop at your address.".into();
            return Err(Refusal { status: StatusCode::FORBIDDEN, reason });
        };
        let policy = self.egress.follow(chat_id).await.map_err(|error| internal(error.into()))?;
        let refusal = policy.borrow().refusal(host, port);
        let connected = match refusal {
            Some(reason) => Err(Refusal { status: StatusCode::FORBIDDEN, reason }),
            None => addresses::connect(host, port).await.map_err(|error| cant_reach(host, &error)),
        };
        let forbidden = connected.as_ref().err().filter(|refusal| refusal.status == StatusCode::FORBIDDEN);
        let refused = forbidden.map(|refusal| refusal.reason.as_str());
        self.note(chat_id, host, port, refused).await.map_err(internal)?;
        Ok((connected?, Permission { policy, host: host.to_owned(), port }))
    }

    /// Runs a connection until it ends, the policy forbids it, or shutdown.
    fn spawn(&self, permission: Permission, work: impl Future<Output = ()> + Send + 'static) {
        let ended = self.shutdown.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = work => {}
                () = permission.withdrawn() => {}
                () = ended.cancelled() => {}
            }
        });
    }

    async fn chat_at(&self, from: IpAddr) -> anyhow::Result<Option<ChatId>> {
        let Some(id) = self.egress.provider.desktop_at(from).await? else { return Ok(None) };
        Ok(desktops::chat_of(&mut *self.egress.database.connection().await?, id).await?)
    }

    async fn note(
        &self,
        chat_id: ChatId,
        host: &str,
        port: u16,
        refused: Option<&str>,
    ) -> anyhow::Result<()> {
        let created_at = self.egress.clock.now();
        let request = NewInternetRequest { chat_id, host, port: port.into(), refused, created_at };
        let mut conn = self.egress.database.connection().await?;
        Ok(internet_requests::insert(&mut conn, request).await?)
    }

    /// Copies bytes in both directions once the desktop has received the response.
    fn tunnel(
        &self,
        request: Request<Incoming>,
        mut stream: TcpStream,
        permission: Permission,
        counted: Arc<Counted>,
    ) -> Response<Body> {
        self.spawn(permission, async move {
            let _counted = counted;
            let talk = async {
                let desktop = hyper::upgrade::on(request).await.map_err(io::Error::other)?;
                tokio::io::copy_bidirectional(&mut TokioIo::new(desktop), &mut stream).await
            };
            if let Err(error) = talk.await {
                tracing::debug!(%error, "a desktop's connection broke");
            }
        });
        Response::new(Body::empty())
    }

    /// Forwards a plain HTTP request on a new connection.
    async fn forward(
        &self,
        mut request: Request<Incoming>,
        stream: TcpStream,
        permission: Permission,
    ) -> Result<Response<Body>, Refusal> {
        let broken = |error: hyper::Error| Refusal {
            status: StatusCode::BAD_GATEWAY,
            reason: format!("The server broke off: {error}."),
        };
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        self.spawn(permission, async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a server's connection broke");
            }
        });
        if let Some(authority) = request.uri().authority().and_then(|it| it.as_str().parse().ok()) {
            request.headers_mut().insert(header::HOST, authority);
        }
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).parse::<Uri>();
        *request.uri_mut() = path.unwrap_or_default();
        remove_hop_by_hop(request.headers_mut());
        let mut response = sender.send_request(request).await.map_err(broken)?;
        remove_hop_by_hop(response.headers_mut());
        Ok(response.map(Body::new))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = connections.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                connections.remove(&self.address);
            }
        }
    }
}

/// The requested host and port; `None` if this is not a proxy request.
fn target(request: &Request<Incoming>) -> Option<(String, u16)> {
    let uri = request.uri();
    let tunnel = request.method() == Method::CONNECT;
    if !tunnel && uri.scheme_str() != Some("http") {
        return None;
    }
    let host = uri.host()?.trim_start_matches('[').trim_end_matches(']');
    let port = if tunnel { uri.port_u16()? } else { uri.port_u16().unwrap_or(80) };
    Some((host.to_owned(), port))
}

fn cant_reach(host: &str, error: &io::Error) -> Refusal {
    if error.kind() == io::ErrorKind::PermissionDenied {
        return Refusal { status: StatusCode::FORBIDDEN, reason: format!("{error}.") };
    }
    Refusal { status: StatusCode::BAD_GATEWAY, reason: format!("{host} can't be reached: {error}.") }
}

/// Removes the headers that apply only to one connection.
fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let always = ["connection", "proxy-connection", "keep-alive", "te", "trailer", "upgrade"];
    for name in named {
        headers.remove(name);
    }
    for name in always.into_iter().chain(["proxy-authorization", "proxy-authenticate"]) {
        headers.remove(name);
    }
}
