//! Answers that take several requests. One that reaches the limit of a request ends with a token, and the same request with the
//! token gets what follows.

use std::sync::{Arc, Mutex, PoisonError};

use protocol::transcript::TokenUsage;
use serde_json::value::RawValue;

/// The most requests for one answer. Each of them is paid for.
const MAX_REQUESTS: u32 = 8;

/// How far an answer has come in earlier requests.
#[derive(Debug, Clone, Default)]
pub(super) struct Beginning {
    /// What the next request has to name; `None` for the first one.
    pub(super) token: Option<String>,
    /// The parts so far, verbatim.
    pub(super) parts: Vec<Box<RawValue>>,
    /// The tokens of all requests so far.
    pub(super) usage: TokenUsage,
    requests: u32,
}

impl Beginning {
    /// The beginning that a further request leaves, if there may be another one.
    pub(super) fn followed_by(
        &self,
        token: String,
        parts: Vec<Box<RawValue>>,
        usage: TokenUsage,
    ) -> Option<Self> {
        let requests = self.requests + 1;
        (requests < MAX_REQUESTS).then_some(Self { token: Some(token), parts, usage, requests })
    }
}

/// The progress of an answer, which the requests for it share.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress(Arc<Mutex<Beginning>>);

impl Progress {
    pub(super) fn get(&self) -> Beginning {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, beginning: Beginning) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = beginning;
    }
}
