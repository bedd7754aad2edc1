//! Google's tokens: exchanges JWTs of the only service account, and knows the tokens that it has issued.

use std::collections::HashMap;
use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use axum::http::HeaderMap;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::cloud::refusal;
use super::{CloudRefusal, PROJECT};
use crate::fakes::reading::header_of;

const EMAIL: &str = "desk@desk-project.iam.gserviceaccount.com";
const KEY_ID: &str = "0123456789abcdef";
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// The longest that a JWT may be valid, in seconds.
const LONGEST: i64 = 3600;

/// The account's key; making one takes a while.
fn key() -> Option<&'static KeyPair> {
    static KEY: OnceLock<Option<KeyPair>> = OnceLock::new();
    KEY.get_or_init(|| KeyPair::generate(KeySize::Rsa2048).ok()).as_ref()
}

/// The key file of the only service account, whose tokens come from the fake at this address.
#[must_use]
pub fn service_account(address: &str) -> String {
    let der: Option<Pkcs8V1Der<'_>> = key().and_then(|key| key.as_der().ok());
    let base64 = der.map(|der| BASE64_STANDARD.encode(der.as_ref())).unwrap_or_default();
    let lines: Vec<&str> =
        base64.as_bytes().chunks(64).filter_map(|line| str::from_utf8(line).ok()).collect();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"));
    json!({
        "type": "service_account", "project_id": PROJECT, "private_key_id": KEY_ID, "private_key": pem,
        "client_email": EMAIL, "client_id": "1", "token_uri": format!("{address}/token"),
        "auth_uri": "https://accounts.google.com/o/oauth2/auth", "universe_domain": "googleapis.com",
    })
    .to_string()
}

/// The tokens that were issued.
#[derive(Debug, Default)]
pub struct Issued {
    uses: Option<usize>,
    seconds: Option<u64>,
    tokens: HashMap<String, usize>,
}

impl Issued {
    pub(super) fn new(uses: Option<usize>, seconds: Option<u64>) -> Self {
        Self { uses, seconds, tokens: HashMap::new() }
    }

    pub(super) fn count(&self) -> usize {
        self.tokens.len()
    }

    /// `POST /token`.
    pub(super) fn exchange(
        &mut self,
        headers: &HeaderMap,
        body: &[u8],
        now: i64,
    ) -> Result<Value, CloudRefusal> {
        let fields: HashMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
        let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        if field("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
            return refuse("unsupported_grant_type", "Invalid grant_type");
        }
        let host = header_of(headers, "host").unwrap_or_default();
        let claims = verified(field("assertion"))?;
        if claims["iss"] != EMAIL || claims["scope"] != SCOPE {
            return refuse("invalid_grant", "Invalid grant: account not found");
        }
        if claims["aud"] != format!("http://{host}/token") {
            return refuse("invalid_grant", "Invalid JWT: Failed audience check.");
        }
        let seconds = |name: &str| claims[name].as_i64().unwrap_or_default();
        let (from, to) = (seconds("iat"), seconds("exp"));
        if to - from > LONGEST || from > now + 60 || to < now {
            return refuse(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.",
            );
        }
        let token = format!("ya29.fake-token-number-{:04}", self.tokens.len());
        self.tokens.insert(token.clone(), 0);
        Ok(
            json!({ "access_token": token, "expires_in": self.seconds.unwrap_or(3599), "token_type": "Bearer" }),
        )
    }

    /// Checks the token of a request.
    pub(super) fn check(&mut self, headers: &HeaderMap) -> Result<(), CloudRefusal> {
        let given = header_of(headers, "authorization").and_then(|value| value.strip_prefix("Bearer "));
        let uses = given.and_then(|token| self.tokens.get_mut(token));
        let most = self.uses.unwrap_or(usize::MAX);
        match uses {
            Some(uses) if *uses < most => {
                *uses += 1;
                Ok(())
            }
            _ => {
                let message = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.";
                let error = json!({ "code": 401, "message": message, "status": "UNAUTHENTICATED" });
                Err(refusal(401, None, json!([{ "error": error }])))
            }
        }
    }
}

/// The claims of a JWT that the account has signed.
fn verified(jwt: &str) -> Result<Value, CloudRefusal> {
    let invalid = || refuse("invalid_grant", "Invalid JWT Signature.");
    let Some((signed, signature)) = jwt.rsplit_once('.') else { return invalid() };
    let Some((header, claims)) = signed.split_once('.') else { return invalid() };
    let decoded = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).ok();
    let json = |part: &str| decoded(part).and_then(|json| serde_json::from_slice::<Value>(&json).ok());
    let (Some(header), Some(claims), Some(signature)) = (json(header), json(claims), decoded(signature))
    else {
        return invalid();
    };
    let Some(key) = key() else { return invalid() };
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref());
    let is_known = header["alg"] == "RS256" && header["kid"] == KEY_ID;
    if !is_known || public.verify(signed.as_bytes(), &signature).is_err() {
        return invalid();
    }
    Ok(claims)
}

fn refuse<T>(error: &str, description: &str) -> Result<T, CloudRefusal> {
    Err(refusal(400, None, json!({ "error": error, "error_description": description })))
}
