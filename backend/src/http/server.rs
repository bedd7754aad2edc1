//! Accepts connections and serves requests on them, within limits.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use axum::response::IntoResponse;
use axum::serve::Listener;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::{Service, ServiceExt as _};

pub use crate::http::connection::Peer;

use crate::auth::throttle::network;
use crate::connection_limits::ConnectionLimits;
use crate::http::connection::{self, Connection, Serving};

/// The largest head of a request that is always taken, in bytes. What comes with one read may go beyond it, up to twice as
/// much.
const MAX_HEAD_BYTES: usize = 32 << 10;

/// What answers requests.
pub trait HttpService:
    Service<Request<Body>, Error = Infallible, Response: IntoResponse, Future: Send> + Clone + Send + 'static
{
}

impl<S> HttpService for S where
    S: Service<Request<Body>, Error = Infallible, Response: IntoResponse, Future: Send>
        + Clone
        + Send
        + 'static
{
}

/// Serves until `closing` is cancelled and then until all requests have been answered. Dropping the future closes the
/// connections.
pub async fn serve<S>(
    mut listener: TcpListener,
    service: S,
    limits: ConnectionLimits,
    closing: CancellationToken,
) where
    S: HttpService,
{
    let mut open = JoinSet::new();
    let addresses = AddressCounts::default();
    loop {
        let (stream, address) = tokio::select! {
            () = closing.cancelled() => break,
            Some(_) = open.join_next() => continue,
            accepted = Listener::accept(&mut listener), if open.len() < limits.total => accepted,
        };
        let Some(counted) = addresses.enter(address.ip(), limits.per_address) else {
            tracing::warn!(client.address = %address.ip(), "closed a connection: this address has too many");
            continue;
        };
        connection::prepare(&stream);
        let connection = serve_connection(stream, address, service.clone(), limits, closing.clone());
        open.spawn(async move {
            connection.await;
            drop(counted);
        });
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}

/// Serves the requests of one connection.
async fn serve_connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    address: SocketAddr,
    service: impl HttpService,
    limits: ConnectionLimits,
    closing: CancellationToken,
) {
    let stream = Connection::new(stream, address, limits.head_timeout);
    let peer = stream.peer().clone();
    let service =
        service_fn(move |request: Request<Incoming>| answer(service.clone(), peer.clone(), request));
    let mut builder = http1::Builder::new();
    // hyper's time-out begins when the connection falls idle.
    builder.max_buf_size(MAX_HEAD_BYTES);
    builder.timer(TokioTimer::new()).header_read_timeout(limits.idle_timeout);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service).with_upgrades());
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(%error, client.address = %address, "a connection failed");
    }
}

async fn answer(
    service: impl HttpService,
    peer: Peer,
    request: Request<Incoming>,
) -> Result<axum::http::Response<ServedBody>, Infallible> {
    let serving = peer.serve();
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = service.oneshot(request).await?.into_response();
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        serving.upgrade();
        return Ok(response.map(|body| ServedBody { body, _serving: None }));
    }
    Ok(response.map(|body| ServedBody { body, _serving: Some(serving) }))
}

/// The body of a response. Its request is being served until the body is dropped.
struct ServedBody {
    body: Body,
    _serving: Option<Serving>,
}

impl HttpBody for ServedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The number of open connections by address.
#[derive(Clone, Default)]
struct AddressCounts(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A connection that is counted until this is dropped.
struct Counted {
    counts: AddressCounts,
    address: IpAddr,
}

impl AddressCounts {
    /// Counts a connection. `None` if its address has `limit` already.
    fn enter(&self, address: IpAddr, limit: usize) -> Option<Counted> {
        let limit = if address.to_canonical().is_loopback() { usize::MAX } else { limit };
        let address = network(address);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= limit {
            return None;
        }
        *count += 1;
        Some(Counted { counts: self.clone(), address })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.counts.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::Router;
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::connection_limits::BodyPace;

    #[tokio::test]
    async fn the_time_of_a_head_does_not_run_while_a_request_is_served_or_the_connection_is_idle() {
        let never = Duration::from_secs(600);
        let head_timeout = Duration::from_millis(10);
        let limits = ConnectionLimits {
            total: 1,
            per_address: 1,
            head_timeout,
            idle_timeout: never,
            body: BodyPace { patience: never, rate: 1 },
        };
        let (mut client, server) = tokio::io::duplex(1 << 16);
        let service = Router::new()
            .route("/health", get(|| async { "healthy" }))
            .route("/", post(|body: String| async { body }));
        let address = SocketAddr::from(([127, 0, 0, 1], 1));
        let serving = serve_connection(server, address, service, limits, CancellationToken::new());
        let asking = async move {
            client.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
            assert!(until(&mut client, "healthy").await.starts_with("HTTP/1.1 200"));
            // Nothing tells that a timer does not run: its time has to pass.
            tokio::time::sleep(head_timeout * 2).await;
            client
                .write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n")
                .await
                .unwrap();
            // The body comes later than the head may take.
            tokio::time::sleep(head_timeout * 2).await;
            client.write_all(b"late").await.unwrap();
            assert!(until(&mut client, "late").await.starts_with("HTTP/1.1 200"));
            // The next head is incomplete.
            client.write_all(b"GET /hea").await.unwrap();
            assert_eq!(client.read(&mut [0; 64]).await.unwrap(), 0, "it is closed");
        };
        tokio::join!(serving, asking);
    }

    /// Reads until the end of a response has arrived.
    async fn until(stream: &mut (impl AsyncRead + Unpin), end: &str) -> String {
        let mut received = Vec::new();
        while !received.ends_with(end.as_bytes()) {
            assert!(stream.read_buf(&mut received).await.unwrap() > 0, "{received:?}");
        }
        String::from_utf8(received).unwrap()
    }

    #[test]
    fn connections_are_counted_by_address_and_forgotten_when_they_end() {
        let counts = AddressCounts::default();
        let enter = |address: &str| counts.enter(address.parse().unwrap(), 2);
        let first = enter("192.0.2.1").unwrap();
        let _second = enter("192.0.2.1").unwrap();
        assert!(enter("192.0.2.1").is_none());
        assert!(enter("::ffff:192.0.2.1").is_none(), "the same address on a socket for both families");
        assert!(enter("192.0.2.2").is_some());
        drop(first);
        assert!(enter("192.0.2.1").is_some());
        let networks = ["2001:db8::1", "2001:db8::2"].map(|address| enter(address).unwrap());
        assert!(enter("2001:db8::3").is_none());
        assert!(enter("2001:db8:0:1::1").is_some());
        for local in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            let many: Vec<Counted> = (0..10).map(|_| enter(local).unwrap()).collect();
            drop(many);
        }
        drop(networks);
        assert_eq!(counts.0.lock().unwrap().len(), 1, "only the second connection is left");
    }
}
