//! Verifies ID tokens (OpenID Connect Core 1.0, section 3.1.3.7).

use chrono::{DateTime, Utc};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq as _;

/// How far the provider's clock may be off, in seconds.
const LEEWAY: f64 = 60.0;
/// The longest subject (section 2).
const SUBJECT_LIMIT: usize = 255;

/// What a token has to be.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: DateTime<Utc>,
}

/// Why a token is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is signed with a key that is not among these; the provider may have a new one.
    UnknownKey,
    /// It is not valid.
    Invalid(&'static str),
}

/// What a token says about somebody. Section 5.1.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Claims {
    pub(super) sub: String,
    #[serde(default)]
    pub(super) email: Option<String>,
    #[serde(default)]
    email_verified: Value,
    #[serde(default)]
    pub(super) preferred_username: Option<String>,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) given_name: Option<String>,
    #[serde(default)]
    pub(super) family_name: Option<String>,
}

impl Claims {
    /// These claims, and what others about the same person add.
    pub(super) fn completed_by(self, more: Self) -> Self {
        // A flag is about the address beside it.
        let address = if self.email.is_some() { &self } else { &more };
        Self {
            email: address.email.clone(),
            email_verified: address.email_verified.clone(),
            preferred_username: self.preferred_username.or(more.preferred_username),
            name: self.name.or(more.name),
            given_name: self.given_name.or(more.given_name),
            family_name: self.family_name.or(more.family_name),
            sub: self.sub,
        }
    }

    /// The address, if the provider has confirmed it. Some write the flag as text.
    pub(super) fn confirmed_email(&self) -> Option<&str> {
        let is_confirmed = self.email_verified == true || self.email_verified == "true";
        self.email.as_deref().filter(|_| is_confirmed)
    }
}

/// What a token says about itself.
#[derive(Deserialize)]
struct Envelope {
    iss: String,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    exp: f64,
    iat: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(flatten)]
    claims: Claims,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// What a token says about somebody, if it was signed with one of these keys for this login.
pub(super) fn verify(token: &str, keys: &[Jwk], expected: &Expected<'_>) -> Result<Claims, Refusal> {
    let envelope = signed(token, keys)?;
    check(&envelope, expected).map_err(Refusal::Invalid)?;
    Ok(envelope.claims)
}

/// Checks the signature. Each key is used with its own algorithms, whatever the token says.
fn signed(token: &str, keys: &[Jwk]) -> Result<Envelope, Refusal> {
    let header =
        jsonwebtoken::decode_header(token).map_err(|_| Refusal::Invalid("its header can't be read"))?;
    let is_named = |key: &&Jwk| header.kid.is_none() || key.common.key_id == header.kid;
    let mut suitable = keys.iter().filter(is_named).filter(|key| signs(key, header.alg)).peekable();
    if suitable.peek().is_none() {
        return Err(match header.alg {
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => {
                Refusal::Invalid("it is signed with a secret and not with a key")
            }
            _ => Refusal::UnknownKey,
        });
    }
    let mut validation = Validation::new(header.alg);
    // These are checked with the injected clock, and more closely.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let verified = suitable.find_map(|key| {
        let key = DecodingKey::from_jwk(key).ok()?;
        jsonwebtoken::decode::<Envelope>(token, &key, &validation).ok()
    });
    verified.map(|data| data.claims).ok_or(Refusal::Invalid("its signature or a claim is wrong"))
}

/// Whether a key signs with this algorithm. Keys that are secrets sign with none.
fn signs(key: &Jwk, algorithm: Algorithm) -> bool {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};

    let is_for_signatures = key.common.public_key_use.as_ref().is_none_or(|u| *u == PublicKeyUse::Signature);
    let is_its_own = key.common.key_algorithm.is_none_or(|own| own == KeyAlgorithm::from(algorithm));
    let is_of_its_kind = match &key.algorithm {
        AlgorithmParameters::RSA(_) => matches!(algorithm, RS256 | RS384 | RS512 | PS256 | PS384 | PS512),
        AlgorithmParameters::EllipticCurve(parameters) => matches!(
            (&parameters.curve, algorithm),
            (EllipticCurve::P256, ES256) | (EllipticCurve::P384, ES384)
        ),
        AlgorithmParameters::OctetKeyPair(parameters) => {
            parameters.curve == EllipticCurve::Ed25519 && algorithm == EdDSA
        }
        _ => false,
    };
    is_for_signatures && is_its_own && is_of_its_kind
}

fn check(envelope: &Envelope, expected: &Expected<'_>) -> Result<(), &'static str> {
    let Envelope { iss, aud, azp, exp, iat, nbf, nonce, claims } = envelope;
    let now = expected.now.timestamp() as f64;
    if iss != expected.issuer {
        return Err("it is from another issuer");
    }
    if !aud.all().iter().any(|audience| audience == expected.client_id) {
        return Err("it is for another client");
    }
    match azp {
        Some(azp) if azp != expected.client_id => return Err("it was issued to another client"),
        None if aud.all().len() > 1 => {
            return Err("it does not tell for which of its audiences it was issued");
        }
        _ => {}
    }
    if *exp <= now - LEEWAY {
        return Err("it has expired");
    }
    if *iat > now + LEEWAY || nbf.is_some_and(|nbf| nbf > now + LEEWAY) {
        return Err("it is not valid yet");
    }
    if !nonce.as_ref().is_some_and(|nonce| nonce.as_bytes().ct_eq(expected.nonce.as_bytes()).into()) {
        return Err("it is of another login");
    }
    if claims.sub.is_empty() || claims.sub.len() > SUBJECT_LIMIT || claims.sub.contains('\0') {
        return Err("its subject can't be used");
    }
    Ok(())
}
