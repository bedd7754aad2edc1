//! Why an application, file or address was not opened.

use super::applications::OFFICE;
use crate::x11::XError;

/// Why an application, file or address was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no application or file with that name.
    #[error("There is no application or file called \"{target}\". The applications are: {applications}.")]
    Unknown {
        /// The requested target.
        target: String,
        /// The names of all applications.
        applications: String,
    },
    /// The file does not exist.
    #[error("There is no file or folder {0}.")]
    NoFile(String),
    /// The address is invalid or its scheme is not supported.
    #[error("\"{0}\" is no address that can be opened: only complete http, https and file addresses are.")]
    Address(String),
    /// No application supports the file's type.
    #[error("No application of this desktop opens {path}, which is of the type {kind}.{}", advice(*.missing))]
    NoApplication {
        /// The file.
        path: String,
        /// Its MIME type.
        kind: String,
        /// An application that would open it and is not installed.
        missing: Option<&'static str>,
    },
    /// The file is encrypted, and the application for its type decrypts nothing.
    #[error("{path} is locked with a password, and {application} can't unlock it.{}", advice(Some(OFFICE)))]
    Locked {
        /// The file.
        path: String,
        /// The application for its type.
        application: String,
    },
    /// The application accepts no arguments.
    #[error("{0} opens no files or addresses; leave the argument out.")]
    NoArgument(String),
    /// The target is empty or contains a zero byte.
    #[error("The target must be a name, a file or an address, without zero bytes.")]
    Nonsense,
    /// The program could not be started.
    #[error("{application} could not be started: {source}.")]
    Start {
        /// The application's name.
        application: String,
        /// The cause.
        source: std::io::Error,
    },
    /// The program ended before it showed a window.
    #[error("{application} ended with status {status} before it showed a window.")]
    Ended {
        /// The application's name.
        application: String,
        /// Its exit status.
        status: i32,
    },
    /// The X server did not answer.
    #[error(transparent)]
    X(#[from] XError),
}

/// What helps against a missing application.
fn advice(missing: Option<&str>) -> String {
    missing.map_or_else(String::new, |name| {
        format!(
            " {name} can, and is not installed: whoever runs Deskhand can add it (make image FLAVOUR=full)."
        )
    })
}
