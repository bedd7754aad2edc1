//! The keys of the access tokens. Their private parts are sealed; all replicas follow when another key takes over.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use anyhow::Context as _;
use aws_lc_rs::rsa::PublicKey;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use tokio::time::Instant;
use uuid::Uuid;

use super::rsa_key::RsaKey;
use crate::clock::Clock;
use crate::config::tokens::{MAX_ACCESS_MINUTES, TokenConfig};
use crate::database::Database;
use crate::store::Connection;
use crate::store::audit::{self, AuditAction, NewAuditEntry};
use crate::store::sealed_columns::SIGNING_KEYS;
use crate::store::signing_keys::{self, SigningKey};
use crate::vault::Vault;

/// The only algorithm of new keys.
const RS256: &str = "RS256";
/// How long a key verifies after another has taken its place: longer than any token that it has signed is valid.
const OVERLAP: TimeDelta = TimeDelta::minutes(MAX_ACCESS_MINUTES as i64 + 60);
/// The least time between two readings because of an unknown key, which anybody can name.
const READ_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// What becomes of the tokens that the key before has signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldTokens {
    /// They are valid until they expire.
    Expire,
    /// They are invalid at once: the key may be known to others.
    End,
}

/// The signing keys. Cheap to clone.
#[derive(Clone)]
pub struct SigningKeys {
    database: Database,
    vault: Vault,
    clock: Clock,
    keys: Arc<RwLock<Arc<KeyRing>>>,
    read_at: Arc<Mutex<Instant>>,
}

/// The keys in use.
pub(super) struct KeyRing {
    /// The key that signs.
    pub(super) signer: Signer,
    verifiers: HashMap<Uuid, Verifier>,
    public: Vec<PublicKeyView>,
}

/// The key that signs.
pub(super) struct Signer {
    pub(super) kid: Uuid,
    pub(super) algorithm: Algorithm,
    pub(super) key: EncodingKey,
}

/// A key that verifies.
#[derive(Clone)]
pub(super) struct Verifier {
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
    until: Option<DateTime<Utc>>,
}

/// The public part of a key, with the members of a JSON Web Key (RFC 7517).
#[derive(Debug, Clone)]
pub struct PublicKeyView {
    /// Identifies the key.
    pub kid: Uuid,
    /// The algorithm that it is used with.
    pub algorithm: &'static str,
    /// The modulus, in base64url.
    pub n: String,
    /// The exponent, in base64url.
    pub e: String,
    until: Option<DateTime<Utc>>,
}

impl SigningKeys {
    /// Loads the keys. The one that the settings import takes over; else the first start makes one.
    ///
    /// # Errors
    /// When the key to import can't be used, or a key can't be opened.
    pub async fn load(
        database: &Database,
        vault: &Vault,
        clock: &Clock,
        config: &TokenConfig,
    ) -> anyhow::Result<Self> {
        let imported = match &config.jwt_private_key_path {
            Some(path) => {
                Some(RsaKey::import(path, config.jwt_private_key_passphrase.as_ref()).with_context(|| {
                    format!("Cannot use the key in JWT_PRIVATE_KEY_PATH, {}", path.display())
                })?)
            }
            None => None,
        };
        let now = clock.now();
        let mut conn = database.connection().await?;
        conn.transaction(async |conn| {
            signing_keys::lock(conn).await?;
            let newest = signing_keys::list(conn, now).await?.into_iter().next();
            let newest = newest.filter(|key| key.verifies_until.is_none()).map(|key| key.kid);
            let key = match imported {
                Some(key) if newest != Some(key.kid) => key,
                None if newest.is_none() => generate().await?,
                _ => return Ok(()),
            };
            replace(conn, vault, key, now, OldTokens::Expire).await
        })
        .await
        .context("choosing the key that signs access tokens")?;
        let keys = read(&mut conn, vault, now).await?;
        Ok(Self {
            database: database.clone(),
            vault: vault.clone(),
            clock: clock.clone(),
            keys: Arc::new(RwLock::new(Arc::new(keys))),
            read_at: Arc::new(Mutex::new(Instant::now())),
        })
    }

    /// Reads the keys again, after they were changed.
    ///
    /// # Errors
    /// When a key can't be opened, or the database fails.
    pub async fn reload(&self) -> anyhow::Result<()> {
        let mut conn = self.database.connection().await?;
        let keys = read(&mut conn, &self.vault, self.clock.now()).await?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    /// The public keys, that which signs first.
    #[must_use]
    pub fn public(&self) -> Vec<PublicKeyView> {
        let now = self.clock.now();
        let keys = self.ring();
        keys.public.iter().filter(|key| key.until.is_none_or(|until| until > now)).cloned().collect()
    }

    pub(super) fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The key with this id, if it verifies. Another replica may have begun to use it a moment ago.
    pub(super) async fn verifier(&self, kid: Uuid) -> Option<Verifier> {
        let mut found = self.ring().verifiers.get(&kid).cloned();
        if found.is_none() && self.may_read_again() {
            if let Err(error) = self.reload().await {
                tracing::warn!(error = format!("{error:#}"), "could not read the signing keys");
            }
            found = self.ring().verifiers.get(&kid).cloned();
        }
        let now = self.clock.now();
        found.filter(|key| key.until.is_none_or(|until| until > now))
    }

    fn may_read_again(&self) -> bool {
        let mut read_at = self.read_at.lock().unwrap_or_else(PoisonError::into_inner);
        let may = read_at.elapsed() >= READ_AGAIN_AFTER;
        if may {
            *read_at = Instant::now();
        }
        may
    }
}

/// Lets a new key sign from now on. Replicas follow without a restart.
///
/// # Errors
/// When the key can't be made or stored.
pub async fn rotate(
    database: &Database,
    vault: &Vault,
    clock: &Clock,
    old: OldTokens,
) -> anyhow::Result<Uuid> {
    let (key, now) = (generate().await?, clock.now());
    let kid = key.kid;
    let mut conn = database.connection().await?;
    conn.transaction(async |conn| {
        signing_keys::lock(conn).await?;
        replace(conn, vault, key, now, old).await?;
        let entry = NewAuditEntry::of_installation(AuditAction::SigningKeyRotated, kid.to_string(), now);
        anyhow::Ok(audit::insert(conn, &entry).await?)
    })
    .await
    .context("changing the key that signs access tokens")?;
    Ok(kid)
}

async fn generate() -> anyhow::Result<RsaKey> {
    tokio::task::spawn_blocking(RsaKey::generate).await?
}

async fn replace(
    conn: &mut Connection,
    vault: &Vault,
    key: RsaKey,
    now: DateTime<Utc>,
    old: OldTokens,
) -> anyhow::Result<()> {
    let sealed = vault.seal(conn, SIGNING_KEYS, &key.kid.to_string(), &key.private_der).await?;
    let row = SigningKey {
        kid: key.kid,
        algorithm: RS256.into(),
        public_der: key.public_der,
        private_sealed: Some(sealed),
        verifies_until: None,
        created_at: now,
    };
    let verify_until = match old {
        OldTokens::Expire => now + OVERLAP,
        OldTokens::End => now,
    };
    signing_keys::replace(conn, &row, verify_until).await?;
    Ok(())
}

async fn read(conn: &mut Connection, vault: &Vault, now: DateTime<Utc>) -> anyhow::Result<KeyRing> {
    let rows = signing_keys::list(conn, now).await?;
    let mut signer = None;
    let mut verifiers = HashMap::new();
    let mut public = Vec::new();
    for row in rows {
        let algorithm: Algorithm = row.algorithm.parse().context("an unknown algorithm of a signing key")?;
        if let (Some(sealed), None) = (&row.private_sealed, &signer) {
            let private = vault.open_sealed(SIGNING_KEYS, &row.kid.to_string(), sealed).await?;
            signer = Some(Signer { kid: row.kid, algorithm, key: EncodingKey::from_rsa_der(&private) });
        }
        let key = DecodingKey::from_rsa_der(&row.public_der);
        verifiers.insert(row.kid, Verifier { algorithm, key, until: row.verifies_until });
        public.push(view(&row)?);
    }
    Ok(KeyRing { signer: signer.context("there is no signing key")?, verifiers, public })
}

fn view(row: &SigningKey) -> anyhow::Result<PublicKeyView> {
    let key = PublicKey::from_der(&row.public_der).context("reading a public key")?;
    let encoded = |number: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(number);
    Ok(PublicKeyView {
        kid: row.kid,
        algorithm: RS256,
        n: encoded(key.modulus().big_endian_without_leading_zero()),
        e: encoded(key.exponent().big_endian_without_leading_zero()),
        until: row.verifies_until,
    })
}
