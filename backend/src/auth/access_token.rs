//! Access tokens of programs: JWTs (RFC 7519) with RS256.

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta};
use jsonwebtoken::{Header, Validation};
use protocol::ids::{TokenFamilyId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::signing_keys::SigningKeys;
use crate::clock::Clock;

/// The issuer and audience of the tokens.
const ISSUER: &str = "deskhand";

/// Issues and verifies access tokens. Cheap to clone.
#[derive(Clone)]
pub struct AccessTokens {
    /// What signs them.
    pub keys: SigningKeys,
    /// Tells when they are valid.
    pub clock: Clock,
    /// How long a token is valid.
    pub lifetime: TimeDelta,
}

/// Times are in seconds since 1970, as whole numbers.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    /// The login.
    fam: TokenFamilyId,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: Uuid,
}

impl AccessTokens {
    /// Issues a token for a login of a user.
    ///
    /// # Errors
    /// When signing fails.
    pub fn issue(&self, user_id: UserId, family: TokenFamilyId) -> anyhow::Result<String> {
        let now = self.clock.now();
        let claims = Claims {
            iss: ISSUER.into(),
            aud: ISSUER.into(),
            sub: user_id,
            fam: family,
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + self.lifetime).timestamp(),
            jti: Uuid::now_v7(),
        };
        let ring = self.keys.ring();
        let header = Header { kid: Some(ring.signer.kid.to_string()), ..Header::new(ring.signer.algorithm) };
        jsonwebtoken::encode(&header, &claims, &ring.signer.key).context("signing a token")
    }

    /// The user and the login that a token was issued for, if it is valid. The algorithm is that of the key, whatever the token
    /// says. Whether the login has ended is not known here.
    pub async fn verify(&self, token: &str) -> Option<(UserId, TokenFamilyId)> {
        let kid: Uuid = jsonwebtoken::decode_header(token).ok()?.kid?.parse().ok()?;
        let key = self.keys.verifier(kid).await?;
        let mut validation = Validation::new(key.algorithm);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // Checked below against the injected clock.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.key, &validation).ok()?.claims;
        let (begins_at, expires_at) =
            (DateTime::from_timestamp(claims.nbf, 0)?, DateTime::from_timestamp(claims.exp, 0)?);
        let now = self.clock.now();
        (begins_at <= now && expires_at > now).then_some((claims.sub, claims.fam))
    }
}
