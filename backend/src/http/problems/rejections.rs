//! Rejections of the web framework.

use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::rejection::{FormRejection, JsonRejection, QueryRejection};
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::StatusCode;
use tower_sessions::{session, session_store};

use crate::database::DatabaseUnavailable;
use crate::http::problem::ApiError;
use crate::words::BackendReason;

impl From<session::Error> for ApiError {
    fn from(error: session::Error) -> Self {
        match error {
            session::Error::Store(session_store::Error::Backend(reason)) => {
                DatabaseUnavailable::told(reason).into()
            }
            other => Self::internal(other),
        }
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        unreadable(rejection.status(), rejection.body_text())
    }
}

impl From<FormRejection> for ApiError {
    fn from(rejection: FormRejection) -> Self {
        unreadable(rejection.status(), rejection.body_text())
    }
}

impl From<WebSocketUpgradeRejection> for ApiError {
    fn from(rejection: WebSocketUpgradeRejection) -> Self {
        Self::bad_request(BackendReason::NoSocket { reason: rejection.body_text() })
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        unreadable(rejection.status(), rejection.body_text())
    }
}

impl From<MultipartRejection> for ApiError {
    fn from(rejection: MultipartRejection) -> Self {
        unreadable(rejection.status(), rejection.body_text())
    }
}

impl From<MultipartError> for ApiError {
    fn from(error: MultipartError) -> Self {
        Self::new(error.status(), BackendReason::NoForm { reason: error.body_text() })
    }
}

/// A request that can't be read, and why.
fn unreadable(status: StatusCode, reason: String) -> ApiError {
    ApiError::new(status, BackendReason::Unreadable { reason })
}
