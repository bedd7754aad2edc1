//! Servers that desktops may reach although they are on a private network or this machine.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// The name by which desktops reach this machine: `localhost` is their own.
const THIS_MACHINE: &str = "host.deskhand.internal";

/// A server that desktops may reach wherever it is, named by the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachableServer {
    host: String,
    port: u16,
}

impl ReachableServer {
    /// The host to connect to, if a desktop means this server.
    #[must_use]
    pub fn answers_to(&self, host: &str, port: u16) -> Option<&str> {
        let host = host.trim_end_matches('.');
        let meant = host.eq_ignore_ascii_case(&self.host)
            || (host.eq_ignore_ascii_case(THIS_MACHINE) && is_loopback(&self.host));
        (meant && port == self.port).then_some(self.host.as_str())
    }
}

impl FromStr for ReachableServer {
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

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::ReachableServer;

    #[test]
    fn a_server_is_found_by_its_host_and_port() {
        let server: ReachableServer = "Intranet.example.org:443".parse().unwrap();
        assert_eq!(server.answers_to("intranet.EXAMPLE.org.", 443), Some("Intranet.example.org"));
        for (host, port) in
            [("intranet.example.org", 80), ("example.org", 443), ("host.deskhand.internal", 443)]
        {
            assert_eq!(server.answers_to(host, port), None, "{host}:{port}");
        }
    }

    #[test]
    fn this_machine_has_a_name_that_desktops_can_use() {
        for written in ["localhost:3000", "127.0.0.1:3000", "[::1]:3000"] {
            let server: ReachableServer = written.parse().unwrap();
            assert!(server.answers_to("host.deskhand.internal", 3000).is_some(), "{written}");
            assert!(server.answers_to("host.deskhand.internal", 3001).is_none(), "{written}");
        }
    }

    #[test]
    fn anything_but_a_host_and_a_port_is_refused() {
        for wrong in
            ["", "a", "a:", ":80", "a:0", "a:70000", "http://a:80", "a b:80", "::1:80", "[a]:80", "a/b:80"]
        {
            let error = wrong.parse::<ReachableServer>().unwrap_err();
            assert!(error.contains("HOST:PORT"), "{wrong}: {error}");
        }
    }
}
