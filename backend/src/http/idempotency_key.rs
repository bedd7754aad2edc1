//! The `Idempotency-Key` header.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use protocol::ids::UserId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::http::problem::ApiError;
use crate::services::idempotency::Idempotent;
use crate::store::idempotency_keys::KeyedCall;
use crate::words::BackendReason;

/// Maximum length of a key, in characters.
const MAX_KEY_CHARS: usize = 255;

/// The idempotency key of a request, if it has one.
pub struct IdempotencyKey {
    key: Option<String>,
    call: String,
}

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let key = parts.headers.get("idempotency-key").map(|key| key.to_str().unwrap_or_default());
        Self::new(key, &parts.method, parts.uri.path())
    }
}

impl IdempotencyKey {
    /// The key of a call to `path`, if it has one.
    ///
    /// # Errors
    /// When the key is empty, too long or not visible ASCII.
    pub fn new(key: Option<&str>, method: &Method, path: &str) -> Result<Self, ApiError> {
        let is_valid = |key: &str| {
            (1..=MAX_KEY_CHARS).contains(&key.len()) && key.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        };
        if key.is_some_and(|key| !is_valid(key)) {
            return Err(ApiError::invalid(BackendReason::KeyInvalid { limit: MAX_KEY_CHARS }));
        }
        Ok(Self { key: key.map(str::to_owned), call: format!("{method} {path}") })
    }

    /// Binds the key to the user, the request's method and path, and `body`.
    ///
    /// # Errors
    /// When the body can't be serialized.
    pub fn call<T: Serialize + DeserializeOwned>(
        self,
        user_id: UserId,
        body: &impl Serialize,
    ) -> Result<Idempotent<T>, ApiError> {
        let Some(key) = self.key else { return Ok(Idempotent::new(None)) };
        let body = serde_json::to_vec(body).map_err(ApiError::internal)?;
        let request_sha256 = Sha256::new().chain_update(self.call).chain_update([0]).chain_update(body);
        let request_sha256 = request_sha256.finalize().to_vec();
        Ok(Idempotent::new(Some(KeyedCall { user_id, key, request_sha256 })))
    }
}
