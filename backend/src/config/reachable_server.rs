//! Servers that desktops may reach although they are on a private network or this machine.

use std::net::IpAddr;
use std::str::FromStr;

use protocol::network::HostPort;

/// The name by which desktops reach this machine: `localhost` is their own.
const THIS_MACHINE: &str = "host.deskhand.internal";

/// A server that desktops may reach wherever it is, named by the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachableServer(HostPort);

impl ReachableServer {
    /// The host to connect to, if a desktop means this server.
    #[must_use]
    pub fn answers_to(&self, host: &str, port: u16) -> Option<&str> {
        let own = self.0.host();
        let by_alias = host.trim_end_matches('.').eq_ignore_ascii_case(THIS_MACHINE)
            && is_loopback(own)
            && port == self.0.port();
        (by_alias || self.0.is(host, port)).then_some(own)
    }
}

impl FromStr for ReachableServer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
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
}
