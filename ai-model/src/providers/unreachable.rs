//! What is told of a server that has not answered.

use outbound::{Cause, CertificateFault, ProxyFault, Refusal};
use protocol::run::ModelReason;
use url::Url;

use super::Vendor;

/// As many names of a certificate are told.
const MOST_NAMES: usize = 3;
/// As much of a text is told that comes from the server or is about it, in characters.
const LONGEST_TEXT: usize = 200;

/// The server that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub(super) vendor: &'static Vendor,
    host: String,
    port: u16,
}

impl Server {
    /// The server at an address.
    #[must_use]
    pub fn of(vendor: &'static Vendor, address: &Url) -> Self {
        let host = address.host_str().unwrap_or_default().to_owned();
        Self { vendor, host, port: address.port_or_known_default().unwrap_or_default() }
    }

    /// The code of a cause, and what a sentence about it names.
    pub(super) fn reason(self, cause: Cause) -> ModelReason {
        let Self { vendor, host, port } = self;
        let (vendor, setting) = (vendor.id, vendor.address_setting);
        let server = format!("{host}:{port}");
        match cause {
            Cause::Refused(refusal) => refused(refusal),
            Cause::NameNotFound => ModelReason::NameNotFound { vendor, host, setting },
            Cause::ConnectionRefused => ModelReason::ConnectionRefused { vendor, server, setting },
            Cause::ConnectTimeout => ModelReason::ConnectTimeout { vendor, server },
            Cause::Tls { reason } => ModelReason::NoTls { vendor, host, reason: brief(&reason), setting },
            Cause::Certificate(fault) => match fault {
                CertificateFault::UnknownIssuer => ModelReason::CertificateIssuerUnknown { vendor, host },
                CertificateFault::OtherName { names } => {
                    let names = names.iter().take(MOST_NAMES).map(|name| brief(name)).collect();
                    ModelReason::CertificateOfOtherName { vendor, host, names, setting }
                }
                CertificateFault::Expired => ModelReason::CertificateExpired { vendor, host },
                CertificateFault::Other { reason } => {
                    ModelReason::CertificateInvalid { vendor, host, reason: brief(&reason) }
                }
            },
            Cause::Proxy { address: proxy, fault } => match fault {
                ProxyFault::Unreachable => ModelReason::ProxyUnreachable { vendor, proxy },
                ProxyFault::LoginNeeded => ModelReason::ProxyLoginNeeded { proxy },
                ProxyFault::Refused => ModelReason::ProxyRefused { proxy, host },
            },
            Cause::Invalid | Cause::Silent | Cause::Lost => {
                ModelReason::NetworkUnreachable { vendor, host, setting }
            }
        }
    }

    /// The cause in English.
    pub(super) fn told(&self, cause: &Cause) -> String {
        let Self { vendor, host, port } = self;
        let (name, setting) = (vendor.name, vendor.address_setting);
        match cause {
            Cause::Refused(refusal) => format!("The address is not allowed: {refusal}."),
            Cause::NameNotFound => format!(
                "{name}: the name {host} has no address ({setting}). Check this machine's name server; behind a proxy, set HTTPS_PROXY."
            ),
            Cause::ConnectionRefused => {
                format!("{name}: nothing listens at {host}:{port} ({setting}).")
            }
            Cause::ConnectTimeout => format!(
                "{name}: {host}:{port} does not answer. Check the firewall; behind a proxy, set HTTPS_PROXY."
            ),
            Cause::Tls { reason } => format!(
                "{name}: no secure connection to {host} ({setting}): {}. A server without TLS has an address with http://.",
                brief(reason)
            ),
            Cause::Certificate(fault) => {
                format!("{name}: the certificate of {host} is not accepted: {}", certificate(fault))
            }
            Cause::Proxy { address, fault } => format!("The proxy {address} {}", proxy(*fault, host)),
            Cause::Invalid | Cause::Silent | Cause::Lost => {
                format!("{name} can't be reached at {host}, or the connection was lost ({setting}).")
            }
        }
    }
}

fn refused(refusal: Refusal) -> ModelReason {
    match refusal {
        Refusal::Private { host } => ModelReason::AddressPrivate { host },
        Refusal::Port { port } => ModelReason::AddressPort { port: port.into() },
        Refusal::Scheme { scheme } => ModelReason::AddressScheme { scheme },
    }
}

fn certificate(fault: &CertificateFault) -> String {
    match fault {
        CertificateFault::UnknownIssuer => {
            "its issuer is unknown here. Have this machine trust it, or set SSL_CERT_FILE to a file with all trusted certificates, then restart Deskhand.".to_owned()
        }
        CertificateFault::OtherName { names } => {
            let names: Vec<String> = names.iter().take(MOST_NAMES).map(|name| brief(name)).collect();
            format!("it is for {}.", names.join(", "))
        }
        CertificateFault::Expired => {
            "it has expired or is not valid yet. Renew it, or set this machine's clock.".to_owned()
        }
        CertificateFault::Other { reason } => format!("{}.", brief(reason)),
    }
}

fn proxy(fault: ProxyFault, host: &str) -> String {
    match fault {
        ProxyFault::Unreachable => {
            "can't be reached, or does not reach the server. Check HTTPS_PROXY.".to_owned()
        }
        ProxyFault::LoginNeeded => {
            "asks for a login. Write it into HTTPS_PROXY: http://NAME:PASSWORD@HOST:PORT.".to_owned()
        }
        ProxyFault::Refused => {
            format!("does not connect to {host}. Have it allowed there, or name it in NO_PROXY.")
        }
    }
}

/// The beginning of a text, on one line.
fn brief(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LONGEST_TEXT).collect()
}
