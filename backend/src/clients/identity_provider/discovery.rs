//! What OpenID Connect providers tell of themselves: their metadata and their keys. Both are remembered for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::Jwk;
use oauth2::AuthType;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::ProviderError;
use super::code::Endpoints;
use super::http::ProviderHttp;
use crate::clock::Clock;

/// How long a document is remembered.
const REMEMBERED_FOR: TimeDelta = TimeDelta::minutes(10);
/// The most documents that are remembered.
const MOST: usize = 200;
const JSON: &str = "application/json";

/// The metadata of a provider (OpenID Connect Discovery 1.0, section 3).
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    #[serde(default)]
    pub(super) userinfo_endpoint: Option<Url>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Whether it tells its issuer with each code (RFC 9207).
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// The addresses of the code flow.
    pub(super) fn endpoints(&self) -> Endpoints {
        let methods = self.token_endpoint_auth_methods_supported.as_deref();
        // Without a word about it, providers take the basic method.
        let basic =
            methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"));
        Endpoints {
            authorization: self.authorization_endpoint.clone(),
            token: self.token_endpoint.clone(),
            auth_type: if basic { AuthType::BasicAuth } else { AuthType::RequestBody },
        }
    }

    fn addresses(&self) -> impl Iterator<Item = &Url> {
        [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri]
            .into_iter()
            .chain(&self.userinfo_endpoint)
    }
}

/// Documents with the time when they were fetched, by their addresses.
type Remembered = HashMap<Url, (DateTime<Utc>, Value)>;

/// The documents of providers. Cheap to clone.
#[derive(Clone)]
pub(super) struct Documents {
    http: ProviderHttp,
    clock: Clock,
    remembered: Arc<Mutex<Remembered>>,
}

impl Documents {
    pub(super) fn new(http: ProviderHttp, clock: Clock) -> Self {
        Self { http, clock, remembered: Arc::default() }
    }

    /// The metadata of an issuer.
    pub(super) async fn metadata(&self, issuer: &str) -> Result<Metadata, ProviderError> {
        let url = place(issuer)?;
        let known = self.recall(&url);
        let is_new = known.is_none();
        let document = match known {
            Some(known) => known,
            None => self.fetch(&url).await?,
        };
        let metadata: Metadata = serde_json::from_value(document.clone())
            .map_err(|error| ProviderError::AnswerInvalid(format!("{url}: {error}")))?;
        if metadata.issuer != issuer {
            return Err(ProviderError::IssuerDiffers { found: metadata.issuer });
        }
        if let Some(other) = metadata.addresses().find(|url| !matches!(url.scheme(), "https" | "http")) {
            return Err(ProviderError::AnswerInvalid(format!("it names the address {other}")));
        }
        if is_new {
            self.remember(url, document);
        }
        Ok(metadata)
    }

    /// The keys of a provider, which may be those of a while ago.
    pub(super) async fn keys(&self, metadata: &Metadata) -> Result<Vec<Jwk>, ProviderError> {
        match self.recall(&metadata.jwks_uri) {
            Some(known) => Ok(keys(&known)),
            None => self.new_keys(metadata).await,
        }
    }

    /// The keys of a provider as they are now.
    pub(super) async fn new_keys(&self, metadata: &Metadata) -> Result<Vec<Jwk>, ProviderError> {
        let document = self.fetch(&metadata.jwks_uri).await?;
        let keys = keys(&document);
        self.remember(metadata.jwks_uri.clone(), document);
        Ok(keys)
    }

    /// Forgets the metadata of an issuer.
    pub(super) fn forget(&self, issuer: &str) {
        if let Ok(url) = place(issuer) {
            self.remembered.lock().unwrap_or_else(PoisonError::into_inner).remove(&url);
        }
    }

    async fn fetch(&self, url: &Url) -> Result<Value, ProviderError> {
        self.http.json(url, JSON, None).await
    }

    fn recall(&self, url: &Url) -> Option<Value> {
        let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, document) = remembered.get(url)?;
        (*at > self.clock.now() - REMEMBERED_FOR).then(|| document.clone())
    }

    fn remember(&self, url: Url, document: Value) {
        let now = self.clock.now();
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.retain(|_, (at, _)| *at > now - REMEMBERED_FOR);
        if remembered.len() < MOST || remembered.contains_key(&url) {
            remembered.insert(url, (now, document));
        }
    }
}

/// Where an issuer has its metadata.
fn place(issuer: &str) -> Result<Url, ProviderError> {
    let text = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    text.parse().map_err(|error| ProviderError::AnswerInvalid(format!("{text}: {error}")))
}

/// The keys in a set. Those of kinds that are not known here are left out.
fn keys(document: &Value) -> Vec<Jwk> {
    let keys = document["keys"].as_array().into_iter().flatten();
    keys.filter_map(|key| serde_json::from_value(key.clone()).ok()).collect()
}
