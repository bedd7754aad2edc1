//! Errors as the HTTP API tells them.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use protocol::desktop::AgentError;

use crate::clipboard::ClipboardError;
use crate::files::FileError;
use crate::open::OpenError;
use crate::screen::ScreenError;
use crate::shell::ShellError;
use crate::windows::WindowError;
use crate::x11::XError;

/// Why a call was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The token is missing or wrong.
    #[error("The token is missing or wrong.")]
    Unauthorized,
    /// There is no such call.
    #[error("There is no such call.")]
    NoSuchCall,
    /// The body or query can't be read; the text says why.
    #[error("{0}")]
    Unreadable(String, StatusCode),
    /// Some of the values that belong together are missing.
    #[error("{0} must be given together.")]
    Incomplete(&'static str),
    /// A file can't be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file is longer than what is taken.
    #[error("The file is larger than 4 GiB.")]
    TooLarge,
    /// The caller went away in the midst of a body.
    #[error("The body ended early.")]
    BodyBroken,
    /// The clipboard could not be read or set.
    #[error(transparent)]
    Clipboard(#[from] ClipboardError),
    /// The shell did not run.
    #[error(transparent)]
    Shell(#[from] ShellError),
    /// The screen could not be captured.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// A window did not do what was asked.
    #[error(transparent)]
    Window(#[from] WindowError),
    /// Something was not opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The X server did not answer.
    #[error(transparent)]
    X(#[from] XError),
    /// Something the system did not allow.
    #[error("could not work with the system")]
    Io(#[from] std::io::Error),
}

impl ApiError {
    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::NoSuchCall | Self::File(FileError::NotFound) | Self::Window(WindowError::Unknown(_)) => {
                (StatusCode::NOT_FOUND, "not_found")
            }
            Self::Unreadable(_, status) => (*status, "invalid_request"),
            Self::Incomplete(_)
            | Self::Screen(ScreenError::Outside | ScreenError::Quality | ScreenError::Size) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid_request")
            }
            Self::File(FileError::Outside) => (StatusCode::FORBIDDEN, "outside_home"),
            Self::File(FileError::NotAFile) => (StatusCode::CONFLICT, "not_a_file"),
            Self::File(FileError::Full) => (StatusCode::INSUFFICIENT_STORAGE, "disk_full"),
            Self::Clipboard(ClipboardError::NotText) => (StatusCode::CONFLICT, "not_text"),
            Self::Clipboard(ClipboardError::Taken) => (StatusCode::CONFLICT, "clipboard_taken"),
            Self::Clipboard(ClipboardError::Unanswered) => (StatusCode::GATEWAY_TIMEOUT, "unanswered"),
            Self::Clipboard(ClipboardError::ZeroByte) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid_request")
            }
            Self::Window(WindowError::StaysBehind { .. }) => (StatusCode::CONFLICT, "not_focused"),
            Self::Open(OpenError::Unknown { .. } | OpenError::NoFile(_)) => {
                (StatusCode::NOT_FOUND, "not_found")
            }
            Self::Open(OpenError::Address(_) | OpenError::NoArgument(_) | OpenError::Nonsense) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid_request")
            }
            Self::Open(OpenError::NoApplication { .. }) => (StatusCode::CONFLICT, "no_application"),
            Self::Open(OpenError::Start { .. } | OpenError::Ended { .. }) => {
                (StatusCode::BAD_GATEWAY, "program_failed")
            }
            Self::TooLarge | Self::Clipboard(ClipboardError::TooLong) => {
                (StatusCode::PAYLOAD_TOO_LARGE, "too_large")
            }
            Self::BodyBroken => (StatusCode::BAD_REQUEST, "body_broken"),
            Self::Shell(ShellError::ZeroByte | ShellError::NoCommand | ShellError::TimeLimit) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid_request")
            }
            Self::File(FileError::Io(_))
            | Self::Clipboard(ClipboardError::X(_))
            | Self::Window(WindowError::X(_))
            | Self::Open(OpenError::X(_))
            | Self::Shell(ShellError::Start(_))
            | Self::Screen(_)
            | Self::X(_)
            | Self::Io(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = self.status_and_code();
        let message = if status == StatusCode::INTERNAL_SERVER_ERROR {
            let source = std::error::Error::source(&self).map(ToString::to_string);
            tracing::error!(error = %self, error.source = source, "a call failed");
            "Something went wrong inside the desktop; its log says what.".to_owned()
        } else {
            self.to_string()
        };
        (status, Json(AgentError { code: code.to_owned(), message })).into_response()
    }
}
