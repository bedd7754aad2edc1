//! The environment variables that tell programs of a desktop how they reach the internet.

use std::net::SocketAddr;

/// The names: in lower and upper case because programs differ.
pub const PROXY_VARIABLES: [&str; 9] = [
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    // Node.js from version 24 on takes the others only with this one.
    "NODE_USE_ENV_PROXY",
];

/// The variables that name an HTTP proxy at this address, for everything but the desktop's own servers.
#[must_use]
pub fn proxy_variables(proxy: SocketAddr) -> [(&'static str, String); 9] {
    PROXY_VARIABLES.map(|name| {
        let value = match name {
            "no_proxy" | "NO_PROXY" => "localhost,127.0.0.1,::1".to_owned(),
            "NODE_USE_ENV_PROXY" => "1".to_owned(),
            _ => format!("http://{proxy}"),
        };
        (name, value)
    })
}
