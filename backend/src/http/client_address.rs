//! The address of the client, for limits and the log.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use crate::http::server::Peer;

/// Headers by which a proxy tells that it stands in between.
const PROXY_HEADERS: [&str; 3] = ["forwarded", "x-forwarded-for", "x-real-ip"];

/// The client's address. `None` behind a proxy: the connection has the proxy's address, which all clients share, and the
/// headers could have been written by anybody.
pub struct ClientAddress(pub Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        if PROXY_HEADERS.iter().any(|name| parts.headers.contains_key(*name)) {
            return Ok(Self(None));
        }
        let peer = parts.extensions.get::<ConnectInfo<Peer>>();
        Ok(Self(peer.map(|ConnectInfo(peer)| peer.address().ip())))
    }
}
