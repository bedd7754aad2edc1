//! Where requests are sent, and with which key.

use std::sync::Arc;
use std::time::Duration;

use outbound::Unreachable;
use protocol::network::Network;
use protocol::secret::Secret;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{RequestBuilder, Response};
use url::Url;

use super::address::{LearnedAddresses, candidates};
use super::failure::Failure;
use super::patience::Patience;
use super::retry::Persistence;
use super::signer::{Signer, Unsigned};

use crate::metrics::VendorMetrics;
use crate::providers::ModelError;
use crate::providers::shared::vendor::Vendor;

/// The address and the key of a vendor's API.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Who serves it.
    pub vendor: &'static Vendor,
    /// The HTTP client.
    pub http: outbound::Client,
    /// Which addresses it may be.
    pub network: Network,
    /// The base URL, in whatever form a person has given it.
    pub base_url: Url,
    /// Which form it turned out to be.
    pub addresses: LearnedAddresses,
    /// The key; a self-hosted server may need none.
    pub api_key: Option<Secret>,
    /// Authorizes requests in place of the key.
    pub(crate) signer: Option<Arc<dyn Signer>>,
    /// The delay before the first retry.
    pub retry_delay: Duration,
    /// How persistently it is asked again.
    pub persistence: Persistence,
    /// How long its answers are waited for.
    pub patience: Patience,
    /// Counts the requests.
    pub metrics: VendorMetrics,
}

impl Endpoint {
    /// A request for a path of the API, after its version.
    pub(crate) fn get(&self, path: &str, query: &[(&str, &str)]) -> RequestBuilder {
        let mut url = self.url(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.http.get(url)
    }

    /// A request with a body to a path of the API, after its version.
    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(self.url(path))
    }

    /// Sends a request, if the address may be asked.
    ///
    /// # Errors
    /// When it may not, or there is no response.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Response, Unreachable> {
        self.http.send(request, &self.network).await
    }

    /// Sees that the next request can be authorized.
    ///
    /// # Errors
    /// When it can't.
    pub(crate) async fn prepare(&self) -> Result<(), Failure> {
        match &self.signer {
            Some(signer) => signer.prepare(self).await,
            None => Ok(()),
        }
    }

    /// Whether a request that was refused is sent once more, since it is authorized otherwise then.
    pub(crate) fn renew(&self) -> bool {
        self.signer.as_ref().is_some_and(|signer| signer.renew())
    }

    /// A request has succeeded.
    pub(crate) fn accepted(&self) {
        if let Some(signer) = &self.signer {
            signer.accepted();
        }
    }

    /// The headers of a request that are authorized by the platform; `None`: there is none, and the key is sent.
    ///
    /// # Errors
    /// When the credential can't authorize anything.
    pub(crate) fn authorized(&self, request: Unsigned<'_>) -> Result<Option<HeaderMap>, ModelError> {
        self.signer.as_ref().map(|signer| signer.authorize(self, request)).transpose()
    }

    /// The URL of a path of the API, after its version.
    pub(crate) fn url(&self, path: &str) -> Url {
        let mut urls = candidates(&self.base_url, &self.vendor.api, path);
        urls.swap_remove(self.address() % urls.len())
    }

    /// Which of the possible addresses is used.
    pub(crate) fn address(&self) -> usize {
        self.addresses.get(&self.subject()).unwrap_or_default()
    }

    /// Uses the address after this one, unless another request has changed it meanwhile. After the last one the first
    /// follows. Returns the number of addresses.
    pub(crate) fn pass_over(&self, address: usize) -> usize {
        let number = candidates(&self.base_url, &self.vendor.api, "").len();
        if self.address() == address {
            self.addresses.insert(self.subject(), (address + 1) % number);
        }
        number
    }

    fn subject(&self) -> (&'static str, Url) {
        (self.vendor.id, self.base_url.clone())
    }

    /// The host, for people.
    pub(crate) fn host(&self) -> String {
        self.base_url.host_str().unwrap_or_default().to_owned()
    }

    /// The key as a header value after `prefix`, marked as sensitive so that it is not logged.
    ///
    /// # Errors
    /// When a header can't contain it.
    pub(crate) fn key_header(&self, prefix: &str) -> Result<Option<HeaderValue>, ModelError> {
        let Some(key) = &self.api_key else { return Ok(None) };
        let unfit = |_| ModelError::ApiKeyRefused { vendor: self.vendor };
        let mut value = HeaderValue::from_str(&format!("{prefix}{}", key.expose())).map_err(unfit)?;
        value.set_sensitive(true);
        Ok(Some(value))
    }

    /// Adds the key, if there is one, as a header with its value after `prefix`. A platform adds what it takes in its place;
    /// those that sign requests need [`Endpoint::authorized`].
    ///
    /// # Errors
    /// When a header can't contain it.
    pub(crate) fn with_key(
        &self,
        request: RequestBuilder,
        header: &str,
        prefix: &str,
    ) -> Result<RequestBuilder, ModelError> {
        let (url, headers) = (&self.base_url, &HeaderMap::new());
        let unsigned = Unsigned { method: "POST", url, headers, body_sha256: "" };
        if let Some(headers) = self.authorized(unsigned)? {
            return Ok(request.headers(headers));
        }
        Ok(match self.key_header(prefix)? {
            Some(key) => request.header(header, key),
            None => request,
        })
    }

    /// The error as its reader may see it: without the key, in case the vendor repeats it, and with what sets this endpoint.
    pub(crate) fn explain(&self, error: ModelError) -> ModelError {
        error.with_vendor(self.vendor).map_text(|text| {
            let text = self.without_key(text);
            self.signer.as_ref().map_or(text.clone(), |signer| signer.without_credential(text))
        })
    }

    /// The text with the key removed.
    fn without_key(&self, text: String) -> String {
        match self.api_key.as_ref().map(Secret::expose).filter(|key| !key.is_empty()) {
            Some(key) if text.contains(key) => text.replace(key, "[the key]"),
            _ => text,
        }
    }
}
