//! The HTTP client for addresses that people choose.

use std::sync::Arc;

use protocol::network::Network;
use reqwest::{ClientBuilder, IntoUrl, RequestBuilder, Response, redirect};

use crate::cause::{Cause, Unreachable};
use crate::guard::{Guard, Way};
use crate::lookup::{Lookup, System};
use crate::proxies::Proxies;
use crate::refusal::Refusal;
use crate::resolver::{Reach, Resolver};

/// An HTTP client that sends each request only where it may go. It follows no redirects, so that neither a key nor a
/// request reaches another host. Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub struct Client {
    /// Connects to any address.
    anywhere: reqwest::Client,
    /// Connects to addresses on the internet. What it connects to does not depend on the request, since connections are
    /// kept and shared.
    internet: reqwest::Client,
    guard: Guard,
    proxies: Proxies,
}

impl Client {
    /// A client with settings of one's own, such as time-outs.
    ///
    /// # Errors
    /// When it can't be set up.
    pub fn new(configure: impl Fn(ClientBuilder) -> ClientBuilder) -> reqwest::Result<Self> {
        Self::with_lookup(Arc::new(System), configure)
    }

    /// Like [`Client::new`], with another source of addresses.
    ///
    /// # Errors
    /// When it can't be set up.
    pub fn with_lookup(
        lookup: Arc<dyn Lookup>,
        configure: impl Fn(ClientBuilder) -> ClientBuilder,
    ) -> reqwest::Result<Self> {
        let proxies = Proxies::from_env();
        let build = |reach| {
            let resolver = Arc::new(Resolver::new(Arc::clone(&lookup), reach));
            let builder = configure(reqwest::Client::builder());
            builder.redirect(redirect::Policy::none()).dns_resolver(resolver).build()
        };
        Ok(Self {
            anywhere: build(Reach::Anywhere)?,
            internet: build(Reach::Internet { proxies: proxies.hosts().into() })?,
            guard: Guard::new(lookup, proxies.clone()),
            proxies,
        })
    }

    /// A request for something, to be sent with [`Client::send`].
    pub fn get(&self, url: impl IntoUrl) -> RequestBuilder {
        self.anywhere.get(url)
    }

    /// A request with a body, to be sent with [`Client::send`].
    pub fn post(&self, url: impl IntoUrl) -> RequestBuilder {
        self.anywhere.post(url)
    }

    /// Sends a request if its address is in the network.
    ///
    /// # Errors
    /// When the request is refused or invalid, or has no response.
    pub async fn send(&self, request: RequestBuilder, network: &Network) -> Result<Response, Unreachable> {
        let request = request.build().map_err(|error| Unreachable::new(Cause::Invalid, &error))?;
        let refused = |refusal: Refusal| Unreachable::new(Cause::Refused(refusal.clone()), &refusal);
        let client = match self.guard.admit(request.url(), network).await.map_err(refused)? {
            Way::Anywhere => &self.anywhere,
            Way::Internet => &self.internet,
        };
        let url = request.url().clone();
        client.execute(request).await.map_err(|error| {
            let error = error.without_url();
            Unreachable::new(Cause::of(&error, self.proxies.of(&url)), &error)
        })
    }
}
