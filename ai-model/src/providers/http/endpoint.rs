//! Where requests are sent, and with which key.

use std::time::Duration;

use outbound::Unreachable;
use protocol::network::Network;
use protocol::secret::Secret;
use reqwest::header::HeaderValue;
use reqwest::{RequestBuilder, Response};
use url::Url;

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
    /// The base URL.
    pub base_url: Url,
    /// The key; a self-hosted server may need none.
    pub api_key: Option<Secret>,
    /// The delay before the first retry.
    pub retry_delay: Duration,
    /// Counts the requests.
    pub metrics: VendorMetrics,
}

impl Endpoint {
    /// A request to a path below the base URL.
    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("{}/{path}", self.base_url.as_str().trim_end_matches('/')))
    }

    /// Sends a request, if the address may be asked.
    ///
    /// # Errors
    /// When it may not, or there is no response.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Response, Unreachable> {
        self.http.send(request, &self.network).await
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

    /// Adds the key, if there is one, as a header with its value after `prefix`.
    ///
    /// # Errors
    /// When a header can't contain it.
    pub(crate) fn with_key(
        &self,
        request: RequestBuilder,
        header: &str,
        prefix: &str,
    ) -> Result<RequestBuilder, ModelError> {
        Ok(match self.key_header(prefix)? {
            Some(key) => request.header(header, key),
            None => request,
        })
    }

    /// The text with the key removed, in case the vendor repeats it.
    pub(crate) fn without_key(&self, text: String) -> String {
        match self.api_key.as_ref().map(Secret::expose).filter(|key| !key.is_empty()) {
            Some(key) if text.contains(key) => text.replace(key, "[the key]"),
            _ => text,
        }
    }
}
