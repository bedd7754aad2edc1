//! A fake OpenID Connect provider that signs whatever a test wants: what a certified provider never does.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::extract::{Form, Query, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use backend::clock::Clock;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::serve;

pub(super) const CLIENT_ID: &str = "deskhand";
pub(super) const CLIENT_SECRET: &str = "oidc-client-secret";

type Parameters = HashMap<String, String>;

/// How tokens are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signature {
    /// With the published key.
    Good,
    /// With a key that is not published, under the name of the one that is.
    OtherKey,
    /// `"alg":"none"`, without a signature.
    None,
    /// With HS256, and the published key as the secret.
    PublicKeyAsSecret,
}

/// A running fake.
#[derive(Clone)]
pub(super) struct FakeOidc {
    pub(super) issuer: String,
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    clock: Clock,
    issuer: Mutex<String>,
    /// What is different in ID tokens; `null` leaves a claim out.
    pub(super) claims: Mutex<Value>,
    /// What is different in the metadata.
    pub(super) metadata: Mutex<Value>,
    /// What is told beside the ID token.
    pub(super) userinfo: Mutex<Value>,
    pub(super) signature: Mutex<Signature>,
    key: Mutex<Key>,
    /// What codes were issued for: the nonce, the challenge and the callback address.
    codes: Mutex<HashMap<String, (String, String, String)>>,
    /// Whether requests are never answered.
    pub(super) is_silent: AtomicBool,
    pub(super) key_requests: AtomicUsize,
    issued: AtomicUsize,
}

#[derive(Clone)]
struct Key {
    id: String,
    private: EncodingKey,
}

impl Key {
    fn generate(id: &str) -> Self {
        let random = SystemRandom::new();
        let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        Self { id: id.to_owned(), private: EncodingKey::from_ec_der(der.as_ref()) }
    }

    fn public(&self) -> Jwk {
        let mut jwk = Jwk::from_encoding_key(&self.private, Algorithm::ES256).unwrap();
        jwk.common.key_id = Some(self.id.clone());
        jwk
    }
}

impl FakeOidc {
    pub(super) async fn start(clock: Clock) -> Self {
        let shared = Arc::new(Shared {
            clock,
            issuer: Mutex::default(),
            claims: Mutex::new(json!({})),
            metadata: Mutex::new(json!({})),
            userinfo: Mutex::new(json!({})),
            signature: Mutex::new(Signature::Good),
            key: Mutex::new(Key::generate("first")),
            codes: Mutex::default(),
            is_silent: AtomicBool::new(false),
            key_requests: AtomicUsize::new(0),
            issued: AtomicUsize::new(0),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/keys", get(keys))
            .route("/userinfo", get(userinfo))
            .route("/redirect", get(Redirect::temporary("/keys")).post(Redirect::temporary("/token")))
            .route("/huge", get("x".repeat(2 << 20)))
            .with_state(Arc::clone(&shared));
        let issuer = serve(router).await;
        issuer.clone_into(&mut shared.issuer.lock().unwrap());
        Self { issuer, shared }
    }

    /// Who logs in from now on: claims that differ from the usual ones.
    pub(super) fn claim(&self, claims: Value) {
        *self.shared.claims.lock().unwrap() = claims;
    }

    pub(super) fn sign(&self, signature: Signature) {
        *self.shared.signature.lock().unwrap() = signature;
    }

    /// Publishes another key in place of the present one.
    pub(super) fn rotate(&self) {
        *self.shared.key.lock().unwrap() = Key::generate("second");
    }
}

/// `changes` laid over `value`; `null` removes.
fn changed(mut value: Value, changes: &Value) -> Value {
    for (name, change) in changes.as_object().into_iter().flatten() {
        let fields = value.as_object_mut().unwrap();
        if change.is_null() {
            fields.remove(name)
        } else {
            fields.insert(name.clone(), change.clone())
        };
    }
    value
}

async fn metadata(State(shared): State<Arc<Shared>>) -> Json<Value> {
    if shared.is_silent.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
    let issuer = shared.issuer.lock().unwrap().clone();
    let metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    });
    Json(changed(metadata, &shared.metadata.lock().unwrap()))
}

async fn keys(State(shared): State<Arc<Shared>>) -> Json<Value> {
    shared.key_requests.fetch_add(1, Ordering::Relaxed);
    // Keys of other kinds, and for other uses, are among them.
    Json(json!({ "keys": [
        { "kty": "XYZ", "kid": "unknown", "x": 1 },
        { "kty": "oct", "kid": "secret", "k": URL_SAFE_NO_PAD.encode("secret") },
        shared.key.lock().unwrap().public() ] }))
}

async fn authorize(State(shared): State<Arc<Shared>>, Query(asked): Query<Parameters>) -> Response {
    let value = |name: &str| asked.get(name).cloned().unwrap_or_default();
    let is_usable = value("client_id") == CLIENT_ID
        && value("response_type") == "code"
        && value("code_challenge_method") == "S256"
        && value("scope").split(' ').any(|scope| scope == "openid")
        && !value("nonce").is_empty();
    if !is_usable {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let code = format!("code-{}", shared.issued.fetch_add(1, Ordering::Relaxed));
    let issued = (value("nonce"), value("code_challenge"), value("redirect_uri"));
    shared.codes.lock().unwrap().insert(code.clone(), issued);
    let mut callback: Url = value("redirect_uri").parse().unwrap();
    callback.query_pairs_mut().append_pair("code", &code).append_pair("state", &value("state"));
    Redirect::to(callback.as_str()).into_response()
}

async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(asked): Form<Parameters>,
) -> Response {
    let value = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")));
    let refused = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    if headers.get(AUTHORIZATION).is_none_or(|header| header != &*basic) {
        return refused("invalid_client");
    }
    let issued = shared.codes.lock().unwrap().remove(value("code"));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(value("code_verifier")));
    match issued {
        Some((nonce, own, redirect_uri)) if own == challenge && redirect_uri == value("redirect_uri") => {
            let id_token = shared.id_token(&nonce);
            let answer = json!({ "access_token": "at", "token_type": "Bearer", "expires_in": 60, "id_token": id_token });
            Json(answer).into_response()
        }
        _ => refused("invalid_grant"),
    }
}

async fn userinfo(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    if headers.get(AUTHORIZATION).is_none_or(|header| header != "Bearer at") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    Json(shared.userinfo.lock().unwrap().clone()).into_response()
}

impl Shared {
    fn id_token(&self, nonce: &str) -> String {
        let now = self.clock.now().timestamp();
        let usual = json!({ "iss": *self.issuer.lock().unwrap(), "aud": CLIENT_ID, "sub": "subject-1", "nonce": nonce,
            "iat": now, "exp": now + 300, "email": "grace@example.com", "email_verified": true,
            "preferred_username": "grace", "given_name": "Grace", "family_name": "Hopper" });
        let claims = changed(usual, &self.claims.lock().unwrap());
        let key = self.key.lock().unwrap().clone();
        let header = |algorithm| Header { kid: Some(key.id.clone()), ..Header::new(algorithm) };
        let encode = |header: &Header, key: &EncodingKey| jsonwebtoken::encode(header, &claims, key).unwrap();
        match *self.signature.lock().unwrap() {
            Signature::Good => encode(&header(Algorithm::ES256), &key.private),
            Signature::OtherKey => encode(&header(Algorithm::ES256), &Key::generate("other").private),
            Signature::PublicKeyAsSecret => {
                let public = serde_json::to_vec(&key.public()).unwrap();
                encode(&header(Algorithm::HS256), &EncodingKey::from_secret(&public))
            }
            Signature::None => {
                let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
                format!("{}.{}.", part(&json!({ "alg": "none", "kid": key.id })), part(&claims))
            }
        }
    }
}
