//! The data folder: the link to its database, the private Postgres cluster, and files that are created once.

pub mod closed;
pub(crate) mod create_once;
mod installation;
pub mod private_cluster;

pub use installation::{DataFolder, DataFolderError, id, is_used};
pub(crate) use installation::{FILE as INSTALLATION_FILE, id_text};
