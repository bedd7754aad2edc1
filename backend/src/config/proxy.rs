//! The reverse proxies in front of this service.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use url::Url;

/// What stands between browsers and this service.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ProxyConfig {
    /// The address that people open, where a proxy serves Deskhand, such as https://desk.example.org or
    /// https://example.org/desk/
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

/// First segments of paths that mean something at the root. Below one of them a request could mean either.
pub const OWN_PATHS: [&str; 13] = [
    "account",
    "admin",
    "api",
    "assets",
    "chats",
    "docs",
    "health",
    "login",
    "openapi.json",
    "password",
    "register",
    "settings",
    "setup",
];

/// Reads the address that people open. Its path ends with a slash, written or not.
pub fn parse_public_url(text: &str) -> Result<Url, String> {
    let mut url: Url =
        text.parse().map_err(|error| format!("{error}; an example is https://desk.example.org"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err("it has to begin with https:// or http://".to_owned());
    }
    let has_login = !url.username().is_empty() || url.password().is_some();
    if has_login || url.query().is_some() || url.fragment().is_some() {
        return Err(
            "it can have neither a user nor a ? or #; an example is https://example.org/desk/".to_owned()
        );
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    check_path(url.path())?;
    Ok(url)
}

/// Checks that the path is one that proxies, cookies and pages all read alike.
fn check_path(path: &str) -> Result<(), String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
    if !path.chars().all(is_plain) || path.contains("//") {
        return Err("its path can have letters, digits and -._~ between single slashes only".to_owned());
    }
    let first = path.split('/').nth(1).unwrap_or_default();
    if OWN_PATHS.contains(&first) {
        return Err(format!("its path can't begin with /{first}, which is a path of Deskhand itself"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_may_have_a_path_with_or_without_the_last_slash() {
        for (written, meant) in [
            ("https://example.org", "https://example.org/"),
            ("http://192.0.2.1:8080/", "http://192.0.2.1:8080/"),
            ("https://example.org/desk", "https://example.org/desk/"),
            ("https://example.org/desk/", "https://example.org/desk/"),
            ("https://EXAMPLE.org:443/a/b-c_d.e~f", "https://example.org/a/b-c_d.e~f/"),
            ("https://example.org/x/../desk", "https://example.org/desk/"),
            ("https://example.org/chat", "https://example.org/chat/"),
        ] {
            assert_eq!(parse_public_url(written).unwrap().as_str(), meant, "{written}");
        }
    }

    #[test]
    fn a_wrong_public_address_is_refused_with_the_reason() {
        for (written, reason) in [
            ("", "an example is"),
            ("desk.example.org", "an example is"),
            ("/desk/", "an example is"),
            ("localhost:8010", "begin with https://"),
            ("ftp://example.org", "begin with https://"),
            ("https://ada@example.org", "neither a user"),
            ("https://:secret@example.org", "neither a user"),
            ("https://example.org/desk?a=b", "neither a user"),
            ("https://example.org/#desk", "neither a user"),
            ("https://example.org//desk", "single slashes"),
            ("https://example.org/desk//", "single slashes"),
            ("https://example.org/my desk", "letters, digits"),
            ("https://example.org/d%65sk", "letters, digits"),
            ("https://example.org/\"><script>", "letters, digits"),
            ("https://example.org/a&b", "letters, digits"),
            ("https://example.org/api", "/api, which"),
            ("https://example.org/chats/desk/", "/chats, which"),
        ] {
            let error = parse_public_url(written).unwrap_err();
            assert!(error.contains(reason), "{written}: {error}");
        }
    }
}
