//! Resolves names for an HTTP client. What it yields is what the client connects to, so that a name whose addresses change
//! after a check leads nowhere else.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::addresses::is_on_the_internet;
use crate::lookup::Lookup;
use crate::refusal::Refusal;

/// A name has no address.
#[derive(Debug, thiserror::Error)]
#[error("the name {host} has no address: {reason}")]
pub(crate) struct NameNotFound {
    pub(crate) host: String,
    reason: String,
}

/// Resolves names.
#[derive(Debug, Clone)]
pub(crate) struct Resolver {
    lookup: Arc<dyn Lookup>,
    reach: Reach,
}

/// Which addresses a client connects to.
#[derive(Debug, Clone)]
pub(crate) enum Reach {
    /// Any.
    Anywhere,
    /// Those on the internet, and those of the site's proxies.
    Internet { proxies: Arc<[String]> },
}

impl Resolver {
    pub(crate) fn new(lookup: Arc<dyn Lookup>, reach: Reach) -> Self {
        Self { lookup, reach }
    }

    async fn addresses(self, host: String) -> Result<Addrs, Box<dyn std::error::Error + Send + Sync>> {
        let mut found = match self.lookup.addresses(&host).await {
            Ok(found) if !found.is_empty() => found,
            Ok(_) => return Err(NameNotFound { host, reason: "none is known".to_owned() }.into()),
            Err(error) => return Err(NameNotFound { host, reason: error.to_string() }.into()),
        };
        if let Reach::Internet { proxies } = &self.reach
            && !proxies.contains(&host.to_ascii_lowercase())
        {
            found.retain(is_on_the_internet);
            if found.is_empty() {
                return Err(Refusal::private(&host).into());
            }
        }
        Ok(Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0))))
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(self.clone().addresses(name.as_str().to_owned()))
    }
}
