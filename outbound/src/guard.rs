//! Decides on a request before it is sent. The names of hosts that no proxy resolves are the resolver's to judge.

use std::net::IpAddr;
use std::sync::Arc;

use protocol::network::Network;
use url::{Host, Url};

use crate::addresses::{is_on_the_internet, refuse_private};
use crate::lookup::Lookup;
use crate::proxies::Proxies;
use crate::refusal::Refusal;

/// Ports from 1024 on to which browsers send no HTTP either ("bad ports" of the Fetch standard).
const OTHER_SERVERS: [u16; 19] = [
    1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679,
    6697, 10080,
];

/// Decides on requests.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    lookup: Arc<dyn Lookup>,
    proxies: Proxies,
}

/// How a request may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// To any address.
    Anywhere,
    /// To addresses on the internet only.
    Internet,
}

impl Guard {
    pub(crate) fn new(lookup: Arc<dyn Lookup>, proxies: Proxies) -> Self {
        Self { lookup, proxies }
    }

    /// How a request to a URL may be sent.
    ///
    /// # Errors
    /// When it may not be sent at all.
    pub(crate) async fn admit(&self, url: &Url, network: &Network) -> Result<Way, Refusal> {
        let Network::Public { allowed } = network else { return Ok(Way::Anywhere) };
        let (host, port) = web_server(url)?;
        let name = host.to_string();
        if allowed.iter().any(|server| server.is(&name, port)) {
            return Ok(Way::Anywhere);
        }
        if !is_of_web_servers(port) {
            return Err(Refusal::Port { port });
        }
        match host {
            Host::Ipv4(address) => refuse_unless_public(address.into(), &name)?,
            Host::Ipv6(address) => refuse_unless_public(address.into(), &name)?,
            Host::Domain(domain) if self.is_resolved_for_a_proxy(url, domain) => {
                refuse_private(domain, &*self.lookup).await?;
            }
            Host::Domain(_) => {}
        }
        Ok(Way::Internet)
    }

    /// Whether the resolver does not judge a name: a proxy resolves it, or it is the name of a proxy.
    fn is_resolved_for_a_proxy(&self, url: &Url, domain: &str) -> bool {
        self.proxies.of(url).is_some() || self.proxies.hosts().iter().any(|host| host == domain)
    }
}

/// The host and the port of a URL. `Url` has read the other forms of IPv4 addresses, such as `0x7f.1`, as addresses.
fn web_server(url: &Url) -> Result<(Host<&str>, u16), Refusal> {
    let other = || Refusal::Scheme { scheme: url.scheme().to_owned() };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(other());
    }
    url.host().zip(url.port_or_known_default()).ok_or_else(other)
}

fn refuse_unless_public(address: IpAddr, host: &str) -> Result<(), Refusal> {
    if is_on_the_internet(&address) { Ok(()) } else { Err(Refusal::private(host)) }
}

fn is_of_web_servers(port: u16) -> bool {
    matches!(port, 80 | 443 | 1024..) && !OTHER_SERVERS.contains(&port)
}

#[cfg(test)]
mod tests {
    use std::io;

    use async_trait::async_trait;
    use hyper_util::client::proxy::matcher::Matcher;

    use super::*;

    /// Names with fixed addresses.
    #[derive(Debug)]
    struct Names(Vec<(&'static str, Vec<&'static str>)>);

    #[async_trait]
    impl Lookup for Names {
        async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
            let found = self.0.iter().find(|(name, _)| *name == host);
            let (_, addresses) = found.ok_or(io::ErrorKind::NotFound)?;
            Ok(addresses.iter().map(|address| address.parse().unwrap()).collect())
        }
    }

    fn guard(proxies: Matcher) -> Guard {
        let names = Names(vec![
            ("good.example", vec!["1.1.1.1"]),
            ("bad.example", vec!["10.0.0.1"]),
            ("mixed.example", vec!["1.1.1.1", "127.0.0.1"]),
            ("proxy.example", vec!["10.0.0.9"]),
        ]);
        Guard::new(Arc::new(names), Proxies::new(proxies))
    }

    fn proxied() -> Guard {
        guard(Matcher::builder().all("http://proxy.example:3128").no("direct.example").build())
    }

    async fn admit(guard: &Guard, url: &str, allowed: &[&str]) -> Result<Way, Refusal> {
        let allowed = allowed.iter().map(|server| server.parse().unwrap()).collect();
        guard.admit(&url.parse().unwrap(), &Network::Public { allowed }).await
    }

    #[tokio::test]
    async fn addresses_written_as_such_have_to_be_on_the_internet() {
        let guard = guard(Matcher::builder().build());
        for url in ["https://1.1.1.1/v1", "http://[2606:4700::1111]:8000/", "http://0x01010101/"] {
            assert_eq!(admit(&guard, url, &[]).await, Ok(Way::Internet), "{url}");
        }
        for url in [
            "http://127.0.0.1/",
            "http://127.0.0.1:11434/v1",
            "http://127.0.0.1./",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://\u{ff11}27.0.0.1/",
            "http://1.1.1.1@127.0.0.1/",
            "http://0/",
            "http://0.0.0.0:8080/",
            "http://10.1.2.3/",
            "http://100.64.0.1/",
            "http://169.254.169.254/latest/meta-data",
            "http://192.168.1.1/",
            "http://224.0.0.1/",
            "http://[::]/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:a9fe:a9fe]/",
            "http://[::127.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://[fe80::1]/",
            "http://[fd00:ec2::254]/",
            "http://[ff02::1]/",
        ] {
            let refused = admit(&guard, url, &[]).await;
            assert!(matches!(refused, Err(Refusal::Private { .. })), "{url}: {refused:?}");
        }
    }

    #[tokio::test]
    async fn only_web_servers_are_asked() {
        let guard = guard(Matcher::builder().build());
        for (port, is_fine) in
            [(80, true), (443, true), (8000, true), (11434, true), (22, false), (25, false)]
        {
            let admitted = admit(&guard, &format!("http://good.example:{port}/"), &[]).await;
            assert_eq!(admitted.is_ok(), is_fine, "{port}");
        }
        let mail = admit(&guard, "http://good.example:6667/", &[]).await;
        assert_eq!(mail, Err(Refusal::Port { port: 6667 }));
        for url in ["file:///etc/passwd", "ftp://good.example/", "gopher://good.example:80/"] {
            let refused = admit(&guard, url, &[]).await;
            assert!(matches!(refused, Err(Refusal::Scheme { .. })), "{url}");
        }
    }

    #[tokio::test]
    async fn an_administrator_allows_a_server_by_host_and_port() {
        let guard = guard(Matcher::builder().build());
        let allowed = ["127.0.0.1:11434", "[fd00::1]:22", "bad.example:8000"];
        for url in [
            "http://127.0.0.1:11434/",
            "http://0x7f.1:11434/",
            "http://[fd00:0::1]:22/",
            "http://BAD.example:8000/",
        ] {
            assert_eq!(admit(&guard, url, &allowed).await, Ok(Way::Anywhere), "{url}");
        }
        for url in ["http://127.0.0.1:11435/", "http://127.0.0.2:11434/", "http://[fd00::2]:22/"] {
            assert!(admit(&guard, url, &allowed).await.is_err(), "{url}");
        }
        // The name at another port is the resolver's to judge.
        assert_eq!(admit(&guard, "http://bad.example:8001/", &allowed).await, Ok(Way::Internet));
        let any = guard.admit(&"http://127.0.0.1:22/".parse().unwrap(), &Network::Any).await;
        assert_eq!(any, Ok(Way::Anywhere));
    }

    #[tokio::test]
    async fn no_proxy_is_told_a_name_of_a_private_address() {
        let guard = proxied();
        // A name that is unknown here is the proxy's to resolve.
        for url in [
            "https://good.example/",
            "https://unknown.example/",
            "https://1.1.1.1/",
            "https://direct.example/",
        ] {
            assert_eq!(admit(&guard, url, &[]).await, Ok(Way::Internet), "{url}");
        }
        for url in [
            "https://bad.example/",
            "https://mixed.example/",
            "http://bad.example/",
            "https://metadata.google.internal/",
            "http://intranet/",
            "http://10.0.0.1/",
            "http://proxy.example:3128/",
        ] {
            let refused = admit(&guard, url, &[]).await;
            assert!(matches!(refused, Err(Refusal::Private { .. })), "{url}: {refused:?}");
        }
    }
}
