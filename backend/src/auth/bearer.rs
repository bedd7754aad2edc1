//! Bearer tokens of programs: JWTs with HS256, signed with the newest key in the database.

use std::sync::Arc;

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use protocol::ids::UserId;
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Clock;
use crate::database::Database;
use crate::store::signing_keys::{self, SigningKey};

/// How long a token is valid.
pub const LIFETIME: TimeDelta = TimeDelta::hours(12);
/// The issuer and audience of the tokens.
const ISSUER: &str = "deskhand";

/// Issues and verifies bearer tokens. Cheap to clone.
#[derive(Clone)]
pub struct BearerTokens {
    keys: Arc<[SigningKey]>,
    clock: Clock,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    iat: i64,
    exp: i64,
}

impl BearerTokens {
    /// Loads the keys; generates the first one.
    pub async fn load(database: &Database, clock: Clock) -> anyhow::Result<Self> {
        let mut conn = database.connection().await?;
        let now = clock.now();
        let keys = conn
            .transaction(async |conn| {
                signing_keys::lock(conn).await?;
                let keys = signing_keys::list(conn).await?;
                if !keys.is_empty() {
                    return Ok(keys);
                }
                let first = SigningKey {
                    kid: Uuid::now_v7(),
                    secret: rand::rng().random::<[u8; 32]>().to_vec(),
                    created_at: now,
                };
                signing_keys::insert(conn, &first).await?;
                diesel::QueryResult::Ok(vec![first])
            })
            .await
            .context("loading the keys of the bearer tokens")?;
        Ok(Self { keys: keys.into(), clock })
    }

    /// Issues a token for a user.
    ///
    /// # Errors
    /// When signing fails.
    pub fn issue(&self, user_id: UserId) -> anyhow::Result<String> {
        let key = self.keys.first().context("there is no signing key")?;
        let now = self.clock.now();
        let claims = Claims {
            iss: ISSUER.into(),
            aud: ISSUER.into(),
            sub: user_id,
            iat: now.timestamp(),
            exp: (now + LIFETIME).timestamp(),
        };
        let header = Header { kid: Some(key.kid.to_string()), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&key.secret))
            .context("signing a token")
    }

    /// The user that a token was issued for and when it expires, if it is valid.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<(UserId, DateTime<Utc>)> {
        let kid: Uuid = jsonwebtoken::decode_header(token).ok()?.kid?.parse().ok()?;
        let key = self.keys.iter().find(|key| key.kid == kid)?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Checked below against the injected clock.
        validation.validate_exp = false;
        let claims =
            jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(&key.secret), &validation)
                .ok()?
                .claims;
        let expires_at = DateTime::from_timestamp(claims.exp, 0)?;
        (expires_at > self.clock.now()).then_some((claims.sub, expires_at))
    }
}
