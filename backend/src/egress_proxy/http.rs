//! The proxy's HTTP: plain requests are forwarded, `CONNECT` makes a tunnel.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode, Uri, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::client::Client;
use super::dialer::HttpRoute;
use super::permission::{Permission, Refusal};
use super::{HEAD_TIMEOUT, Proxy};

impl Proxy {
    /// Serves a connection until it ends or becomes a tunnel.
    pub(super) async fn serve_http<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        &self,
        stream: S,
        client: Arc<Client>,
    ) {
        let service = service_fn(async |request| Ok::<_, Infallible>(self.answer(request, &client).await));
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

    async fn answer(&self, request: Request<Incoming>, client: &Arc<Client>) -> Response<Body> {
        let answered = match target(&request) {
            Some((host, port)) if request.method() == Method::CONNECT => {
                let connect = self.dialer.tunnel(&host, port);
                let permitted = self.permit(client, &host, port, connect).await;
                permitted.map(|(stream, permission)| self.tunnel(request, stream, permission, client))
            }
            Some((host, port)) => {
                let connect = self.dialer.http_route(&host, port);
                match self.permit(client, &host, port, connect).await {
                    Ok((route, permission)) => self.forward(request, route, permission).await,
                    Err(refusal) => Err(refusal),
                }
            }
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

    /// Copies bytes in both directions once the desktop has received the response.
    fn tunnel(
        &self,
        request: Request<Incoming>,
        mut stream: TcpStream,
        permission: Permission,
        client: &Arc<Client>,
    ) -> Response<Body> {
        let (this, client) = (self.clone(), Arc::clone(client));
        let work = async move {
            let _counted = client;
            let talk = async {
                let desktop = hyper::upgrade::on(request).await.map_err(io::Error::other)?;
                tokio::io::copy_bidirectional(&mut TokioIo::new(desktop), &mut stream).await
            };
            if let Err(error) = talk.await {
                tracing::debug!(%error, "a desktop's connection broke");
            }
        };
        self.tasks.spawn(async move { this.run_while_permitted(permission, work).await });
        Response::new(Body::empty())
    }

    /// Forwards a plain HTTP request on a new connection.
    async fn forward(
        &self,
        mut request: Request<Incoming>,
        route: HttpRoute,
        permission: Permission,
    ) -> Result<Response<Body>, Refusal> {
        let broken = |error: hyper::Error| Refusal {
            status: StatusCode::BAD_GATEWAY,
            reason: format!("The server broke off: {error}."),
        };
        let HttpRoute { stream, through_proxy, authorization } = route;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        let this = self.clone();
        let work = async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a server's connection broke");
            }
        };
        self.tasks.spawn(async move { this.run_while_permitted(permission, work).await });
        if let Some(authority) = request.uri().authority().and_then(|it| it.as_str().parse().ok()) {
            request.headers_mut().insert(header::HOST, authority);
        }
        if !through_proxy {
            let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).parse::<Uri>();
            *request.uri_mut() = path.unwrap_or_default();
        }
        remove_hop_by_hop(request.headers_mut());
        if let Some(authorization) = authorization {
            request.headers_mut().insert(header::PROXY_AUTHORIZATION, authorization);
        }
        let mut response = sender.send_request(request).await.map_err(broken)?;
        remove_hop_by_hop(response.headers_mut());
        Ok(response.map(Body::new))
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
