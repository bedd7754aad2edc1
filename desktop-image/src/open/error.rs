//! Why something was not opened.

use crate::x11::XError;

/// Why something was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither an application nor a file is called that.
    #[error("There is no application or file called \"{target}\". The applications are: {applications}.")]
    Unknown {
        /// What was asked for.
        target: String,
        /// The names of all applications.
        applications: String,
    },
    /// The file is not there.
    #[error("There is no file or folder {0}.")]
    NoFile(String),
    /// The address is none, or of a kind that is not opened.
    #[error("\"{0}\" is no address that can be opened: only complete http, https and file addresses are.")]
    Address(String),
    /// No application says that it opens such a file.
    #[error("No application opens {path}, which is of the type {kind}; name an application to open it with.")]
    NoApplication {
        /// The file.
        path: String,
        /// Its MIME type.
        kind: String,
    },
    /// The application takes no file or address.
    #[error("{0} opens no files or addresses; leave the argument out.")]
    NoArgument(String),
    /// A zero byte, or nothing at all.
    #[error("The target must be a name, a file or an address, without zero bytes.")]
    Nonsense,
    /// The program could not be started.
    #[error("{application} could not be started: {source}.")]
    Start {
        /// Its name.
        application: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The program ended before it showed a window.
    #[error("{application} ended with status {status} before it showed a window.")]
    Ended {
        /// Its name.
        application: String,
        /// Its exit status.
        status: i32,
    },
    /// The X server did not answer.
    #[error(transparent)]
    X(#[from] XError),
}
