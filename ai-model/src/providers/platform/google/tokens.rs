//! Tokens of service accounts, kept until shortly before they expire.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indexmap::IndexMap;
use protocol::secret::Secret;
use redact::Lifetime;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use tokio::time::Instant;
use url::form_urlencoded;

use super::ServiceAccount;
use crate::providers::http::failure::{Failure, Remedy};
use crate::providers::{Endpoint, ModelError};
use crate::wall_clock;

/// The most accounts whose tokens are kept.
const MOST_ACCOUNTS: usize = 1000;
/// A token that is valid for less is replaced before it is used: a long request must not outlive it.
const RENEWED_BEFORE: Duration = Duration::from_secs(5 * 60);
/// How long a token may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The largest answer, in bytes.
const LONGEST: usize = 64 << 10;

/// The tokens of all accounts. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tokens(Arc<Mutex<IndexMap<[u8; 32], Arc<TokenSlot>>>>);

impl Tokens {
    /// The place of an account's token. Whoever has the same key file shares it.
    pub(crate) fn slot(&self, account: &ServiceAccount) -> Arc<TokenSlot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = Arc::clone(slots.entry(account.fingerprint()).or_default());
        if slots.len() > MOST_ACCOUNTS {
            slots.shift_remove_index(0);
        }
        slot
    }
}

/// The place of an account's token.
#[derive(Default)]
pub(crate) struct TokenSlot {
    token: Mutex<Option<Token>>,
    /// Only one token is asked for at a time.
    asking: tokio::sync::Mutex<()>,
}

impl fmt::Debug for TokenSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSlot")
    }
}

#[derive(Clone)]
struct Token {
    text: Secret,
    renewed_at: Instant,
    /// It came in place of one that was refused, and no request has succeeded with it.
    is_replacement: bool,
}

#[derive(Deserialize)]
struct Answer {
    access_token: Secret,
    expires_in: u64,
}

#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
}

impl TokenSlot {
    /// The token.
    pub(crate) fn token(&self) -> Option<Secret> {
        self.current().map(|token| token.text)
    }

    /// Sees that there is a token that is valid for a while.
    pub(crate) async fn prepare(&self, endpoint: &Endpoint, account: &ServiceAccount) -> Result<(), Failure> {
        let _one_at_a_time = self.asking.lock().await;
        let is_replacement = match self.current() {
            Some(token) if token.renewed_at > Instant::now() => return Ok(()),
            Some(token) => token.is_replacement,
            None => false,
        };
        let asked_at = Instant::now();
        let Answer { access_token, expires_in } = ask(endpoint, account).await?;
        redact::process().learn(access_token.expose(), Lifetime::Transient);
        let lifetime = Duration::from_secs(expires_in).saturating_sub(RENEWED_BEFORE);
        self.set(Token { text: access_token, renewed_at: asked_at + lifetime, is_replacement });
        Ok(())
    }

    /// Has another token asked for, since this one is refused before it was to expire. `false`: another would be refused too.
    pub(crate) fn renew(&self) -> bool {
        let Some(token) = self.current().filter(|token| !token.is_replacement) else { return false };
        self.set(Token { renewed_at: Instant::now(), is_replacement: true, ..token });
        true
    }

    /// A request has succeeded with the token.
    pub(crate) fn accepted(&self) {
        if let Some(token) = self.token.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            token.is_replacement = false;
        }
    }

    fn current(&self) -> Option<Token> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, token: Token) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
    }
}

/// Exchanges a JWT for a token.
async fn ask(endpoint: &Endpoint, account: &ServiceAccount) -> Result<Answer, Failure> {
    let vendor = endpoint.vendor;
    let unreadable = || ModelError::CredentialsUnreadable { vendor, setting: vendor.key_setting };
    let jwt = account.jwt(wall_clock::now()).ok_or_else(|| Failure::new(unreadable(), Remedy::None))?;
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
        .append_pair("assertion", jwt.expose())
        .finish();
    let request = endpoint.http.post(account.token_address.clone()).body(body);
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").timeout(TIMEOUT);
    let mut response = endpoint.send(request).await.map_err(|error| Failure::network(endpoint, &error))?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|_| Failure::broken_stream())? {
        body.extend_from_slice(&piece);
        if body.len() > LONGEST {
            return Err(Failure::broken_stream());
        }
    }
    if status.is_success() {
        return serde_json::from_slice(&body).map_err(|_| Failure::broken_stream());
    }
    let Refusal { error, error_description } = serde_json::from_slice(&body).unwrap_or_default();
    tracing::warn!(vendor.name = vendor.name, %status, error, "no token for a service account");
    Err(match status.as_u16() {
        429 | 500..=599 => {
            Failure::new(ModelError::Vendor { vendor, message: format!("status {status}") }, Remedy::Backoff)
        }
        _ if error_description.contains("reasonable timeframe") => {
            Failure::new(ModelError::ClockSkewed { vendor }, Remedy::None)
        }
        _ => Failure::new(ModelError::ApiKeyRefused { vendor }, Remedy::None),
    })
}
