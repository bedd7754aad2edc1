//! Idempotent requests: a repeated call with the same `Idempotency-Key` has no further effect and gets the
//! same answer.

use std::marker::PhantomData;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::database::{DatabaseError, from_database};
use crate::store::Connection;
use crate::store::idempotency_keys::{self, Claim, KeyedCall};

/// A request that may carry an idempotency key, and whose answer is a `T`.
#[derive(Debug)]
pub struct Idempotent<T> {
    call: Option<KeyedCall>,
    answer: PhantomData<fn() -> T>,
}

/// Why an idempotency key can't be used.
#[derive(Debug, thiserror::Error)]
pub enum IdempotencyError {
    /// The key was used for a different request.
    #[error("This Idempotency-Key came with another request before. Use a new one for each request.")]
    KeyReused,
    /// The key could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// The recorded answer does not decode as a `T`.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(IdempotencyError);

impl<T: Serialize + DeserializeOwned> Idempotent<T> {
    /// Wraps a request; `None` means it carries no key.
    #[must_use]
    pub fn new(call: Option<KeyedCall>) -> Self {
        Self { call, answer: PhantomData }
    }

    /// The answer recorded for this key, if any; waits for a concurrent call with the same key. Call it first
    /// in the transaction that has the effect.
    ///
    /// # Errors
    /// When the key was used for a different request.
    pub async fn replay(
        &self,
        conn: &mut Connection,
        now: DateTime<Utc>,
    ) -> Result<Option<T>, IdempotencyError> {
        let Some(call) = &self.call else { return Ok(None) };
        match idempotency_keys::claim(conn, call, now).await? {
            Claim::New => Ok(None),
            Claim::Answered(answer) => {
                Ok(Some(serde_json::from_value(answer).context("reading the answer of an earlier call")?))
            }
            Claim::KeyReused => Err(IdempotencyError::KeyReused),
        }
    }

    /// Records the answer. Call it in the transaction that has the effect.
    pub async fn record(&self, conn: &mut Connection, answer: &T) -> Result<(), IdempotencyError> {
        if let Some(call) = &self.call {
            let answer = serde_json::to_value(answer).context("recording the answer of a call")?;
            idempotency_keys::answer(conn, call, &answer).await?;
        }
        Ok(())
    }
}
