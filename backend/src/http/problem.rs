//! Error responses: `application/problem+json` (RFC 9457) with a machine-readable `code` and the request id.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::reason::{Facts, Reason};
use serde::Serialize;
use utoipa::ToSchema;

use crate::database::DatabaseUnavailable;
use crate::words::{BackendReason, Language, word};

/// The `Retry-After` of a response during shutdown or a database outage.
const RESTART_RETRY_AFTER: Duration = Duration::from_secs(5);
/// The `Retry-After` of a response to somebody whose queue is full.
const QUEUE_RETRY_AFTER: Duration = Duration::from_secs(10);
/// The `Retry-After` of a response while too many others wait.
const BUSY_RETRY_AFTER: Duration = Duration::from_secs(1);

/// The body of every error response.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`; `code` identifies the problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The reason phrase of the status.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do about it; user-facing, in the language of `Content-Language`.
    pub detail: String,
    /// A stable machine-readable code.
    pub code: String,
    /// What `detail` names, such as limits, names and seconds; `variant` tells several meanings of a code apart.
    #[serde(skip_serializing_if = "Facts::is_empty")]
    pub facts: Facts,
    /// Identifies the request in the log. Set by middleware.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Problem {
    fn new(status: StatusCode, reason: Reason) -> Self {
        let Reason { code, facts } = reason;
        Self {
            kind: "about:blank".into(),
            title: status.canonical_reason().unwrap_or_default().into(),
            status: status.as_u16(),
            detail: String::new(),
            code,
            facts: facts.unwrap_or_default(),
            request_id: None,
        }
    }

    /// The same with its detail in a language.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Self {
        self.detail = word(language, &Reason { code: self.code.clone(), facts: Some(self.facts.clone()) });
        self
    }
}

/// Why an API request fails.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    reason: Reason,
    retry_after: Option<Duration>,
    /// For the log, not for the client.
    source: Option<anyhow::Error>,
}

impl ApiError {
    /// A reason with the status of its response.
    pub fn new(status: StatusCode, reason: impl Into<Reason>) -> Self {
        Self { status, reason: reason.into(), retry_after: None, source: None }
    }

    /// The request is not authenticated.
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, BackendReason::Unauthorized)
    }

    /// The caller may not do this.
    pub fn forbidden(reason: BackendReason) -> Self {
        Self::new(StatusCode::FORBIDDEN, reason)
    }

    /// It does not exist or belongs to somebody else.
    pub fn not_found(reason: BackendReason) -> Self {
        Self::new(StatusCode::NOT_FOUND, reason)
    }

    /// The current state does not allow it.
    pub fn conflict(reason: BackendReason) -> Self {
        Self::new(StatusCode::CONFLICT, reason)
    }

    /// The input is well-formed but not acceptable.
    pub fn invalid(reason: impl Into<Reason>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, reason)
    }

    /// The request is malformed.
    pub fn bad_request(reason: BackendReason) -> Self {
        Self::new(StatusCode::BAD_REQUEST, reason)
    }

    /// The upload exceeds the limit, in bytes.
    pub fn file_too_large(limit: u64) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, BackendReason::FileTooLarge { limit })
    }

    /// There is no room for a file.
    pub fn no_room(reason: BackendReason) -> Self {
        Self::new(StatusCode::INSUFFICIENT_STORAGE, reason)
    }

    /// The caller may have no more of something for now.
    pub fn quota(reason: BackendReason) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, reason)
    }

    /// The caller has tried or asked too often. The reason names the seconds to wait.
    pub fn throttled(retry_after: Duration, reason: impl FnOnce(u64) -> BackendReason) -> Self {
        Self { retry_after: Some(retry_after), ..Self::quota(reason(retry_after.as_secs().max(1))) }
    }

    /// The caller sends requests faster than they may.
    pub fn too_many_requests(retry_after: Duration) -> Self {
        Self::throttled(retry_after, |seconds| BackendReason::TooManyRequests { seconds })
    }

    /// Too much of the caller's own is open or waiting.
    pub fn queue_full(reason: BackendReason) -> Self {
        Self { retry_after: Some(QUEUE_RETRY_AFTER), ..Self::quota(reason) }
    }

    /// Something that the request needs is not available.
    pub fn unavailable(reason: BackendReason) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, reason)
    }

    /// Too many others are waiting.
    pub fn busy() -> Self {
        Self { retry_after: Some(BUSY_RETRY_AFTER), ..Self::unavailable(BackendReason::Busy) }
    }

    /// Shutdown has begun.
    pub fn shutting_down() -> Self {
        Self { retry_after: Some(RESTART_RETRY_AFTER), ..Self::unavailable(BackendReason::ShuttingDown) }
    }

    /// An internal error.
    pub fn internal(source: impl Into<anyhow::Error>) -> Self {
        let source = Some(source.into());
        Self { source, ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, BackendReason::Internal) }
    }

    /// Whether the request is not authenticated.
    pub fn is_unauthorized(&self) -> bool {
        self.reason == BackendReason::Unauthorized.into()
    }

    /// The problem to send. What a person can't do anything about is logged.
    #[must_use]
    pub fn into_problem(self, language: Language) -> Problem {
        if let Some(source) = &self.source {
            if self.reason == BackendReason::DatabaseUnavailable.into() {
                tracing::error!(error = format!("{source:?}"), "the database can't be reached");
            } else {
                tracing::error!(error = format!("{source:#}"), "a request failed");
            }
        }
        Problem::new(self.status, self.reason).in_language(language)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&word(Language::English, &self.reason))
    }
}

impl std::error::Error for ApiError {}

impl From<DatabaseUnavailable> for ApiError {
    fn from(error: DatabaseUnavailable) -> Self {
        Self {
            retry_after: Some(RESTART_RETRY_AFTER),
            source: Some(error.into()),
            ..Self::unavailable(BackendReason::DatabaseUnavailable)
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.status, self.retry_after);
        let problem = self.into_problem(Language::English);
        let mut response = (status, Json(&problem)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(wait) = retry_after {
            let seconds = wait.as_secs_f64().ceil() as u64;
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        // The request is known only to the outer middleware: `complete_problems` adds its id, and words the problem in
        // its language.
        response.extensions_mut().insert(Arc::new(problem));
        response
    }
}
