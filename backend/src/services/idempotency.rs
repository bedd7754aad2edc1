//! A call that is made again with the same `Idempotency-Key` has one effect and one answer.

use std::marker::PhantomData;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::database::{DatabaseError, from_database};
use crate::store::Connection;
use crate::store::idempotency_keys::{self, Claim, KeyedCall};

/// A call that may carry a key, and is answered with a `T`.
#[derive(Debug)]
pub struct Idempotent<T> {
    call: Option<KeyedCall>,
    answer: PhantomData<fn() -> T>,
}

/// Why a key can't be used.
#[derive(Debug, thiserror::Error)]
pub enum IdempotencyError {
    /// The key belongs to another call.
    #[error("This Idempotency-Key came with another request before. Use a new one for each request.")]
    KeyReused,
    /// The key could not be looked up or recorded.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// The recorded answer is not of the expected shape.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(IdempotencyError);

impl<T: Serialize + DeserializeOwned> Idempotent<T> {
    /// A call with this key, or with none.
    #[must_use]
    pub fn new(call: Option<KeyedCall>) -> Self {
        Self { call, answer: PhantomData }
    }

    /// The answer of an earlier call with the same key; waits for one that is still running. Call it first in the
    /// transaction of the effect.
    ///
    /// # Errors
    /// When the key belongs to another call.
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

    /// Records the answer, in the transaction of the effect.
    pub async fn record(&self, conn: &mut Connection, answer: &T) -> Result<(), IdempotencyError> {
        if let Some(call) = &self.call {
            let answer = serde_json::to_value(answer).context("recording the answer of a call")?;
            idempotency_keys::answer(conn, call, &answer).await?;
        }
        Ok(())
    }
}
