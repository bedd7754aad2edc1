//! Errors of the HTTP API: status, code and message.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use protocol::agent::AgentError;

use crate::accessibility::AccessibilityError;
use crate::clipboard::ClipboardError;
use crate::files::FileError;
use crate::open::OpenError;
use crate::recording::RecordingError;
use crate::screen::ScreenError;
use crate::session::SetLocaleError;
use crate::shell::ShellError;
use crate::windows::WindowError;
use crate::x11::XError;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The token is missing or wrong.
    #[error("The token is missing or wrong.")]
    Unauthorized,
    /// There is no such route.
    #[error("There is no such call.")]
    NoSuchCall,
    /// The body or query can't be parsed; the message says why.
    #[error("{0}")]
    Unreadable(String, StatusCode),
    /// Some of several parameters that belong together are missing.
    #[error("{0} must be given together.")]
    Incomplete(&'static str),
    /// A file operation failed.
    #[error(transparent)]
    File(#[from] FileError),
    /// An operation on recordings failed.
    #[error(transparent)]
    Recording(RecordingError),
    /// The requested range is outside the file.
    #[error("The range is not within the file.")]
    NoSuchRange,
    /// An upload is too large.
    #[error("The file is larger than 4 GiB.")]
    TooLarge,
    /// The client disconnected during the upload.
    #[error("The body ended early.")]
    BodyBroken,
    /// The clipboard could not be read or set.
    #[error(transparent)]
    Clipboard(#[from] ClipboardError),
    /// The shell failed to run a command.
    #[error(transparent)]
    Shell(#[from] ShellError),
    /// The locale could not be set.
    #[error(transparent)]
    Locale(#[from] SetLocaleError),
    /// The screen could not be captured.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// An operation on a window failed.
    #[error(transparent)]
    Window(#[from] WindowError),
    /// Opening an application, file or address failed.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The accessibility tree could not be read.
    #[error(transparent)]
    Accessibility(#[from] AccessibilityError),
    /// The X server did not answer.
    #[error(transparent)]
    X(#[from] XError),
    /// Any other IO error.
    #[error("a system call failed")]
    Io(#[from] std::io::Error),
}

impl ApiError {
    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::NoSuchCall => NOT_FOUND,
            Self::Unreadable(_, status) => (*status, INVALID.1),
            Self::Incomplete(_) => INVALID,
            Self::TooLarge => TOO_LARGE,
            Self::NoSuchRange => (StatusCode::RANGE_NOT_SATISFIABLE, "no_such_range"),
            Self::BodyBroken => (StatusCode::BAD_REQUEST, "body_broken"),
            Self::File(error) => of_files(error),
            Self::Clipboard(error) => of_clipboard(error),
            Self::Window(error) => of_windows(error),
            Self::Open(error) => of_open(error),
            Self::Accessibility(error) => of_accessibility(error),
            Self::Shell(error) => of_shell(error),
            Self::Locale(SetLocaleError::Malformed(_)) => INVALID,
            Self::Locale(SetLocaleError::Io(_)) => INTERNAL,
            Self::Screen(error) => of_screen(error),
            Self::Recording(error) => of_recordings(error),
            Self::X(_) | Self::Io(_) => INTERNAL,
        }
    }
}

const NOT_FOUND: (StatusCode, &str) = (StatusCode::NOT_FOUND, "not_found");
const INVALID: (StatusCode, &str) = (StatusCode::UNPROCESSABLE_ENTITY, "invalid_request");
const TOO_LARGE: (StatusCode, &str) = (StatusCode::PAYLOAD_TOO_LARGE, "too_large");
const INTERNAL: (StatusCode, &str) = (StatusCode::INTERNAL_SERVER_ERROR, "internal");

fn of_files(error: &FileError) -> (StatusCode, &'static str) {
    match error {
        FileError::NotFound => NOT_FOUND,
        FileError::Outside => (StatusCode::FORBIDDEN, "outside_home"),
        FileError::NotAFile => (StatusCode::CONFLICT, "not_a_file"),
        FileError::Exists => (StatusCode::CONFLICT, "exists"),
        FileError::Full => (StatusCode::INSUFFICIENT_STORAGE, "disk_full"),
        FileError::Io(_) => INTERNAL,
    }
}

fn of_clipboard(error: &ClipboardError) -> (StatusCode, &'static str) {
    match error {
        ClipboardError::NotText => (StatusCode::CONFLICT, "not_text"),
        ClipboardError::Taken => (StatusCode::CONFLICT, "clipboard_taken"),
        ClipboardError::Unanswered => (StatusCode::GATEWAY_TIMEOUT, "unanswered"),
        ClipboardError::ZeroByte => INVALID,
        ClipboardError::TooLong => TOO_LARGE,
        ClipboardError::X(_) => INTERNAL,
    }
}

fn of_windows(error: &WindowError) -> (StatusCode, &'static str) {
    match error {
        WindowError::Unknown(_) => NOT_FOUND,
        WindowError::StaysBehind { .. } => (StatusCode::CONFLICT, "not_focused"),
        WindowError::X(_) => INTERNAL,
    }
}

fn of_open(error: &OpenError) -> (StatusCode, &'static str) {
    match error {
        OpenError::Unknown { .. } | OpenError::NoFile(_) => NOT_FOUND,
        OpenError::Address(_) | OpenError::NoArgument(_) | OpenError::Nonsense => INVALID,
        OpenError::NoApplication { .. } | OpenError::Locked { .. } => {
            (StatusCode::CONFLICT, "no_application")
        }
        OpenError::Start { .. } | OpenError::Ended { .. } => (StatusCode::BAD_GATEWAY, "program_failed"),
        OpenError::X(_) => INTERNAL,
    }
}

fn of_accessibility(error: &AccessibilityError) -> (StatusCode, &'static str) {
    match error {
        AccessibilityError::NoSuchWindow => NOT_FOUND,
        AccessibilityError::Unavailable(_) | AccessibilityError::NoAnswer => {
            (StatusCode::SERVICE_UNAVAILABLE, "accessibility_unavailable")
        }
        AccessibilityError::Screen(_) => INTERNAL,
    }
}

fn of_shell(error: &ShellError) -> (StatusCode, &'static str) {
    match error {
        ShellError::ZeroByte | ShellError::NoCommand | ShellError::TimeLimit => INVALID,
        ShellError::Start(_) => INTERNAL,
    }
}

fn of_screen(error: &ScreenError) -> (StatusCode, &'static str) {
    match error {
        ScreenError::Outside | ScreenError::Quality | ScreenError::Size | ScreenError::TooLarge { .. } => {
            INVALID
        }
        ScreenError::X(_)
        | ScreenError::SharedMemory(_)
        | ScreenError::Portable(_)
        | ScreenError::Encode(_)
        | ScreenError::Jpeg(_) => INTERNAL,
    }
}

fn of_recordings(error: &RecordingError) -> (StatusCode, &'static str) {
    match error {
        RecordingError::AlreadyRecording => (StatusCode::CONFLICT, "already_recording"),
        RecordingError::StillRecording => (StatusCode::CONFLICT, "still_recording"),
        RecordingError::TooMany => (StatusCode::CONFLICT, "too_many_recordings"),
        RecordingError::NotFound => NOT_FOUND,
        RecordingError::OutOfBounds(_) => INVALID,
        RecordingError::ScreenTooLarge => (StatusCode::UNPROCESSABLE_ENTITY, "screen_too_large"),
        RecordingError::Ending => (StatusCode::SERVICE_UNAVAILABLE, "desktop_ending"),
        RecordingError::Encode(_)
        | RecordingError::Describe(_)
        | RecordingError::File(_)
        | RecordingError::Screen(_) => INTERNAL,
    }
}

/// Errors of files and the screen inside it keep their own codes.
impl From<RecordingError> for ApiError {
    fn from(error: RecordingError) -> Self {
        match error {
            RecordingError::File(error) => Self::File(error),
            RecordingError::Screen(error) => Self::Screen(error),
            other => Self::Recording(other),
        }
    }
}

impl ApiError {
    /// The status and message for the client. Details of internal errors are only logged.
    pub(crate) fn to_message(&self) -> (StatusCode, AgentError) {
        let (status, code) = self.status_and_code();
        let message = if status == StatusCode::INTERNAL_SERVER_ERROR {
            let source = std::error::Error::source(self).map(ToString::to_string);
            tracing::error!(error = %self, error.source = source, "a request failed");
            "Something went wrong inside the desktop; its log says what.".to_owned()
        } else {
            self.to_string()
        };
        (status, AgentError { code: code.to_owned(), message })
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, error) = self.to_message();
        (status, Json(error)).into_response()
    }
}
