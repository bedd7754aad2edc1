//! Rejections of the web framework.

use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::rejection::{FormRejection, JsonRejection, QueryRejection};
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use tower_sessions::{session, session_store};

use crate::database::DatabaseUnavailable;
use crate::http::problem::ApiError;

impl From<session::Error> for ApiError {
    fn from(error: session::Error) -> Self {
        match error {
            session::Error::Store(session_store::Error::Backend(reason)) => {
                Self::DatabaseUnavailable(DatabaseUnavailable::told(reason))
            }
            other => Self::Internal(other.into()),
        }
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        Self::Unreadable { status: rejection.status(), detail: format!("{}.", rejection.body_text()) }
    }
}

impl From<FormRejection> for ApiError {
    fn from(rejection: FormRejection) -> Self {
        Self::Unreadable { status: rejection.status(), detail: format!("{}.", rejection.body_text()) }
    }
}

impl From<WebSocketUpgradeRejection> for ApiError {
    fn from(rejection: WebSocketUpgradeRejection) -> Self {
        Self::bad_request(format!("This address speaks WebSocket: {}.", rejection.body_text()))
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        Self::Unreadable { status: rejection.status(), detail: format!("{}.", rejection.body_text()) }
    }
}

impl From<MultipartRejection> for ApiError {
    fn from(rejection: MultipartRejection) -> Self {
        Self::Unreadable { status: rejection.status(), detail: format!("{}.", rejection.body_text()) }
    }
}

impl From<MultipartError> for ApiError {
    fn from(error: MultipartError) -> Self {
        let detail = format!("The form can't be read: {}.", error.body_text());
        Self::Unreadable { status: error.status(), detail }
    }
}
