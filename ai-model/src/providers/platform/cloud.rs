//! A platform with the credentials for it.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use protocol::platform::{Platform, PlatformName};
use protocol::secret::Secret;
use redact::Lifetime;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use super::aws::{AccessKey, Scope};
use super::google::{ServiceAccount, TokenSlot, Tokens};
use crate::providers::http::failure::Failure;
use crate::providers::http::signer::{Signer, Unsigned};
use crate::providers::{Endpoint, ModelError};
use crate::wall_clock;

/// What identifies the caller.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    /// A key, in the headers of the platform.
    Key(Secret),
    /// A token, as `Authorization: Bearer`.
    Bearer(Secret),
    /// A key that signs each request.
    Aws(AccessKey),
    /// A service account, whose tokens are in the slot.
    Google(Arc<ServiceAccount>, Arc<TokenSlot>),
}

impl Credential {
    /// Reads what a person or a variable gives for a platform: a key, a token, an access key of AWS or a key file of Google in
    /// JSON. `None`: it is something else.
    pub(crate) fn read(platform: PlatformName, text: &Secret, tokens: &Tokens) -> Option<Self> {
        let given = text.expose().trim();
        redact::process().learn(given, Lifetime::Transient);
        let is_json = given.starts_with('{');
        match platform {
            PlatformName::Bedrock | PlatformName::Aws if is_json => {
                let key: AccessKey = serde_json::from_str(given).ok()?;
                Some(Self::of_aws(key))
            }
            PlatformName::Bedrock | PlatformName::Aws => Some(Self::Bearer(Secret::new(given))),
            PlatformName::Vertex | PlatformName::GoogleCloud if is_json => {
                let account = ServiceAccount::read(given)?;
                learn_lines(&account.private_key);
                let slot = tokens.slot(&account);
                Some(Self::Google(Arc::new(account), slot))
            }
            // Google's API keys begin so, also those of Vertex AI alone; its tokens do not.
            PlatformName::Vertex if given.starts_with("AIza") || given.starts_with("AQ.") => {
                Some(Self::Key(Secret::new(given)))
            }
            PlatformName::Vertex | PlatformName::GoogleCloud => Some(Self::Bearer(Secret::new(given))),
            // Tokens of Entra are JWTs; keys have no dots.
            PlatformName::Foundry | PlatformName::Azure
                if given.starts_with("eyJ") && given.contains('.') =>
            {
                Some(Self::Bearer(Secret::new(given)))
            }
            PlatformName::Foundry | PlatformName::Azure if is_json => None,
            PlatformName::Foundry | PlatformName::Azure => Some(Self::Key(Secret::new(given))),
        }
    }

    /// An access key of AWS.
    pub(crate) fn of_aws(key: AccessKey) -> Self {
        redact::process().learn(key.secret_access_key.expose(), Lifetime::Transient);
        if let Some(token) = &key.session_token {
            redact::process().learn(token.expose(), Lifetime::Transient);
        }
        Self::Aws(key)
    }
}

/// A private key is told in lines; each of them is as secret as the whole.
fn learn_lines(private_key: &Secret) {
    redact::process().learn(private_key.expose(), Lifetime::Transient);
    let lines = private_key.expose().lines().filter(|line| !line.starts_with("-----"));
    let body: String = lines.map(str::trim).collect();
    redact::process().learn(&body, Lifetime::Transient);
}

/// A platform, and who calls it.
#[derive(Debug)]
pub(crate) struct Cloud {
    pub(crate) platform: Platform,
    pub(crate) credential: Credential,
}

impl Signer for Cloud {
    fn platform(&self) -> &Platform {
        &self.platform
    }

    fn prepare<'a>(&'a self, endpoint: &'a Endpoint) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            match &self.credential {
                Credential::Google(account, slot) => slot.prepare(endpoint, account).await,
                Credential::Key(_) | Credential::Bearer(_) | Credential::Aws(_) => Ok(()),
            }
        })
    }

    fn renew(&self) -> bool {
        matches!(&self.credential, Credential::Google(_, slot) if slot.renew())
    }

    fn accepted(&self) {
        if let Credential::Google(_, slot) = &self.credential {
            slot.accepted();
        }
    }

    fn authorize(&self, endpoint: &Endpoint, request: Unsigned<'_>) -> Result<HeaderMap, ModelError> {
        let refused = || ModelError::ApiKeyRefused { vendor: endpoint.vendor };
        let mut headers = request.headers.clone();
        if let (PlatformName::Aws, Some(workspace)) = (self.platform.name, &self.platform.workspace) {
            let value = HeaderValue::from_str(workspace).map_err(|_| refused())?;
            headers.insert(HeaderName::from_static("anthropic-workspace-id"), value);
        }
        match &self.credential {
            Credential::Key(key) => {
                for name in self.key_headers() {
                    headers.insert(HeaderName::from_static(name), sensitive("", key).ok_or_else(refused)?);
                }
            }
            Credential::Bearer(token) => {
                headers.insert(AUTHORIZATION, sensitive("Bearer ", token).ok_or_else(refused)?);
            }
            Credential::Aws(key) => {
                let region = self.platform.region.as_deref().unwrap_or_default();
                let scope = Scope { region, service: self.service(), at: wall_clock::now() };
                let request = Unsigned { headers: &headers, ..request };
                let signed = key.sign(request, scope).ok_or_else(refused)?;
                headers.extend(signed);
            }
            Credential::Google(_, slot) => {
                let token = slot.token().ok_or_else(refused)?;
                headers.insert(AUTHORIZATION, sensitive("Bearer ", &token).ok_or_else(refused)?);
            }
        }
        Ok(headers)
    }

    fn without_credential(&self, mut text: String) -> String {
        let token = match &self.credential {
            Credential::Google(_, slot) => slot.token(),
            _ => None,
        };
        let secret = match &self.credential {
            Credential::Key(secret) | Credential::Bearer(secret) => Some(secret),
            Credential::Aws(key) => Some(&key.secret_access_key),
            Credential::Google(..) => token.as_ref(),
        };
        if let Some(secret) = secret.map(Secret::expose).filter(|secret| !secret.is_empty()) {
            text = text.replace(secret, "[the key]");
        }
        text
    }
}

impl Cloud {
    /// The headers of a key.
    fn key_headers(&self) -> &'static [&'static str] {
        match self.platform.name {
            PlatformName::Foundry => &["x-api-key", "api-key"],
            PlatformName::Azure => &["api-key"],
            PlatformName::Vertex | PlatformName::GoogleCloud => &["x-goog-api-key"],
            PlatformName::Bedrock | PlatformName::Aws => &["x-api-key"],
        }
    }

    /// The service that signatures are for.
    fn service(&self) -> &'static str {
        if self.platform.name == PlatformName::Bedrock { "bedrock-mantle" } else { "aws-external-anthropic" }
    }
}

fn sensitive(prefix: &str, secret: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("{prefix}{}", secret.expose())).ok()?;
    value.set_sensitive(true);
    Some(value)
}
