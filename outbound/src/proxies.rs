//! The proxies of this site, which the environment variables `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` name.

use std::sync::Arc;

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

/// The proxies of this site, by the rules of the HTTP client, which reads the same variables.
#[derive(Debug, Clone)]
pub(crate) struct Proxies(Arc<Matcher>);

impl Proxies {
    /// Reads the variables.
    pub(crate) fn from_env() -> Self {
        Self::new(Matcher::from_system())
    }

    pub(crate) fn new(matcher: Matcher) -> Self {
        Self(Arc::new(matcher))
    }

    /// The host and the port of the proxy through which a URL is asked.
    pub(crate) fn of(&self, url: &Url) -> Option<String> {
        let proxy = self.0.intercept(&url.as_str().parse().ok()?)?;
        Some(proxy.uri().authority()?.to_string())
    }

    /// The hosts of all proxies.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let schemes =
            [Uri::from_static("http://proxied.invalid"), Uri::from_static("https://proxied.invalid")];
        let proxies = schemes.iter().filter_map(|url| self.0.intercept(url));
        proxies.filter_map(|proxy| Some(proxy.uri().host()?.to_ascii_lowercase())).collect()
    }
}
