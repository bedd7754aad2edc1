//! Access to files of the home folder, and to nothing outside it.

mod folder_page;
mod home;
mod listing;
mod watch;

pub(crate) use home::PARTIAL_PREFIX;
pub use home::{FileError, Home, Upload};
pub use watch::Watch;
