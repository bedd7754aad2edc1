//! Error responses: `application/problem+json` (RFC 9457) with a machine-readable `code` and the request id.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::scope::Scope;
use crate::database::DatabaseUnavailable;

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
    /// What happened and what to do about it; user-facing.
    pub detail: String,
    /// A stable machine-readable code.
    pub code: String,
    /// Identifies the request in the log. Set by middleware.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// Every way in which an API request can fail.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The request is not authenticated.
    #[error("Log in first: no valid session or bearer token came with the request.")]
    Unauthorized,
    /// The username or the password is wrong.
    #[error("Wrong username or password.")]
    WrongCredentials,
    /// A token or a code in the body of the request is missing or not valid.
    #[error("{detail}")]
    TokenRefused {
        /// Machine-readable.
        code: &'static str,
        /// User-facing.
        detail: String,
    },
    /// The API token of the request does not have the scope.
    #[error("This API token may not do that: it lacks the scope `{}`.", .0.as_str())]
    ScopeMissing(Scope),
    /// No API token may do it.
    #[error("No API token may do that. Log in instead.")]
    LoginNeeded,
    /// The caller is not a superuser.
    #[error("Only a superuser may do this.")]
    SuperuserRequired,
    /// A page of another site sent the request.
    #[error(
        "The request came from a page of another site. Behind a proxy, set DESKHAND_PUBLIC_URL to the address that people open."
    )]
    CrossOrigin,
    /// It does not exist or belongs to somebody else.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// No route has this path.
    #[error("There is nothing at this address. /docs lists what there is.")]
    NoRoute,
    /// The path exists, but not with this method.
    #[error("This address does not take this method. /docs lists what there is.")]
    MethodNotAllowed,
    /// The input is well-formed but not acceptable.
    #[error("{detail}")]
    Invalid {
        /// Machine-readable.
        code: &'static str,
        /// User-facing.
        detail: String,
    },
    /// The input is malformed, has the wrong shape or the wrong media type.
    #[error("{detail}")]
    Unreadable {
        /// 400, 413, 415 or 422.
        status: StatusCode,
        /// User-facing.
        detail: String,
    },
    /// The caller may not do this.
    #[error("{detail}")]
    Forbidden {
        /// Machine-readable.
        code: &'static str,
        /// User-facing.
        detail: String,
    },
    /// The current state does not allow it.
    #[error("{detail}")]
    Conflict {
        /// Machine-readable.
        code: &'static str,
        /// User-facing.
        detail: String,
    },
    /// Another service that the request needs does not answer, or not as it should.
    #[error("{detail}")]
    BadGateway {
        /// Machine-readable.
        code: &'static str,
        /// User-facing.
        detail: String,
    },
    /// The upload exceeds the size limit.
    #[error("The file is larger than the limit of {}.", in_words(*.limit))]
    FileTooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// There is no room for a file.
    #[error("{detail}")]
    NoRoom {
        /// Machine-readable.
        code: &'static str,
        /// User-facing.
        detail: String,
    },
    /// The body of the request arrives too slowly.
    #[error("The request was sent too slowly. Send it again over a faster connection.")]
    BodyTooSlow,
    /// The requested part is outside the file.
    #[error("The file has {length} bytes; the requested part is outside of it.")]
    RangeOutside {
        /// The length of the file in bytes.
        length: u64,
    },
    /// A download link has expired.
    #[error("This link has expired. Ask for a new one.")]
    LinkExpired,
    /// Too many attempts.
    #[error("{detail}")]
    Throttled {
        /// User-facing.
        detail: String,
        /// How long to wait.
        retry_after: Duration,
    },
    /// Too much is waiting in a queue of the caller's own. The message is user-facing.
    #[error("{0}")]
    QueueFull(String),
    /// The caller may have no more of something for now.
    #[error("{detail}")]
    QuotaReached {
        /// Machine-readable.
        code: &'static str,
        /// User-facing.
        detail: String,
    },
    /// The caller sends requests faster than they may.
    #[error("Too many requests. Try again in {} s.", .retry_after.as_secs().max(1))]
    TooManyRequests {
        /// How long to wait.
        retry_after: Duration,
    },
    /// The caller has too many WebSockets open.
    #[error("You have too many WebSockets open: close some, or ask an administrator to raise your limit.")]
    TooManySockets,
    /// Too many others are waiting. The message is user-facing.
    #[error("{0}")]
    Busy(String),
    /// The setup token is wrong or has been used.
    #[error("This link is not valid any more. Start Deskhand again to get a new one.")]
    SetupTokenRefused,
    /// Postgres can't be reached.
    #[error("The database can't be reached. Try again in a moment.")]
    DatabaseUnavailable(#[from] DatabaseUnavailable),
    /// Shutdown has begun.
    #[error("The service is restarting. Try again in a moment.")]
    ShuttingDown,
    /// The desktop is not available. The message is user-facing.
    #[error("{0}")]
    DesktopUnavailable(String),
    /// An internal error. The message goes to the log, not to the client.
    #[error("Something went wrong on the server. Its log has more under the request's id.")]
    Internal(#[source] anyhow::Error),
}

impl ApiError {
    /// The input is well-formed but not acceptable.
    pub fn invalid(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid { code, detail: detail.into() }
    }

    /// The caller may not do this.
    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Forbidden { code, detail: detail.into() }
    }

    /// The caller may have no more of something for now.
    pub fn quota(code: &'static str, detail: impl Into<String>) -> Self {
        Self::QuotaReached { code, detail: detail.into() }
    }

    /// The current state does not allow it.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Conflict { code, detail: detail.into() }
    }

    /// The request is malformed.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::Unreadable { status: StatusCode::BAD_REQUEST, detail: detail.into() }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized | Self::WrongCredentials | Self::TokenRefused { .. } => {
                StatusCode::UNAUTHORIZED
            }
            Self::SuperuserRequired
            | Self::ScopeMissing(_)
            | Self::LoginNeeded
            | Self::CrossOrigin
            | Self::SetupTokenRefused
            | Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::NotFound(_) | Self::NoRoute => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unreadable { status, .. } => *status,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::BadGateway { .. } => StatusCode::BAD_GATEWAY,
            Self::FileTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NoRoom { .. } => StatusCode::INSUFFICIENT_STORAGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::LinkExpired => StatusCode::GONE,
            Self::RangeOutside { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::Throttled { .. }
            | Self::QueueFull(_)
            | Self::QuotaReached { .. }
            | Self::TooManyRequests { .. }
            | Self::TooManySockets => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy(_)
            | Self::ShuttingDown
            | Self::DatabaseUnavailable(_)
            | Self::DesktopUnavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// When to try again.
    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after, .. } | Self::TooManyRequests { retry_after } => Some(*retry_after),
            Self::QueueFull(_) | Self::TooManySockets => Some(QUEUE_RETRY_AFTER),
            Self::Busy(_) => Some(BUSY_RETRY_AFTER),
            Self::ShuttingDown | Self::DatabaseUnavailable(_) => Some(RESTART_RETRY_AFTER),
            _ => None,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::WrongCredentials => "wrong_credentials",
            Self::SuperuserRequired => "superuser_required",
            Self::ScopeMissing(_) => "scope_missing",
            Self::LoginNeeded => "login_needed",
            Self::CrossOrigin => "cross_origin",
            Self::NotFound(_) => "not_found",
            Self::NoRoute => "no_route",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Invalid { code, .. }
            | Self::Forbidden { code, .. }
            | Self::QuotaReached { code, .. }
            | Self::Conflict { code, .. }
            | Self::BadGateway { code, .. }
            | Self::NoRoom { code, .. }
            | Self::TokenRefused { code, .. } => code,
            Self::Unreadable { .. } => "unreadable_request",
            Self::BodyTooSlow => "request_too_slow",
            Self::LinkExpired => "link_expired",
            Self::RangeOutside { .. } => "range_outside",
            Self::FileTooLarge { .. } => "file_too_large",
            Self::Throttled { .. } => "too_many_attempts",
            Self::QueueFull(_) => "queue_full",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::TooManySockets => "too_many_sockets",
            Self::Busy(_) => "busy",
            Self::SetupTokenRefused => "setup_token_refused",
            Self::DatabaseUnavailable(_) => "database_unavailable",
            Self::ShuttingDown => "shutting_down",
            Self::DesktopUnavailable(_) => "desktop_unavailable",
            Self::Internal(_) => "internal_error",
        }
    }
}

impl ApiError {
    /// The problem to send. An internal error is logged.
    #[must_use]
    pub fn into_problem(self) -> Problem {
        let status = self.status();
        match &self {
            Self::Internal(source) => tracing::error!(error = format!("{source:#}"), "a request failed"),
            Self::DatabaseUnavailable(source) => {
                tracing::error!(error = format!("{source:?}"), "the database can't be reached");
            }
            _ => {}
        }
        Problem {
            kind: "about:blank".into(),
            title: status.canonical_reason().unwrap_or_default().into(),
            status: status.as_u16(),
            detail: self.to_string(),
            code: self.code().into(),
            request_id: None,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.status(), self.retry_after());
        let problem = self.into_problem();
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
        // The request id is known only to the outer middleware; `request_id::complete_problems` adds it to
        // the body.
        response.extensions_mut().insert(std::sync::Arc::new(problem));
        response
    }
}

/// A size in the largest unit that divides it.
fn in_words(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let mut unit = 0;
    let mut amount = bytes;
    while amount >= 1024 && amount.is_multiple_of(1024) && unit + 1 < UNITS.len() {
        amount /= 1024;
        unit += 1;
    }
    format!("{amount} {}", UNITS[unit])
}
