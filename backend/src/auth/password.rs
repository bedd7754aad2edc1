//! Password hashing with Argon2id.

use std::sync::Arc;

use anyhow::Context as _;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, PasswordHash};
use tokio::sync::Semaphore;

/// Maximum number of concurrent hashes; each takes 19 MiB.
const CONCURRENT_HASHES: usize = 4;

/// Hashes and checks passwords with limited concurrency. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(CONCURRENT_HASHES)) }
    }
}

impl Passwords {
    /// Hashes a password with the current parameters and a random salt. Returns a PHC string.
    ///
    /// # Errors
    /// When hashing fails.
    pub async fn hash(&self, password: String) -> anyhow::Result<String> {
        let _turn = self.turns.acquire().await?;
        tokio::task::spawn_blocking(move || {
            Argon2::default()
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| anyhow::anyhow!("hashing a password: {error}"))
        })
        .await
        .context("hashing a password")?
    }

    /// Checks a password against its hash. Without a hash (no such user) it does the same work, so that the
    /// timing does not reveal which users exist.
    ///
    /// # Errors
    /// When the hash is malformed or checking fails.
    pub async fn verify(&self, password: String, hash: Option<String>) -> anyhow::Result<bool> {
        let Some(hash) = hash else {
            self.hash(password).await?;
            return Ok(false);
        };
        let _turn = self.turns.acquire().await?;
        tokio::task::spawn_blocking(move || {
            let hash = PasswordHash::new(&hash).map_err(|error| anyhow::anyhow!("a stored hash: {error}"))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
        .context("checking a password")?
    }
}
