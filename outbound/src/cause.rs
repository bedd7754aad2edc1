//! Why a request has no response.

use std::error::Error;
use std::io;

use rustls::CertificateError;

use crate::refusal::Refusal;
use crate::resolver::NameNotFound;

/// A request has no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Unreachable {
    /// Why.
    pub cause: Cause,
    /// All that is known, for the log.
    detail: String,
}

/// Why a request has no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// It was not sent.
    Refused(Refusal),
    /// It is no valid request.
    Invalid,
    /// The name of the host has no address.
    NameNotFound,
    /// Nothing listens at the port.
    ConnectionRefused,
    /// The host does not answer.
    ConnectTimeout,
    /// The server took the request and does not answer.
    Silent,
    /// The server's certificate was not accepted.
    Certificate(CertificateFault),
    /// There is no secure connection, for another reason.
    Tls {
        /// What the TLS library says.
        reason: String,
    },
    /// The site's proxy.
    Proxy {
        /// Its host and port.
        address: String,
        /// What is wrong.
        fault: ProxyFault,
    },
    /// Anything else: there is no way to the host, or the connection broke.
    Lost,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateFault {
    /// Nobody whom this machine trusts has issued it.
    UnknownIssuer,
    /// It is for other names.
    OtherName {
        /// Those names.
        names: Vec<String>,
    },
    /// It is no longer valid, or not yet.
    Expired,
    /// Something else.
    Other {
        /// What the TLS library says.
        reason: String,
    },
}

/// What is wrong with a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyFault {
    /// It can't be reached, or reaches nothing itself.
    Unreachable,
    /// It asks for a login.
    LoginNeeded,
    /// It does not connect to the host.
    Refused,
}

impl Unreachable {
    pub(crate) fn new(cause: Cause, error: &(dyn Error + 'static)) -> Self {
        let mut detail: Vec<String> = chain(error).map(ToString::to_string).collect();
        // Some errors repeat the one that they wrap.
        detail.dedup();
        Self { cause, detail: detail.join(": ") }
    }
}

impl Cause {
    /// The cause of an error, of a request through this proxy.
    pub(crate) fn of(error: &reqwest::Error, proxy: Option<String>) -> Self {
        let known = chain(error).find_map(known);
        match (proxy, known) {
            (_, Some(cause @ (Self::Certificate(_) | Self::Refused(_)))) => cause,
            (Some(address), _) if error.is_connect() => Self::Proxy { address, fault: proxy_fault(error) },
            (_, Some(cause)) => cause,
            (_, None) if error.is_builder() => Self::Invalid,
            (_, None) if error.is_timeout() && error.is_connect() => Self::ConnectTimeout,
            (_, None) if error.is_timeout() => Self::Silent,
            (_, None) => Self::Lost,
        }
    }
}

/// An error and what caused it. An [`io::Error`] does not count the error that it wraps as its source.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error: &&'a (dyn Error + 'static)| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

fn known(error: &(dyn Error + 'static)) -> Option<Cause> {
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        return Some(Cause::Refused(refusal.clone()));
    }
    if error.is::<NameNotFound>() {
        return Some(Cause::NameNotFound);
    }
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(of_tls(error));
    }
    let error = error.downcast_ref::<io::Error>()?;
    (error.kind() == io::ErrorKind::ConnectionRefused).then_some(Cause::ConnectionRefused)
}

fn of_tls(error: &rustls::Error) -> Cause {
    let rustls::Error::InvalidCertificate(error) = error else {
        return Cause::Tls { reason: error.to_string() };
    };
    Cause::Certificate(match error {
        CertificateError::UnknownIssuer => CertificateFault::UnknownIssuer,
        CertificateError::NotValidForName => CertificateFault::OtherName { names: Vec::new() },
        CertificateError::NotValidForNameContext { presented, .. } => {
            CertificateFault::OtherName { names: presented.iter().map(|name| bare(name)).collect() }
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => CertificateFault::Expired,
        error => CertificateFault::Other { reason: error.to_string() },
    })
}

/// A name of a certificate as such: rustls writes `DnsName("example.org")`.
fn bare(name: &str) -> String {
    name.split('"').nth(1).unwrap_or(name).to_owned()
}

/// What is wrong with a proxy. The errors of its tunnel have a type that is not public, so their texts decide.
fn proxy_fault(error: &reqwest::Error) -> ProxyFault {
    let texts = chain(error).map(ToString::to_string);
    let faults = texts.filter_map(|text| match text.strip_prefix("tunnel error: ")? {
        "proxy authorization required" => Some(ProxyFault::LoginNeeded),
        "unsuccessful" => Some(ProxyFault::Refused),
        _ => None,
    });
    faults.last().unwrap_or(ProxyFault::Unreachable)
}
