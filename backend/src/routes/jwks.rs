//! The public keys of the access tokens, for programs that check tokens by themselves.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::auth::signing_keys::PublicKeyView;
use crate::http::json::Json;

/// How long programs may keep the keys. A key verifies for a day after another has taken its place.
const CACHE: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));

/// A JSON Web Key Set (RFC 7517).
#[derive(Serialize, ToSchema)]
pub(super) struct JsonWebKeySet {
    /// The keys, that which signs first.
    keys: Vec<JsonWebKey>,
}

/// A public RSA key.
#[derive(Serialize, ToSchema)]
pub(super) struct JsonWebKey {
    /// Always `RSA`.
    kty: &'static str,
    /// Always `sig`: it verifies signatures.
    #[serde(rename = "use")]
    usage: &'static str,
    /// Always `RS256`.
    alg: &'static str,
    /// Identifies the key; the header of a token has the same.
    kid: String,
    /// The modulus, in base64url.
    n: String,
    /// The exponent, in base64url.
    e: String,
}

impl From<PublicKeyView> for JsonWebKey {
    fn from(key: PublicKeyView) -> Self {
        Self { kty: "RSA", usage: "sig", alg: key.algorithm, kid: key.kid.to_string(), n: key.n, e: key.e }
    }
}

/// Returns the public keys of the access tokens (RFC 7517).
#[utoipa::path(get, path = "/.well-known/jwks.json", operation_id = "get_jwks", tag = "Accounts", security(()),
    responses((status = 200, body = JsonWebKeySet)))]
pub(super) async fn get(
    State(state): State<AppState>,
) -> ([(HeaderName, HeaderValue); 1], Json<JsonWebKeySet>) {
    let keys = state.program_logins.access_tokens.keys.public().into_iter().map(JsonWebKey::from).collect();
    ([CACHE], Json(JsonWebKeySet { keys }))
}
