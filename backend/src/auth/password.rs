//! Password hashing with Argon2id.

use std::sync::Arc;

use anyhow::Context as _;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, PasswordHash};
use tokio::sync::Semaphore;

/// Maximum number of concurrent hashes; each takes 19 MiB.
const CONCURRENT_HASHES: usize = 4;
/// Maximum number of callers that wait for their turn, which takes about a second for the last one.
const WAITING_CALLERS: usize = 64;

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many callers are waiting already.
    #[error("too many passwords are being checked")]
    Busy,
    /// Hashing failed, or a stored hash is malformed.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

/// Hashes and checks passwords with limited concurrency and a bounded queue. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new(CONCURRENT_HASHES, WAITING_CALLERS)
    }
}

impl Passwords {
    /// Hashes `concurrent` passwords at a time, while at most `waiting` callers wait.
    #[must_use]
    pub fn new(concurrent: usize, waiting: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(concurrent)),
            places: Arc::new(Semaphore::new(concurrent + waiting)),
        }
    }

    /// Hashes a password with the current parameters and a random salt. Returns a PHC string.
    ///
    /// # Errors
    /// When too many callers wait, or hashing fails.
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        self.in_turn(move || {
            Argon2::default()
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| anyhow::anyhow!("hashing a password: {error}"))
        })
        .await
    }

    /// Checks a password against its hash. Without a hash (no such user) it does the same work, so that the
    /// timing does not reveal which users exist.
    ///
    /// # Errors
    /// When too many callers wait, the hash is malformed, or checking fails.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, PasswordError> {
        let Some(hash) = hash else {
            self.hash(password).await?;
            return Ok(false);
        };
        self.in_turn(move || {
            let hash = PasswordHash::new(&hash).map_err(|error| anyhow::anyhow!("a stored hash: {error}"))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _place = self.places.try_acquire().map_err(|_| PasswordError::Busy)?;
        // The permit moves into the task, which goes on when the caller gives up.
        let turn = Arc::clone(&self.turns).acquire_owned().await.context("waiting for a turn")?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        Ok(done.await.context("working with a password")??)
    }
}
