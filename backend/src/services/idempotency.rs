//! A call that is made again with the same `Idempotency-Key` has one effect and one answer.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::http::problem::ApiError;
use crate::store::Connection;
use crate::store::idempotency_keys::{self, Claim, KeyedCall};

/// A call that may carry a key.
#[derive(Debug)]
pub struct Once(Option<KeyedCall>);

impl Once {
    /// A call with this key, or with none.
    #[must_use]
    pub fn new(call: Option<KeyedCall>) -> Self {
        Self(call)
    }

    /// The answer that the same call had before, if it was made before; waits for one that is being made. To be called
    /// first in the transaction of the effect.
    ///
    /// # Errors
    /// When the key belongs to another call, or the database fails.
    pub async fn before(&self, conn: &mut Connection, now: DateTime<Utc>) -> Result<Option<Value>, ApiError> {
        let Some(call) = &self.0 else { return Ok(None) };
        match idempotency_keys::claim(conn, call, now).await? {
            Claim::New => Ok(None),
            Claim::Answered(answer) => Ok(Some(answer)),
            Claim::OtherCall => Err(ApiError::invalid(
                "idempotency_key_reused",
                "This Idempotency-Key came with another request before. Take a new one for each request.",
            )),
        }
    }

    /// Notes the answer, in the transaction of the effect.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep(&self, conn: &mut Connection, answer: &Value) -> Result<(), ApiError> {
        if let Some(call) = &self.0 {
            idempotency_keys::answer(conn, call, answer).await?;
        }
        Ok(())
    }
}
