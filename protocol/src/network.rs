//! Which addresses a request may be sent to.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which addresses a request may be sent to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Network {
    /// Any: an administrator chose the address.
    #[default]
    Any,
    /// Those on the internet, and some servers: a person chose the address.
    Public {
        /// Servers that an administrator allows wherever they are.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[schema(value_type = Vec<String>, example = json!(["intranet.example.org:443"]))]
        allowed: Vec<HostPort>,
    },
}

impl Network {
    /// Whether every address is allowed.
    #[must_use]
    pub fn is_any(&self) -> bool {
        *self == Self::Any
    }
}

/// A host and a port, written `HOST:PORT`; an IPv6 address stands in brackets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostPort {
    host: String,
    port: u16,
}

impl HostPort {
    /// The host, an IPv6 address without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, never 0.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether a host and a port mean this server. Names are compared without case and without a dot at their end,
    /// addresses as such.
    #[must_use]
    pub fn is(&self, host: &str, port: u16) -> bool {
        let address = |host: &str| host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
        let same_host = match (address(host), address(&self.host)) {
            (None, None) => host.trim_end_matches('.').eq_ignore_ascii_case(self.host.trim_end_matches('.')),
            (asked, own) => asked == own,
        };
        same_host && port == self.port
    }
}

impl FromStr for HostPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let invalid = || format!("`{text}` is no server: write HOST:PORT, such as intranet.example.org:443");
        let (host, port) = text.trim().rsplit_once(':').ok_or_else(invalid)?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(invalid)?;
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let (host, is_valid) = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(address) => (address, address.parse::<Ipv6Addr>().is_ok()),
            None => (host, !host.is_empty() && host.chars().all(known)),
        };
        is_valid.then(|| Self { host: host.to_owned(), port }).ok_or_else(invalid)
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

impl TryFrom<String> for HostPort {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<HostPort> for String {
    fn from(server: HostPort) -> Self {
        server.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::HostPort;

    fn server(text: &str) -> HostPort {
        text.parse().unwrap()
    }

    #[test]
    fn a_server_is_known_by_its_host_and_port() {
        let named = server("Intranet.example.org:443");
        assert!(named.is("intranet.EXAMPLE.org.", 443));
        assert!(!named.is("intranet.example.org", 80));
        assert!(!named.is("example.org", 443));
        let by_address = server("[fd00:0:0::1]:8000");
        assert!(by_address.is("fd00::1", 8000) && by_address.is("[fd00::1]", 8000));
        assert!(!by_address.is("fd00::2", 8000));
    }

    #[test]
    fn a_server_is_written_as_it_is_read() {
        for written in ["gpu.lan:8000", "10.0.0.1:80", "[fd00::1]:8000"] {
            assert_eq!(server(written).to_string(), written);
        }
    }

    #[test]
    fn anything_but_a_host_and_a_port_is_refused() {
        for wrong in
            ["", "a", "a:", ":80", "a:0", "a:70000", "http://a:80", "a b:80", "::1:80", "[a]:80", "a/b:80"]
        {
            let error = wrong.parse::<HostPort>().unwrap_err();
            assert!(error.contains("HOST:PORT"), "{wrong}: {error}");
        }
    }
}
