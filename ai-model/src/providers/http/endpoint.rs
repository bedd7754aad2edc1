//! Where requests go, and with which key.

use std::time::Duration;

use protocol::secret::Secret;
use reqwest::header::HeaderValue;
use url::Url;

use crate::providers::ModelError;
use crate::providers::shared::vendor::Vendor;

/// Where requests go.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Whoever answers there.
    pub vendor: &'static Vendor,
    /// The vendor's address.
    pub base_url: Url,
    /// The key; a server of one's own may need none.
    pub api_key: Option<Secret>,
    /// The wait before the first retry.
    pub retry_delay: Duration,
}

impl Endpoint {
    /// The address of a path below the base.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base_url.as_str().trim_end_matches('/'))
    }

    /// The key as a header's value with this in front of it, kept out of logs.
    ///
    /// # Errors
    /// When no header can carry it.
    pub(crate) fn key_header(&self, before: &str) -> Result<Option<HeaderValue>, ModelError> {
        let Some(key) = &self.api_key else { return Ok(None) };
        let unfit = |_| ModelError::ApiKeyRefused { vendor: self.vendor };
        let mut value = HeaderValue::from_str(&format!("{before}{}", key.expose())).map_err(unfit)?;
        value.set_sensitive(true);
        Ok(Some(value))
    }

    /// A vendor's words with the key taken out, should they repeat it.
    pub(crate) fn without_key(&self, words: String) -> String {
        match self.api_key.as_ref().map(Secret::expose).filter(|key| !key.is_empty()) {
            Some(key) if words.contains(key) => words.replace(key, "[the key]"),
            _ => words,
        }
    }
}
