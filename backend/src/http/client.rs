//! How a request reached this service: the address of the client, and the scheme, host and base path that it used. A proxy
//! in front tells the first three, and only those that the settings name are believed: anybody can write the headers.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{HOST, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use url::Url;

use crate::config::proxy::{ProxyConfig, TrustedProxy};
use crate::http::base_path::BelowBasePath;
use crate::http::server::Peer;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// The trace that a request is part of.
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// Headers by which a proxy shows that it stands in between.
const PROXY_HEADERS: [HeaderName; 5] = [
    FORWARDED_FOR,
    FORWARDED_HOST,
    FORWARDED_PROTO,
    HeaderName::from_static("forwarded"),
    HeaderName::from_static("x-real-ip"),
];

/// The client of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its address. `None` behind a proxy that the settings do not name: the connection has the proxy's address, which all
    /// clients share.
    pub address: Option<IpAddr>,
    /// Whether it uses HTTPS, as far as is known.
    pub is_secure: bool,
    /// The `host:port` that it addressed.
    pub host: Option<String>,
    /// Whether it came by the public address, as far as is known.
    is_public: bool,
}

/// The path below which the client of a request sees this service. It begins and ends with a slash.
#[derive(Debug, Clone)]
pub struct BasePath(pub Arc<str>);

/// The proxies in front. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Proxies {
    trusted: Arc<[TrustedProxy]>,
    public_url: Option<Url>,
    /// The path of the public address.
    base_path: Arc<str>,
    /// Whether a proxy that the settings do not name has been reported.
    warned: Arc<AtomicBool>,
}

impl From<&ProxyConfig> for Proxies {
    fn from(config: &ProxyConfig) -> Self {
        Self {
            trusted: config.trusted_proxies.clone().into(),
            public_url: config.public_url.clone(),
            base_path: config.public_url.as_ref().map_or("/", Url::path).into(),
            warned: Arc::default(),
        }
    }
}

/// Middleware: adds the [`Client`] and the [`BasePath`] to the request, forgets the trace that it is part of unless a trusted
/// proxy says so, and adds `Secure` to the cookies of clients that use HTTPS.
pub async fn identify(State(proxies): State<Proxies>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<Peer>>().map(|ConnectInfo(peer)| peer.address().ip());
    let client = proxies.client(peer, request.headers());
    if !peer.is_some_and(|peer| proxies.is_trusted(peer)) {
        // Strangers decide neither which requests are traced nor whose trace they are part of.
        request.headers_mut().remove(TRACEPARENT);
    }
    let is_secure = client.is_secure;
    let is_below = request.extensions().get::<BelowBasePath>().is_some();
    request.extensions_mut().insert(proxies.base_path(&client, is_below));
    request.extensions_mut().insert(client);
    let mut response = next.run(request).await;
    if is_secure {
        secure_cookies(response.headers_mut());
    }
    response
}

impl Proxies {
    /// The client of a request with these headers, on a connection from `peer`.
    fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Client {
        let is_proxy = PROXY_HEADERS.iter().any(|name| headers.contains_key(name));
        if peer.is_some_and(|peer| self.is_trusted(peer)) {
            return self.forwarded(headers, is_proxy);
        }
        if is_proxy && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                proxy.address = peer.map(tracing::field::display),
                "requests come through a proxy that DESKHAND_TRUSTED_PROXIES does not name: clients can't be told apart"
            );
        }
        let host = text(headers, &HOST).map(str::to_owned);
        let is_public = self.is_public(host.as_deref());
        Client {
            address: peer.filter(|_| !is_proxy).map(|peer| peer.to_canonical()),
            is_secure: is_public && self.is_public_over_https(),
            host,
            is_public,
        }
    }

    /// The client as a trusted proxy describes it. Without a header of a proxy, it is a program or a browser beside the proxy.
    fn forwarded(&self, headers: &HeaderMap, is_proxy: bool) -> Client {
        let host = text(headers, &FORWARDED_HOST).or_else(|| text(headers, &HOST)).map(str::to_owned);
        let is_secure = match text(headers, &FORWARDED_PROTO) {
            Some(scheme) => scheme.eq_ignore_ascii_case("https"),
            None => self.is_public(host.as_deref()) && self.is_public_over_https(),
        };
        // Some proxies send a host of their own.
        let is_public = is_proxy || self.is_public(host.as_deref());
        Client { address: self.forwarded_for(headers), is_secure, host, is_public }
    }

    /// The base path of the page that a client opens. A proxy that strips the path does not tell it.
    fn base_path(&self, client: &Client, is_below: bool) -> BasePath {
        let has_base_path = is_below || client.is_public;
        BasePath(if has_base_path { Arc::clone(&self.base_path) } else { "/".into() })
    }

    /// The rightmost address that is no trusted proxy: each proxy appends the address that it was called from, and what
    /// stands further left may be the client's own invention.
    fn forwarded_for(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let lists = headers.get_all(FORWARDED_FOR).iter().map(|list| list.to_str().unwrap_or_default());
        let addresses: Vec<&str> = lists.flat_map(|list| list.split(',')).map(str::trim).collect();
        let mut last = None;
        for address in addresses.into_iter().rev() {
            let Some(address) = parse_address(address) else { return last };
            last = Some(address);
            if !self.is_trusted(address) {
                break;
            }
        }
        last
    }

    fn is_trusted(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|proxy| proxy.contains(address))
    }

    /// Whether the public address has this host.
    fn is_public(&self, host: Option<&str>) -> bool {
        self.public_url.as_ref().zip(host).is_some_and(|(url, host)| is_host_of(url, host))
    }

    fn is_public_over_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// The public address, if one is set.
    #[must_use]
    pub fn public_url(&self) -> Option<&Url> {
        self.public_url.as_ref()
    }
}

/// Whether `host`, such as `example.org` or `example.org:443`, is the host of an address.
#[must_use]
pub fn is_host_of(url: &Url, host: &str) -> bool {
    let named = Url::parse(&format!("{}://{host}/", url.scheme())).ok();
    named.is_some_and(|named| named.origin() == url.origin() && named.username().is_empty())
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    // Some proxies append; the first value is the one nearest to the client.
    headers.get(name)?.to_str().ok()?.split(',').next().map(str::trim).filter(|value| !value.is_empty())
}

/// An address, which some proxies write with a port or in brackets.
fn parse_address(text: &str) -> Option<IpAddr> {
    let with_port = || text.parse().ok().map(|address: std::net::SocketAddr| address.ip());
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(with_port).map(|ip: IpAddr| ip.to_canonical())
}

fn secure_cookies(headers: &mut HeaderMap) {
    let cookies: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for cookie in cookies {
        let mut bytes = cookie.as_bytes().to_vec();
        if !bytes.to_ascii_lowercase().ends_with(b"; secure") {
            bytes.extend(b"; Secure");
        }
        headers.append(SET_COOKIE, HeaderValue::from_bytes(&bytes).unwrap_or(cookie));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(trusted: &[&str], public_url: Option<&str>) -> Proxies {
        Proxies::from(&ProxyConfig {
            trusted_proxies: trusted.iter().map(|proxy| proxy.parse().unwrap()).collect(),
            public_url: public_url.map(|url| url.parse().unwrap()),
        })
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    fn address(proxies: &Proxies, peer: &str, forwarded_for: &[&'static str]) -> Option<String> {
        let pairs: Vec<_> = forwarded_for.iter().map(|value| ("x-forwarded-for", *value)).collect();
        let mut all = HeaderMap::new();
        for (name, value) in pairs {
            all.append(name, HeaderValue::from_static(value));
        }
        proxies.client(Some(peer.parse().unwrap()), &all).address.map(|ip| ip.to_string())
    }

    #[test]
    fn only_named_proxies_tell_the_client_s_address() {
        let proxies = proxies(&["10.0.0.0/8", "127.0.0.1"], None);
        let told = |peer, list: &[&'static str]| address(&proxies, peer, list);
        assert_eq!(told("192.0.2.1", &[]).as_deref(), Some("192.0.2.1"));
        assert_eq!(told("192.0.2.1", &["198.51.100.7"]), None, "anybody can write the header");
        assert_eq!(told("127.0.0.1", &["198.51.100.7"]).as_deref(), Some("198.51.100.7"));
        assert_eq!(told("::ffff:127.0.0.1", &["198.51.100.7"]).as_deref(), Some("198.51.100.7"));
        // The client claims to be somebody else; two proxies of ours add what they see.
        let chain = ["1.1.1.1, 198.51.100.7, 10.1.2.3"];
        assert_eq!(told("10.9.9.9", &chain).as_deref(), Some("198.51.100.7"));
        assert_eq!(
            told("10.9.9.9", &["1.1.1.1", "198.51.100.7", "10.1.2.3"]).as_deref(),
            Some("198.51.100.7")
        );
        assert_eq!(told("10.9.9.9", &["10.1.2.3, 10.1.2.4"]).as_deref(), Some("10.1.2.3"));
        assert_eq!(told("10.9.9.9", &["198.51.100.7, nonsense"]), None);
        assert_eq!(told("10.9.9.9", &[]), None);
        for written in ["[2001:db8::1]:4711", "[2001:db8::1]", "2001:db8::1"] {
            assert_eq!(told("10.9.9.9", &[written]).as_deref(), Some("2001:db8::1"), "{written}");
        }
        assert_eq!(told("10.9.9.9", &["198.51.100.7:4711"]).as_deref(), Some("198.51.100.7"));
    }

    #[test]
    fn the_scheme_is_that_of_the_public_address_or_a_named_proxy_s_word() {
        let local = "127.0.0.1".parse().ok();
        let is_secure = |proxies: &Proxies, pairs: &[(&'static str, &'static str)]| {
            proxies.client(local, &headers(pairs)).is_secure
        };
        let (nobody, named) = (proxies(&[], None), proxies(&["127.0.0.1"], None));
        assert!(!is_secure(&nobody, &[("x-forwarded-proto", "https")]));
        assert!(is_secure(&named, &[("x-forwarded-proto", "https")]));
        assert!(is_secure(&named, &[("x-forwarded-proto", "https, http")]));
        assert!(!is_secure(&named, &[("x-forwarded-proto", "http")]));
        let public = proxies(&[], Some("https://desk.example"));
        for host in ["desk.example", "desk.example:443", "DESK.example"] {
            assert!(is_secure(&public, &[("host", host)]), "{host}");
        }
        for host in ["192.168.1.5:8010", "localhost:8010", "desk.example:8443", "x@desk.example"] {
            assert!(!is_secure(&public, &[("host", host)]), "{host}");
        }
        let plain = proxies(&[], Some("http://desk.example"));
        assert!(!is_secure(&plain, &[("host", "desk.example")]));
    }

    #[test]
    fn the_host_is_the_forwarded_one_of_named_proxies_only() {
        let local = "127.0.0.1".parse().ok();
        let both = headers(&[("host", "127.0.0.1:8010"), ("x-forwarded-host", "desk.example")]);
        let host = |proxies: &Proxies| proxies.client(local, &both).host;
        assert_eq!(host(&proxies(&["127.0.0.1"], None)).as_deref(), Some("desk.example"));
        assert_eq!(host(&proxies(&[], None)).as_deref(), Some("127.0.0.1:8010"));
    }

    #[test]
    fn the_base_path_is_that_of_the_public_address_for_those_who_use_it() {
        let below = |proxies: &Proxies, pairs: &[(&'static str, &'static str)], is_below| {
            let client = proxies.client("127.0.0.1".parse().ok(), &headers(pairs));
            proxies.base_path(&client, is_below).0.to_string()
        };
        let public = Some("https://desk.example/desk/");
        let (nobody, named) = (proxies(&[], public), proxies(&["127.0.0.1"], public));
        let (here, there) = (("host", "localhost:8010"), ("host", "desk.example"));
        let forwarded = ("x-forwarded-for", "198.51.100.7");
        for all in [&nobody, &named] {
            assert_eq!(below(all, &[there], false), "/desk/");
            assert_eq!(below(all, &[here], true), "/desk/");
            assert_eq!(below(all, &[here], false), "/", "a browser of this machine, beside the proxy");
        }
        assert_eq!(below(&named, &[here, forwarded], false), "/desk/");
        assert_eq!(below(&nobody, &[here, forwarded], false), "/", "anybody can write the header");
        assert_eq!(below(&proxies(&["127.0.0.1"], None), &[there, forwarded], false), "/");
    }

    #[test]
    fn each_cookie_becomes_secure_once() {
        let mut all = HeaderMap::new();
        for cookie in ["a=1; Path=/", "b=2; Secure"] {
            all.append(SET_COOKIE, HeaderValue::from_static(cookie));
        }
        secure_cookies(&mut all);
        let cookies: Vec<&HeaderValue> = all.get_all(SET_COOKIE).iter().collect();
        assert_eq!(cookies, ["a=1; Path=/; Secure", "b=2; Secure"]);
    }
}
