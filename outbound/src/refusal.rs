//! Why a request is not sent.

use std::io;

/// Why a request is not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The host has no address on the internet.
    #[error("{host} is not on the internet, but on a private network or this machine")]
    Private {
        /// The host.
        host: String,
    },
    /// The port is that of another kind of server.
    #[error("port {port} is not that of a web server")]
    Port {
        /// The port.
        port: u16,
    },
    /// The address is of another scheme than `http` and `https`.
    #[error("{scheme}: is not an address of a web server")]
    Scheme {
        /// The scheme.
        scheme: String,
    },
}

impl Refusal {
    /// The refusal of a host without an address on the internet.
    pub(crate) fn private(host: &str) -> Self {
        Self::Private { host: host.to_owned() }
    }
}

impl From<Refusal> for io::Error {
    fn from(refusal: Refusal) -> Self {
        Self::new(io::ErrorKind::PermissionDenied, refusal)
    }
}
