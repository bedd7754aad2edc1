//! The reverse proxies in front of this service.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use url::Url;

/// What stands between browsers and this service.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ProxyConfig {
    /// The address that people open, such as https://desk.example.org, where a proxy serves Deskhand
    #[arg(long, env = "DESKHAND_PUBLIC_URL", value_parser = parse_public_url)]
    pub public_url: Option<Url>,

    /// Addresses or networks of the proxies whose word is taken for the client's address, scheme and host, separated by
    /// commas, such as 127.0.0.1,10.0.0.0/8
    #[arg(long, env = "DESKHAND_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<TrustedProxy>,
}

/// The address of a proxy, or a network of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustedProxy(IpNet);

impl TrustedProxy {
    /// Whether an address is this proxy's.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for TrustedProxy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let address = || text.parse().ok().map(|ip: IpAddr| IpNet::from(ip.to_canonical()));
        let network = text.parse().ok().or_else(address);
        network
            .map(Self)
            .ok_or_else(|| format!("`{text}` is neither an address nor a network such as 10.0.0.0/8"))
    }
}

/// Reads the address that people open.
fn parse_public_url(text: &str) -> Result<Url, String> {
    let url: Url =
        text.parse().map_err(|error| format!("{error}; an example is https://desk.example.org"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err("it has to begin with https:// or http://".to_owned());
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(
            "it has to end with the host or the port: Deskhand can't be served below a path".to_owned()
        );
    }
    Ok(url)
}
